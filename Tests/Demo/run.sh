#!/usr/bin/env bash
# Runs a hub and two daemons on two sample libraries in the foreground, for trying things out. Ctrl-C stops the
# programs and removes their files. BIN is the directory of the three programs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/programs.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/mediasync-run.XXXXXX")
pids=()

finish() {
  local code=$?
  # The daemons first: a daemon that loses its hub logs an error.
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 0' INT TERM

# Runs `command_line`. Every line of its log begins with the name.
start() {
  "${command_line[@]}" > >(sed -u "s/^/$1: /") 2>&1 &
  pids+=($!)
}

choose_port
for device in laptop desktop; do
  copy_library "$device"
  create_token "$device"
done

hub_command
start hub
for device in laptop desktop; do
  daemon_command "$device"
  start "$device"
done

cat <<TEXT

Two libraries come into step: $work/laptop.sqlite and $work/desktop.sqlite.
In another terminal:

  $BIN/mediasyncctl --socket $work/laptop.sock status
  sqlite3 $work/laptop.sqlite "SELECT id, title FROM Media"
  $BIN/mediasync-hub device list --data $work/hub --library home

Ctrl-C stops everything.

TEXT
wait
