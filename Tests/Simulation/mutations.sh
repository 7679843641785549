#!/bin/bash
# Switches one rule off at a time, as a patch to a copy of the sources, and counts the histories until the simulation
# notices. Writes the table into docs/simulation.md. SEEDS limits the histories per rule. TREE names a tree to patch in
# place instead of a copy. ONLY selects patches by the beginnings of their names; the other rows of the table stay.
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
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Builds the tree in its current state, and copies the program to $1.
build() {
  (cd "$tree" && swift build -c release --product mediasync-simulate >"$work/log" 2>&1) || { cat "$work/log"; exit 1; }
  cp "$(cd "$tree" && swift build -c release --show-bin-path)/mediasync-simulate" "$1"
}

# Whether a history holds with every rule in force: one that does not is no evidence about the rule that is off.
holds() { "$work/whole" --seed "$1" --no-shrink >/dev/null 2>&1; }

# Runs one history with the mutated program; sets `caught` and `what` if it breaks and holds otherwise.
try() {
  local line
  line=$("$work/mutated" --seed "$1" --no-shrink 2>&1 | grep -m 1 -E '^seed [0-9]+: BROKEN' || true)
  [[ -n "$line" ]] && holds "$1" || return 1
  caught="seed $1"
  what=$(sed -E 's/^seed [0-9]+: BROKEN: ([^:]*).*/\1/' <<<"$line")
}

# Plays the histories of regressions.txt with the mutated program; sets `caught` and `what` if one breaks.
replay() {
  local line place=0 history
  for history in $(grep -l "^setup" "$work"/regression-*); do
    place=$((place + 1))
    line=$("$work/mutated" --replay "$history" 2>&1 | grep -m 1 -E 'BROKEN' || true)
    if [[ -n "$line" ]]; then
      caught="history $place of regressions.txt"
      what=$(sed -E 's/^.*BROKEN: ([^:]*).*/\1/' <<<"$line")
      return 0
    fi
  done
  return 1
}

# Runs the mutated program until a history breaks that holds otherwise; sets `caught` and `what`. The seeds in the
# patch's second line come first, because rare faults have theirs far from 1. Then come the histories that once failed.
hunt() {
  local from=1 to output line seed
  caught="not caught in $seeds" what=""
  for seed in $(sed -n '2s/^Seeds: //p' "$1"); do
    if try "$seed"; then return; fi
  done
  if replay; then return; fi
  while ((from <= seeds)); do
    to=$((from + 99 < seeds ? from + 99 : seeds))
    output=$("$work/mutated" --seeds "$from..$to" --jobs "$(nproc)" --failures 1 --no-shrink 2>&1 || true)
    line=$(grep -m 1 -E '^seed [0-9]+: BROKEN' <<<"$output" || true)
    if [[ -z "$line" ]]; then
      from=$((to + 1))
      continue
    fi
    seed=$(sed -E 's/^seed ([0-9]+).*/\1/' <<<"$line")
    if holds "$seed"; then
      caught="seed $seed"
      what=$(sed -E 's/^seed [0-9]+: BROKEN: ([^:]*).*/\1/' <<<"$line")
      return
    fi
    echo "seed $seed breaks with every rule in force, and does not count" >&2
    from=$((seed + 1))
  done
}

build "$work/whole"
# One history per file: empty lines separate them.
awk -v RS= -v to="$work/regression-" '{ print > sprintf("%s%03d", to, NR) }' Tests/Simulation/regressions.txt
missed=0
patches=()
for name in ${ONLY:-""}; do patches+=("$root/Tests/Simulation/Mutations/$name"*.patch); done
[[ -n "${ONLY:-}" ]] || patches=("$root"/Tests/Simulation/Mutations/*.patch)
for patch in "${patches[@]}"; do
  title=$(head -n 1 "$patch")
  (cd "$tree" && patch -s -p1 <"$patch")
  build "$work/mutated"
  (cd "$tree" && patch -s -R -p1 <"$patch")
  hunt "$patch"
  [[ -n "$what" ]] || missed=$((missed + 1))
  echo "| $title | $caught | $what |" | tee -a "$work/rows"
done
# A row without a new result keeps its line on the page.
for patch in "$root"/Tests/Simulation/Mutations/*.patch; do
  title=$(head -n 1 "$patch")
  grep -h -F "| $title |" "$work/rows" docs/simulation.md | head -n 1 || true
done >"$work/table"
{
  sed -n '1,/<!-- mutations -->/p' docs/simulation.md
  echo
  echo "| switched off | caught by | what broke |"
  echo "|---|---|---|"
  cat "$work/table"
  echo
  sed -n '/<!-- end of mutations -->/,$p' docs/simulation.md
} >"$work/page"
cp "$work/page" docs/simulation.md
exit "$missed"
