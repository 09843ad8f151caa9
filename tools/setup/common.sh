# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the scripts below tools/: progress, errors and places they share.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# HOME may be unset (cron, systemd); a cache below /tmp is better than none.
CACHE=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/relayfleet
export ROOT CACHE

say() { printf '\033[2m[%s]\033[0m %s\n' "${0##*/}" "$*" >&2; }

# die WHAT [WHAT TO DO]: every failure names the next step.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  [[ -z ${2-} ]] || printf '  -> %s\n' "$2" >&2
  exit 1
}

# quietly LOGFILE WHAT COMMAND…: runs COMMAND with its output in LOGFILE, says how
# long it has been running each 15 s, and shows the log's end when it fails.
quietly() {
  local log=$1 what=$2 start=$SECONDS ticker rc=0
  shift 2
  mkdir -p "$(dirname "$log")"
  say "$what …"
  # COMMAND is in the foreground, so that Ctrl-C reaches it; the clock is behind, and
  # ends with us in any case.
  while sleep 1 && kill -0 "$$" 2>/dev/null; do
    (((SECONDS - start) % 15)) || say "$what … $((SECONDS - start)) s"
  done &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  { kill "$ticker" && wait "$ticker"; } 2>/dev/null || true
  ((rc == 0)) || { tail -n 15 "$log" >&2; say "the whole log: $log"; }
  return "$rc"
}
