#!/usr/bin/env bash
# Times what a user waits for: generator, compiler and Native AOT of samples/FashionMlp, and of networks of 10 and of 100
# layers of 128x128, published in turn from clean folders. Packages are restored and AotNet itself is built before.
#   benchmarks/build-time.sh [REPEATS [OUTPUT]]      3 repeats; OUTPUT is a file for the table
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
repeats=${1:-3}
output=${2:-/dev/null}
source "$root/eng/setup.sh"
need_dotnet
need_linker

work=$root/artifacts/build-time
rm -rf "$work"
mkdir -p "$work"

# A project of AotNet's users, beside the samples in all but its place.
network() {
    local layers=$1 folder=$work/Layers$1
    mkdir -p "$folder"
    for kind in props targets; do
        printf '<Project>\n  <Import Project="%s/samples/Directory.Build.%s" />\n</Project>\n' "$root" "$kind" > "$folder/Directory.Build.$kind"
    done
    echo '<Project Sdk="Microsoft.NET.Sdk" />' > "$folder/Layers$layers.csproj"
    echo "return AotNet.Training.TrainerHost.Run<Layers$layers>(args);" > "$folder/Program.cs"
    {
        printf 'using AotNet;\n\n[Network(Batch = 128)]\npublic sealed partial class Layers%s\n{\n' "$layers"
        printf '    static Objective Define([Shape(128)] Tensor x, [Classes(10)] Labels label)\n    {\n'
        for ((i = 0; i < layers; i++)); do echo '        x = x.Dense(128).Relu();'; done
        printf '        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);\n    }\n}\n'
    } > "$folder/Network.cs"
}

network 10
network 100
projects=("$root/samples/FashionMlp" "$work/Layers10" "$work/Layers100")
names=(FashionMlp "10 layers of 128x128" "100 layers of 128x128")

say "building AotNet and restoring packages, not timed"
for project in "${projects[@]}"; do
    "$dotnet" build "$project" -c Release -v quiet --nologo >/dev/null
done

declare -a seconds=("" "" "")
for ((repeat = 1; repeat <= repeats; repeat++)); do
    for i in "${!projects[@]}"; do
        project=${projects[$i]}
        rm -rf "$project/bin" "$project/obj" "$work/out"
        "$dotnet" restore "$project" -r linux-x64 -v quiet --nologo
        started=$(date +%s.%N)
        "$dotnet" publish "$project" -c Release -r linux-x64 --no-restore -p:BuildProjectReferences=false -o "$work/out" -v quiet --nologo
        took=$(echo "$started $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
        say "repeat $repeat of $repeats: ${names[$i]}: $took s"
        seconds[$i]+="$took"$'\n'
    done
done

median() { printf '%s' "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { printf '%s' "$1" | sort -n | awk 'NR == 1 { least = $1 } { most = $1 } END { print least ".." most }'; }
ten=$(median "${seconds[1]}")
{
    printf '# Build time\n\n%s processors, .NET SDK %s. Medians of %s publishes in turn; least and greatest in brackets.\n\n' \
        "$(nproc)" "$("$dotnet" --version)" "$repeats"
    printf '| network | seconds | of 10 layers |\n|---|---:|---:|\n'
    for i in "${!projects[@]}"; do
        each=$(median "${seconds[$i]}")
        printf '| %s | %s (%s) | %s |\n' "${names[$i]}" "$each" "$(spread "${seconds[$i]}")" "$(echo "$each $ten" | awk '{ printf "%.2f", $1 / $2 }')"
    done
} | tee "$output"
