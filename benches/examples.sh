#!/usr/bin/env bash
# Every example, searched whole by `lacuna check` with the settings of its lines `// check:`, or as it is where it has none.
#
#   benches/examples.sh [EXAMPLE …]       LIMIT=60 (seconds for one search) by default
#
# A line is one search, with a thread for each core: what it says, states, transitions, seconds by the clock. `>` is before what
# a search had seen when the limit ended it. LACUNA=FILE takes that binary instead of building one.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

limit=${LIMIT:-60}
examples=("$@")
[[ $# -gt 0 ]] || examples=(examples/*.lac)
if [[ -z ${LACUNA:-} ]]; then
  cargo build --release --locked --quiet
  LACUNA=${CARGO_TARGET_DIR:-$PWD/target}/release/lacuna
fi

settings() { # EXAMPLE: the options of its directives, a line each; at least one
  local found
  found=$(sed -nE '/^\/\//!q; s/^\/\/ check( [a-z_]+)?: [^-]*(--.*)?$/-\2/p' "$1")
  sed 's/^-//' <<<"${found:--}"
}

field() { # NAME: its first value in the report
  grep -oE "\"$1\":\"?[a-z0-9_.]+" <<<"$report" | head -1 | sed -E 's/.*:"?//'
}

printf '%s, cores: %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1)" "$(nproc)"
printf '%-24s %-56s %-9s %9s %11s %8s\n' example settings verdict states transitions seconds
for example in "${examples[@]}"; do
  name=${example##*/}
  settings "$example" | while read -r options; do
    # Not zero is what it says when something is violated. What it keeps of a schedule is of no interest here.
    # shellcheck disable=SC2086 # options
    report=$("$LACUNA" check --format json --time-limit "${limit}s" $options "$example" 2>/dev/null </dev/null || true)
    verdict=$(field verdict)
    more=
    grep -qE '"limits":\[[^]]' <<<"$report" && more='>'
    printf '%-24s %-56s %-9s %9s %11s %8.2f\n' "${name%.lac}" "$options" "$verdict" "$more$(field states)" \
      "$more$(field transitions)" "$(field seconds)"
  done
done
