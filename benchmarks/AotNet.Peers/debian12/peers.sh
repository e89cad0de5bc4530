#!/usr/bin/env bash
# Runs AotNet.Peers where libstdc++ is older than 13, as on Debian 12, for which TorchSharp's native library was not built:
# it needs one newer symbol version, for one function. The program runs from a copy of its output folder in which that
# library is changed; output folder and package cache stay as they are. Needs gcc. All arguments go to the program, which
# is built first if it is not there yet.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(dirname "$here")
built=$project/bin/Release/net10.0/linux-x64
copy=$project/obj/debian12

command -v gcc >/dev/null || { echo "gcc is missing: install it and run this again" >&2; exit 1; }
[ -e "$built/AotNet.Peers.dll" ] || dotnet build "$project" -c Release -v quiet --nologo

if [ ! -e "$copy/ready" ] || [ "$built/AotNet.Peers.dll" -nt "$copy/ready" ]; then
    rm -rf "$copy"
    cp -al "$built" "$copy" # links: half a gigabyte need not be there twice
    library=libLibTorchSharp.so
    cp --remove-destination "$built/$library" "$copy/$library"
    chmod u+w "$copy/$library"
    gcc -O2 -o "$copy/weaken" "$here/weaken.c"
    "$copy/weaken" "$copy/$library" GLIBCXX_3.4.32
    gcc -O2 -shared -fPIC -o "$copy/initialiser.so" "$here/initialiser.c"
    touch "$copy/ready"
fi

LD_PRELOAD=$copy/initialiser.so exec dotnet "$copy/AotNet.Peers.dll" "$@"
