#!/usr/bin/env bash
# Times what a user waits for: generator, compiler and Native AOT of samples/FashionMlp, of ResNet-20 and of networks of 10
# and of 100 layers of 128x128, published in turn from clean folders. Packages are restored and AotNet itself is built before.
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
projects=("$root/samples/FashionMlp" "$root/samples/CifarResNet" "$work/Layers10" "$work/Layers100")
properties=("" -p:Depth=20 "" "")
names=(FashionMlp ResNet-20 "10 layers of 128x128" "100 layers of 128x128")

say "building AotNet and restoring packages, not timed"
for project in "${projects[@]}"; do
    "$dotnet" build "$project" -c Release -v quiet --nologo >/dev/null
done

# Of a publish: seconds of the generator and of all targets named, by its log, and the size of the file that came out.
generator() { awk '$3 == "AotNet.Generator.NetworkGenerator" { print $1 }' "$work/log"; }
targets() { awk -v names=" $* " '$2 == "ms" && index(names, " " $3 " ") { sum += $1 } END { printf "%.1f", sum / 1000 }' "$work/log"; }
megabytes() { find "$work/out" -type f -executable -printf '%s' | awk '{ printf "%.2f", $1 / 1e6 }'; }

declare -a seconds generators compilers natives sizes
for ((repeat = 1; repeat <= repeats; repeat++)); do
    for i in "${!projects[@]}"; do
        project=${projects[$i]}
        rm -rf "$project/bin" "$project/obj" "$work/out"
        "$dotnet" restore "$project" -r linux-x64 -v quiet --nologo
        started=$(date +%s.%N)
        "$dotnet" publish "$project" -c Release -r linux-x64 --no-restore -p:BuildProjectReferences=false ${properties[$i]} -o "$work/out" \
            -v quiet --nologo -p:ReportAnalyzer=true -fl "-flp:v=detailed;PerformanceSummary;LogFile=$work/log"
        took=$(echo "$started $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
        say "repeat $repeat of $repeats: ${names[$i]}: $took s"
        seconds[$i]+="$took"$'\n'
        generators[$i]+="$(generator)"$'\n'
        compilers[$i]+="$(targets CoreCompile)"$'\n'
        natives[$i]+="$(targets IlcCompile LinkNative)"$'\n'
        sizes[$i]=$(megabytes)
    done
done

median() { printf '%s' "$1" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { printf '%s' "$1" | sort -n | awk 'NR == 1 { least = $1 } { most = $1 } END { print least ".." most }'; }
ten=$(median "${seconds[2]}")
{
    printf '# Build time\n\n%s processors, .NET SDK %s. Medians of %s publishes in turn; least and greatest in brackets.\n\n' \
        "$(nproc)" "$("$dotnet" --version)" "$repeats"
    printf '| network | seconds | generator | compiler, generator included | Native AOT and linker | binary, MB | of 10 layers |\n'
    printf '|---|---:|---:|---:|---:|---:|---:|\n'
    for i in "${!projects[@]}"; do
        each=$(median "${seconds[$i]}")
        printf '| %s | %s (%s) | %s | %s | %s | %s | %s |\n' "${names[$i]}" "$each" "$(spread "${seconds[$i]}")" \
            "$(median "${generators[$i]}")" "$(median "${compilers[$i]}")" "$(median "${natives[$i]}")" "${sizes[$i]}" \
            "$(echo "$each $ten" | awk '{ printf "%.2f", $1 / $2 }')"
    done
} | tee "$output"
