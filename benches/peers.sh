#!/usr/bin/env bash
# The programs of benches/programs side by side with the same programs in other languages (benches/peers), as far as those
# are installed: CPython with asyncio, Node with and without its JIT, Lua with promises made of coroutines.
#
#   benches/peers.sh [PROGRAM …]       ROUNDS=5 by default
#
# In each round ours and a peer run one right after the other, in an order that is always the same. The first table shows
# nanoseconds of processor time per operation, the median of all rounds, and behind it the median of peer/ours of the same
# round: above 1, ours is faster. Ours is the whole process, start and compilation included; of a peer only the program
# itself counts, not the start of its interpreter. The second table is the peak of the memory of the whole process.
# A peer that prints another result than ours stops the script.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

rounds=${ROUNDS:-5}
programs=("$@")
[[ $# -gt 0 ]] || programs=(fib loop fanout fanout_million pingpong deepawait deepawait_million sync_deep)
memory_of=(fanout_million deepawait_million sync_deep)

names=()
declare -A command
peer() { # NAME INTERPRETER FILE [OPTION …]: a peer, if its interpreter is installed.
  local name=$1 interpreter=$2 file=$3
  shift 3
  command -v "$interpreter" >/dev/null || return 0
  names+=("$name")
  command[$name]="$interpreter $* benches/peers/$file"
}
peer CPython python3 run.py
peer Node node run.js
peer "Node, no JIT" node run.js --jitless --no-expose-wasm
peer Lua lua5.4 run.lua

cargo build --release --locked --quiet
lacuna=${CARGO_TARGET_DIR:-target}/release/lacuna
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

operations() { sed -n 's,^// ops: ,,p' "benches/programs/$1.lac"; }

ours() { # PROGRAM: prints nanoseconds per operation and the result.
  local seconds TIMEFORMAT='%3U %3S'
  { time "$lacuna" run "benches/programs/$1.lac" >"$work/out" 2>"$work/said"; } 2>"$work/seconds"
  read -r -a seconds <"$work/seconds"
  awk -v user="${seconds[0]}" -v kernel="${seconds[1]}" -v ops="$(operations "$1")" -v result="$(sed -n 's/^result: //p' "$work/out")" \
    'BEGIN { printf "%.1f %s\n", (user + kernel) * 1e9 / ops, result }'
}

theirs() { # PEER PROGRAM: the same of a peer; its result is `too-deep` where it cannot nest as deep.
  # shellcheck disable=SC2086 # a command and its options
  ${command[$1]} "$2" "$(operations "$2")"
}

printf '%s, rounds: %s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)" "$rounds"
for ((round = 1; round <= rounds; round++)); do
  for program in "${programs[@]}"; do
    for name in "${names[@]}"; do
      read -r ns_ours result <<<"$(ours "$program")"
      read -r ns_theirs other <<<"$(theirs "$name" "$program")"
      if [[ $other == too-deep ]]; then
        ns_theirs=-
      elif [[ $other != "$result" || -z $result ]]; then
        echo "$program: $name says '$other', ours '$result'" >&2
        exit 1
      fi
      printf '%s\t%s\t%s\t%s\n' "$program" "$name" "$ns_ours" "$ns_theirs" >>"$work/pairs"
    done
    [[ ${#names[@]} -gt 0 ]] || printf '%s\t\t%s\t-\n' "$program" "$(ours "$program" | cut -d' ' -f1)" >>"$work/pairs"
  done
done

median() { sort -g | awk '{ at[NR] = $1 } END { printf "%.'"$1"'f", (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'; }
pairs() { # PROGRAM PEER EXPRESSION: the expression over each pair; the peer `.` stands for all of them.
  awk -F'\t' -v program="$1" -v name="$2" '$1 == program && (name == "." || $2 == name) { print '"$3"' }' "$work/pairs"
}

printf '\n%-18s %8s' 'ns per operation' ours
for name in "${names[@]}"; do printf ' %20s' "$name"; done
for program in "${programs[@]}"; do
  printf '\n%-18s %8s' "$program" "$(pairs "$program" . '$3' | median 1)"
  for name in "${names[@]}"; do
    if pairs "$program" "$name" '$4' | grep -q -- '^-$'; then
      printf ' %20s' 'too deep'
    else
      printf ' %12s %6sx' "$(pairs "$program" "$name" '$4' | median 1)" "$(pairs "$program" "$name" '$4 / $3' | median 2)"
    fi
  done
done
echo

printf '%s\n' "${memory_of[@]}" | grep -qxF "$(printf '%s\n' "${programs[@]}")" || exit 0
[[ -x /usr/bin/time ]] || exit 0
peak() { # COMMAND …: MiB of resident memory at its peak.
  /usr/bin/time -f %M -o "$work/peak" "$@" >/dev/null
  awk 'END { printf "%.0f", $1 / 1024 }' "$work/peak"
}
printf '\n%-18s %8s' 'peak, MiB' ours
for name in "${names[@]}"; do printf ' %20s' "$name"; done
for program in "${memory_of[@]}"; do
  [[ " ${programs[*]} " == *" $program "* ]] || continue
  printf '\n%-18s %8s' "$program" "$(peak "$lacuna" run "benches/programs/$program.lac")"
  for name in "${names[@]}"; do
    # shellcheck disable=SC2086 # a command and its options
    printf ' %20s' "$(peak ${command[$name]} "$program" "$(operations "$program")")"
  done
done
echo
