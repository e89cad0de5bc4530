#!/usr/bin/env bash
# Builds everything with warnings as errors and runs every test, the end-to-end ones included. Ends with
# "N passed, N failed" and exits 0 only when nothing failed.
set -uo pipefail
root=$(cd "$(dirname "$0")" && pwd)
cd "$root"
source eng/setup.sh
source eng/fashion-mnist.sh

need_dotnet
need_linker
fashion_mnist
export FASHION_MNIST=$data
# Shows what a binary says on a processor that it was not built for.
[ -x /usr/bin/qemu-x86_64 ] || apt_install qemu-user || say "no qemu-user: the test of foreign processors will fail"

# Shows what a report looks like to its reader.
command -v chromium >/dev/null || apt_install chromium || say "no chromium: the tests of reports will fail"

# Shows what kernels were compiled to.
command -v objdump >/dev/null || apt_install binutils || say "no objdump: the tests of compiled kernels will fail"

say "restoring and building"
"$dotnet" build AotNet.sln -c Release -v quiet --nologo || die "the build failed"

results=$root/artifacts/test-results
rm -rf "$results"
status=0
for project in tests/*.Tests/*.csproj; do
    say "testing $(basename "$project" .csproj)"
    "$dotnet" test "$project" -c Release --no-build --nologo -v quiet \
        --logger "trx;LogFileName=$(basename "$project" .csproj).trx" --results-directory "$results" || status=1
done

passed=0 failed=0 projects=0
for trx in "$results"/*.trx; do
    [ -f "$trx" ] || continue
    counters=$(grep -o '<Counters [^>]*>' "$trx")
    passed=$((passed + $(sed 's/.* passed="\([0-9]*\)".*/\1/' <<<"$counters")))
    total=$(sed 's/.* total="\([0-9]*\)".*/\1/' <<<"$counters")
    failed=$((failed + total - $(sed 's/.* passed="\([0-9]*\)".*/\1/' <<<"$counters")))
    projects=$((projects + 1))
done
# A test host that died leaves no results: that is a failure, not an absence.
expected=$(ls tests/*.Tests/*.csproj | wc -l)
if [ "$projects" != "$expected" ]; then
    failed=$((failed + expected - projects))
fi
say "footprint"
grep -ho 'FashionMlp: [0-9]* bytes\|start to [^<]*\|resident: [^<]*' "$results"/*.trx || true
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$status" = 0 ] && [ "$passed" -gt 0 ]
