#!/usr/bin/env bash
# From a clone to a trained network: compiles samples/FashionMlp into one native executable for this CPU, trains it on
# Fashion-MNIST with SGD2, evaluates it. Usage: ./demo.sh [DATA_DIRECTORY]; EPOCHS=5 ./demo.sh for a shorter run.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
cd "$root"
source eng/setup.sh
source eng/fashion-mnist.sh

[ $# -gt 0 ] && export FASHION_MNIST=$1
need_dotnet
need_linker
fashion_mnist

out=$root/artifacts/demo
say "publishing samples/FashionMlp with Native AOT to $out (undo: rm -r $root/artifacts)"
"$dotnet" publish samples/FashionMlp -c Release -o "$out" -v quiet --nologo

run=$root/artifacts/demo-run
rm -rf "$run"
say "training; the run's files go to $run"
started=$(date +%s.%N)
"$out/FashionMlp" train --data "$data" --optimizer sgd2 --lr 0.3 --schedule linear --epochs "${EPOCHS:-10}" --run "$run"
finished=$(date +%s.%N)

say "evaluating"
"$out/FashionMlp" eval --data "$data" --checkpoint "$run/checkpoint.safetensors"

say "summary"
printf 'training time   %.1f s\n' "$(echo "$finished $started" | awk '{ print $1 - $2 }')"
printf 'binary          %s (%s bytes, nothing beside it needed)\n' "$out/FashionMlp" "$(stat -c %s "$out/FashionMlp")"
printf 'run directory   %s\n' "$run"
ls -1 "$run" | sed 's/^/                /'
