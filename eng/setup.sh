# Sourced by demo.sh and test.sh: finds or installs what they need. Every step says what it does and how to undo it.
# After it, $dotnet is the .NET SDK's command.

say() { printf '== %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command as root: directly, through sudo, or not at all.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    say "installing with apt-get: $* (undo: apt-get remove $*)"
    as_root apt-get install -y -qq "$@" >/dev/null 2>&1 && return 0
    # A fresh machine has no package lists yet.
    as_root apt-get update -qq >/dev/null && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

find_dotnet() {
    local candidate
    for candidate in "$(command -v dotnet || true)" "$root/.dotnet/dotnet"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" --list-sdks 2>/dev/null | grep -q '^10\.'; then
            dotnet=$candidate
            return 0
        fi
    done
    return 1
}

need_dotnet() {
    find_dotnet && return 0
    say "installing the .NET 10 SDK into $root/.dotnet with its official script (undo: rm -r $root/.dotnet)"
    command -v curl >/dev/null || apt_install curl ca-certificates || die "curl is missing: install it and run this again"
    ldconfig -p 2>/dev/null | grep -q 'libicuuc\|libssl' || apt_install libssl-dev || true
    curl -fsSL https://dot.net/v1/dotnet-install.sh -o /tmp/dotnet-install.sh \
        || die "cannot download the SDK: install the .NET 10 SDK yourself (https://dotnet.microsoft.com/download) and run this again"
    bash /tmp/dotnet-install.sh --channel 10.0 --install-dir "$root/.dotnet" --no-path
    rm -f /tmp/dotnet-install.sh
    find_dotnet || die "the .NET 10 SDK did not install"
}

# Native AOT links with clang or gcc, and needs zlib's development files.
need_linker() {
    if ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
        apt_install gcc || die "no linker: install clang or gcc and run this again"
    fi
    if [ ! -e /usr/include/zlib.h ]; then
        apt_install zlib1g-dev || die "zlib's development files are missing: install zlib1g-dev (or zlib-devel) and run this again"
    fi
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
