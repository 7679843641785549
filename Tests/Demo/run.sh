#!/usr/bin/env bash
# Runs a hub and two daemons on two sample libraries in the foreground, for trying things out. Ctrl-C stops the
# programs and removes their files. BIN is the directory of the three programs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$(cd "${BIN:?BIN must name the directory of mediasyncd, mediasyncctl and mediasync-hub}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mediasync-run.XXXXXX")
pids=()

finish() {
  trap - EXIT INT TERM
  # The daemons first: a daemon that loses its hub logs an error.
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null || true
  done
  rm -rf "$work"
  exit 0
}
trap finish EXIT INT TERM

# Every line of a program's log begins with the program's name.
start() {
  local name=$1; shift
  "$@" > >(sed -u "s/^/$name: /") 2>&1 &
  pids+=($!)
}

port=$((20000 + RANDOM % 20000))
while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done

mkdir -p "$work/hub"
for device in laptop desktop; do
  cp "$here/../Fixtures/$device.sqlite" "$work/$device.sqlite"
  chmod 644 "$work/$device.sqlite"
  (umask 077; "$BIN/mediasync-hub" token create --data "$work/hub" --library home --device "$device" \
    >"$work/$device.token" 2>/dev/null)
done

start hub "$BIN/mediasync-hub" serve --data "$work/hub" --listen "127.0.0.1:$port"
for device in laptop desktop; do
  start "$device" env MEDIASYNC_LIBRARY_DATABASE="$work/$device.sqlite" \
    MEDIASYNC_HUB_URL="http://127.0.0.1:$port/sync" MEDIASYNC_HUB_TOKEN_FILE="$work/$device.token" \
    MEDIASYNC_CONTROL_SOCKET="$work/$device.sock" XDG_CONFIG_HOME="$work/no-config" "$BIN/mediasyncd" run
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
