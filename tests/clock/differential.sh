#!/usr/bin/env bash
# Random histories through the service's clock and the second implementation (clock.py), without a difference.
#   tests/clock/differential.sh [histories] [seed]        1,000,000 with seed 2 unless told otherwise
# Two processes share the range; a history that differs can be made again with corpus.py --seed S --start I --count 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-1000000}
seed=${2:-2}
half=$((count / 2))

binary=$(cargo test --locked --lib --no-run --message-format=json 2>/dev/null |
    python3 -c 'import json, sys
for line in sys.stdin:
    built = json.loads(line)
    if built.get("executable") and "lib" in built.get("target", {}).get("kind", []):
        print(built["executable"])')
compare() {
    python3 tests/clock/corpus.py --seed "$seed" --start "$1" --count "$2" |
        "$binary" --ignored --nocapture --exact views::clock_previews::differential::histories_from_standard_input_are_answered_alike
}
compare 0 "$half" &
first=$!
compare "$half" $((count - half))
wait "$first"
