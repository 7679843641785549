#!/bin/bash
# Switches one rule off at a time, as a patch to a copy of the sources, and counts the histories until the simulation
# notices. Writes the table into docs/simulation.md. SEEDS bounds the histories per rule; TREE names a tree to patch in
# place instead of a copy.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
seeds=${SEEDS:-4000}
tree=${TREE:-$root/.build/mutations}
export SWIFT_DETERMINISTIC_HASHING=1
if [[ -z "${TREE:-}" ]]; then
  mkdir -p "$tree"
  git ls-files -z | tar --null -T - -c | tar -x -C "$tree"
fi
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
missed=0
for patch in "$root"/Tests/Simulation/Mutations/*.patch; do
  title=$(head -n 1 "$patch")
  (cd "$tree" && patch -s -p1 <"$patch")
  (cd "$tree" && swift build -c release --product mediasync-simulate >"$rows.log" 2>&1) || { cat "$rows.log"; exit 1; }
  simulate=$(cd "$tree" && swift build -c release --show-bin-path)/mediasync-simulate
  caught="not caught in $seeds" what=""
  for ((from = 1; from <= seeds; from += 100)); do
    output=$("$simulate" --seeds "$from..$((from + 99))" --jobs "$(nproc)" --failures 1 --no-shrink 2>&1 || true)
    line=$(grep -m 1 'BROKEN' <<<"$output" || true)
    if [[ -n "$line" ]]; then
      caught="seed $(sed -E 's/^seed ([0-9]+).*/\1/' <<<"$line")"
      what=$(sed -E 's/^seed [0-9]+: BROKEN: ([^:]*).*/\1/' <<<"$line")
      break
    fi
  done
  [[ -n "$what" ]] || missed=$((missed + 1))
  echo "| $title | $caught | $what |" | tee -a "$rows"
  (cd "$tree" && patch -s -R -p1 <"$patch")
done
{
  sed -n '1,/<!-- mutations -->/p' docs/simulation.md
  echo
  echo "| switched off | caught by | what broke |"
  echo "|---|---|---|"
  cat "$rows"
  echo
  sed -n '/<!-- end of mutations -->/,$p' docs/simulation.md
} >"$rows.page"
mv "$rows.page" docs/simulation.md
exit "$missed"
