#!/usr/bin/env bash
# The models of benches/explore, searched whole by `lacuna check` and by other tools, as far as those are installed, for
# which benches/explore holds the same models: Spin, Stateright (cargo builds it), TLC (its jar in TLA2TOOLS).
#
#   benches/explore-peers.sh [MODEL …]       ROUNDS=3, LIMIT=120 (seconds for one search of ours) by default
#
# A line is one search with one thread: states, transitions, seconds of processor time (user and system, the median of the
# rounds), and the peak of the memory of the whole process in MiB, and in bytes per state. Ours runs with all reductions and
# without; `>` is before what a search had seen when its limit of time or memory ended it. Spin has its default reductions,
# Stateright runs with and without symmetry where the model has it. What a process takes before its first state is in its memory: a
# hash table of 128 MiB with Spin, the virtual machine with TLC.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

TIMEFORMAT='%3U %3S'
rounds=${ROUNDS:-3}
limit=${LIMIT:-120}
models=("$@")
[[ $# -gt 0 ]] || models=(counter_4_3 counter_3_6 counter_alike_4_3 counter_alike_3_6 philosophers_10 philosophers_await_10 two_phase_commit_7 filter_lock_5 retry retry_await)
[[ -x /usr/bin/time ]] || { echo "explore-peers.sh: needs /usr/bin/time" >&2; exit 2; }

declare -A ours=( # the settings that a model is meant for
  [retry]='--losses 3 --duplicates 3 --allow livelock'
  [retry_await]='--losses 3 --duplicates 3 --allow deadlock'
)
declare -A constants=( # the size of a model for Spin
  [counter_4_3]='-DTASKS=4 -DTIMES=3'
  [counter_3_6]='-DTASKS=3 -DTIMES=6'
  [philosophers_10]='-DPHILOSOPHERS=10'
  [two_phase_commit_7]='-DRMS=7'
  [retry]='-DREQUESTS=4 -DSENDS=3 -DLOSSES=3 -DDUPLICATES=3'
)
symmetric=' counter_4_3 counter_3_6 two_phase_commit_7 '

target=${CARGO_TARGET_DIR:-$PWD/target}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
family() { sed -E 's/(_[0-9]+)+$//' <<<"$1"; }

# What each tool says: `STATES TRANSITIONS`.
of_lacuna() {
  local seen
  seen=$(sed -nE 's/^.*: .* · ([0-9,]+) states · ([0-9,]+) steps ·.*/\1 \2/p' "$work/report" | tr -d ,)
  grep -q '(complete)' "$work/report" && echo "$seen" || echo "${seen/#/>}"
}
of_spin() { sed -nE 's/^ *([0-9]+) (states, stored|transitions ).*/\1/p' "$work/report" | paste -sd' '; }
of_stateright() { tail -1 "$work/report"; }
of_tlc() { sed -nE 's/^([0-9]+) states generated, ([0-9]+) distinct states found.*/\2 \1/p' "$work/report" | tail -1; }

row() { # MODEL NAME TOOL COMMAND …: searches, and prints the line
  local model=$1 name=$2 tool=$3 states transitions peak
  shift 3
  rm -f "$work/seconds"
  for ((round = 1; round <= rounds; round++)); do
    # Not zero is what ours and TLC say when they find the deadlock. /usr/bin/time knows the memory, but hundredths of a second only.
    { time /usr/bin/time -q -f '%M' -o "$work/peak" "$@" >"$work/report" 2>"$work/said" || true; } 2>"$work/measured"
    awk '{ print $1 + $2 }' "$work/measured" >>"$work/seconds"
  done
  read -r states transitions <<<"$("of_$tool")"
  [[ -n $states ]] || { cat "$work/said" "$work/report" >&2; exit 1; }
  peak=$(<"$work/peak")
  printf '%-22s %-22s %10s %11s %8.3f %6d %8d\n' "$model" "$name" "$states" "$transitions" \
    "$(sort -g "$work/seconds" | sed -n "$(((rounds + 1) / 2))p")" $((peak / 1024)) $((peak * 1024 / ${states#>}))
}

search_with_lacuna() { # MODEL
  local check
  # shellcheck disable=SC2206 # options
  check=("$target/release/lacuna" check --threads 1 --time-limit "${limit}s" ${ours[$1]:-})
  row "$1" lacuna lacuna "${check[@]}" "benches/explore/$1.lac"
  row "$1" 'lacuna, no reduction' lacuna "${check[@]}" --no-reduction "benches/explore/$1.lac"
}
search_with_spin() { # MODEL
  # shellcheck disable=SC2086 # options
  (cd "$work" && spin -a ${constants[$1]:-} "$OLDPWD/benches/explore/spin/$(family "$1").pml" >/dev/null &&
    gcc -O2 -DSAFETY -w -o pan pan.c)
  row "$1" Spin spin "$work/pan" -c0 -m1000000
  rm -f "$work"/pan*
}
search_with_stateright() { # MODEL
  row "$1" Stateright stateright "$target/explore-peers/release/explore-peers" "$1"
  [[ $symmetric != *" $1 "* ]] ||
    row "$1" 'Stateright, symmetry' stateright "$target/explore-peers/release/explore-peers" "$1" symmetry
}
search_with_tlc() { # MODEL
  # It looks for the configuration beside the model. Deadlock is an invariant there: TLC does not go on behind a deadlock.
  row "$1" TLC tlc env -C benches/explore/tlc java -XX:+UseSerialGC -cp "$(realpath "$TLA2TOOLS")" tlc2.TLC -workers 1 \
    -deadlock -continue -metadir "$work/tlc" -config "$1.cfg" "$(family "$1").tla"
  rm -rf "$work/tlc"
}

tools=(lacuna)
cargo build --release --locked --quiet
if command -v spin >/dev/null; then tools+=(spin); else echo "without Spin: it is not installed" >&2; fi
if cargo build --release --locked --quiet --manifest-path benches/explore/stateright/Cargo.toml --target-dir "$target/explore-peers"; then
  tools+=(stateright)
else
  echo "without Stateright: cargo does not build it" >&2
fi
if command -v java >/dev/null && [[ -f ${TLA2TOOLS:-} ]]; then tools+=(tlc); else echo "without TLC: TLA2TOOLS names no jar, or there is no Java" >&2; fi

printf '%s, rounds: %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)" "$rounds"
printf '%-22s %-22s %10s %11s %8s %6s %8s\n' model tool states transitions seconds MiB 'B/state'
for model in "${models[@]}"; do
  for tool in "${tools[@]}"; do
    # What awaits, or is alike, is written for ours alone: the others have nothing of the kind, or an option for it.
    [[ $tool != lacuna && $model =~ _(await|alike) ]] || "search_with_$tool" "$model"
  done
done
