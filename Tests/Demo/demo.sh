#!/usr/bin/env bash
# Shows two real libraries in step, through two daemons and a hub, all on this machine and in a temporary
# directory. BIN is the directory of the three programs. At the end it stops everything and removes all files.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/programs.sh"
command -v sqlite3 >/dev/null || { echo "demo: sqlite3 is missing: apt-get install sqlite3" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/mediasync-demo.XXXXXX")
declare -A pids=()
current="starting"

finish() {
  local code=$?
  for name in "${!pids[@]}"; do kill -TERM "${pids[$name]}" 2>/dev/null || true; done
  for name in "${!pids[@]}"; do
    for _ in $(seq 50); do kill -0 "${pids[$name]}" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "${pids[$name]}" 2>/dev/null || true
  done
  if [ "$code" -ne 0 ]; then
    echo
    echo "The demo failed while: $current. The last lines of each log:" >&2
    for log in "$work"/*.log; do echo "--- $(basename "$log")" >&2; tail -n 15 "$log" >&2; done
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

number=0
step() { number=$((number + 1)); current=$1; printf '\n%d. %s\n' "$number" "$1"; }
say() { printf '   %s\n' "$*"; }
fail() { printf '   FAILED: %s\n' "$*" >&2; exit 1; }
milliseconds() { date +%s%3N; }
sql() { sqlite3 -cmd '.timeout 10000' "$work/$1.sqlite" "$2"; }

start_hub() {
  hub_command
  "${command_line[@]}" 2>>"$work/hub.log" >&2 &
  pids[hub]=$!
  for _ in $(seq 100); do
    if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    kill -0 "${pids[hub]}" 2>/dev/null || fail "the hub ended at once"
    sleep 0.1
  done
  fail "the hub does not listen on port $port"
}

start_daemon() {
  daemon_command "$1"
  "${command_line[@]}" 2>>"$work/$1.log" >&2 &
  pids[$1]=$!
  for _ in $(seq 100); do
    if ctl "$1" version >/dev/null 2>&1; then return; fi
    kill -0 "${pids[$1]}" 2>/dev/null || fail "the daemon of $1 ended at once"
    sleep 0.1
  done
  fail "the daemon of $1 does not answer"
}

ctl() { local device=$1; shift; "$BIN/mediasyncctl" --socket "$work/$device.sock" "$@"; }

# Ends a process with SIGTERM, and fails if it does not exit in time.
end() {
  local start; start=$(milliseconds)
  kill -TERM "${pids[$1]}"
  while kill -0 "${pids[$1]}" 2>/dev/null; do
    [ $(($(milliseconds) - start)) -lt "$2" ] || fail "$1 is still there $2 ms after SIGTERM"
    sleep 0.02
  done
  wait "${pids[$1]}" 2>/dev/null || true
  unset "pids[$1]"
  say "$1 left $(($(milliseconds) - start)) ms after SIGTERM"
}

# All synced data of a library, parents by uuid: this must be equal.
rows() {
  sqlite3 -readonly -cmd '.timeout 10000' "$work/$1.sqlite" <<'SQL'
SELECT 'Media', uuid, url, title, type, content, author, ingestion_date, transcription_model, is_trash, trash_date,
  chunking_status, vector_processing, content_hash, version, client_id, deleted, prev_version, merge_parent_uuid
  FROM Media ORDER BY uuid;
SELECT 'Keywords', uuid, keyword, version, client_id, deleted, prev_version, merge_parent_uuid
  FROM Keywords ORDER BY uuid;
SELECT 'MediaKeywords', m.uuid, k.uuid FROM MediaKeywords l JOIN Media m ON m.id = l.media_id
  JOIN Keywords k ON k.id = l.keyword_id WHERE m.deleted = 0 AND k.deleted = 0 ORDER BY 2, 3;
SELECT 'Transcripts', t.uuid, m.uuid, whisper_model, transcription, created_at, t.version, t.client_id, t.deleted,
  t.prev_version, t.merge_parent_uuid FROM Transcripts t JOIN Media m ON m.id = t.media_id ORDER BY t.uuid;
SELECT 'MediaChunks', c.uuid, m.uuid, chunk_text, start_index, end_index, chunk_id, c.version, c.client_id,
  c.deleted, c.prev_version, c.merge_parent_uuid FROM MediaChunks c JOIN Media m ON m.id = c.media_id ORDER BY c.uuid;
SELECT 'UnvectorizedMediaChunks', c.uuid, m.uuid, chunk_text, chunk_index, start_char, end_char, chunk_type,
  creation_date, last_modified_orig, is_processed, metadata, c.version, c.client_id, c.deleted, c.prev_version,
  c.merge_parent_uuid FROM UnvectorizedMediaChunks c JOIN Media m ON m.id = c.media_id ORDER BY c.uuid;
SELECT 'DocumentVersions', d.uuid, m.uuid, version_number, prompt, analysis_content, d.content, created_at, d.version,
  d.client_id, d.deleted, d.prev_version, d.merge_parent_uuid
  FROM DocumentVersions d JOIN Media m ON m.id = d.media_id ORDER BY d.uuid;
SQL
}

counts() {
  sql "$1" "SELECT (SELECT count(*) FROM Media) || ' media, ' || (SELECT count(*) FROM Keywords) || ' keywords, '
    || (SELECT count(*) FROM DocumentVersions) || ' document versions, ' || (SELECT count(*) FROM Transcripts)
    || ' transcripts, ' || ((SELECT count(*) FROM MediaChunks) + (SELECT count(*) FROM UnvectorizedMediaChunks))
    || ' chunks'"
}

in_step() {
  for device in laptop desktop; do
    ctl "$device" trigger --wait >/dev/null || fail "$device: trigger"
  done
  # The second pass pulls the desktop's latest push to the laptop.
  for device in laptop desktop; do
    ctl "$device" trigger --wait >/dev/null || fail "$device: trigger"
    ctl "$device" wait --timeout 60s >/dev/null || fail "$device is not in step within 60 s"
  done
}

same() {
  rows laptop >"$work/laptop.rows"
  rows desktop >"$work/desktop.rows"
  if ! cmp -s "$work/laptop.rows" "$work/desktop.rows"; then
    diff "$work/laptop.rows" "$work/desktop.rows" | cut -c1-160 | head -n 10 >&2 || true
    fail "the libraries differ"
  fi
  say "every synced column is equal on both: $(wc -l <"$work/laptop.rows") lines," \
    "$(sha256sum "$work/laptop.rows" | cut -c1-12)"
  for device in laptop desktop; do
    local found
    found=$(sql "$device" 'PRAGMA integrity_check; PRAGMA foreign_key_check')
    [ "$found" = ok ] || fail "$device: $found"
  done
}

both_statuses() {
  for device in laptop desktop; do
    say "$device:"
    ctl "$device" status | sed 's/^/      /'
  done
}

# Sets a title as the application does: the row at its next version and its sync_log entry, in one transaction,
# the full-text index with them. The triggers of the library check it.
edit_title() {
  local device=$1 url=$2 title=$3 at
  at=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
  sql "$device" "
    BEGIN;
    INSERT INTO media_fts (media_fts, rowid, title, content)
      SELECT 'delete', id, title, content FROM Media WHERE url = '$url' AND deleted = 0;
    UPDATE Media SET title = '$title', version = version + 1, client_id = 'demo-$device', last_modified = '$at'
      WHERE url = '$url';
    INSERT INTO media_fts (rowid, title, content)
      SELECT id, title, content FROM Media WHERE url = '$url' AND deleted = 0;
    INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
      SELECT 'Media', uuid, 'update', '$at', client_id, version,
        json_object('title', title, 'last_modified', last_modified) FROM Media WHERE url = '$url';
    COMMIT;"
}

title() { sql "$1" "SELECT title FROM Media WHERE url = '$2'"; }

conflicts() { ctl "$1" status --json | tr -d ' \n' | sed -n 's/.*"conflicts":\([0-9]*\).*/\1/p'; }

choose_port

step "Two libraries that the real application wrote"
for device in laptop desktop; do
  copy_library "$device"
  say "$device: $(counts "$device")"
done

step "A hub on loopback, and a token for each device"
for device in laptop desktop; do
  create_token "$device"
  [ -s "$work/$device.token" ] || fail "no token for $device"
done
start_hub
say "the hub listens on http://127.0.0.1:$port/sync"

step "A daemon for each library"
begin=$(milliseconds)
start_daemon laptop
start_daemon desktop
in_step
say "both are in step after $(($(milliseconds) - begin)) ms"
both_statuses

step "The libraries are equal now"
for device in laptop desktop; do say "$device: $(counts "$device")"; done
say "media that both had, under two uuids, and that now exist once:" \
  "$(sql laptop "SELECT count(*) FROM Media WHERE url LIKE 'https://media.example/shared/%'")"
same

url=https://media.example/shared/1
step "An edit on the laptop with plain SQL, as the application would do it"
begin=$(milliseconds)
edit_title laptop "$url" "Edited on the laptop"
for _ in $(seq 1000); do
  [ "$(title desktop "$url")" = "Edited on the laptop" ] && break
  sleep 0.01
done
[ "$(title desktop "$url")" = "Edited on the laptop" ] || fail "the edit did not arrive within 10 s"
say "the desktop's file shows it after $(($(milliseconds) - begin)) ms"

step "The same title edited on both while the hub is away"
ctl laptop wait --timeout 30s >/dev/null
ctl desktop wait --timeout 30s >/dev/null
before=$(($(conflicts laptop) + $(conflicts desktop)))
end hub 5000
edit_title laptop "$url" "The laptop says this"
sleep 0.05
edit_title desktop "$url" "The desktop says that, a little later"
say "laptop:  $(title laptop "$url")"
say "desktop: $(title desktop "$url")"
start_hub
say "the hub is back"
in_step
say "laptop:  $(title laptop "$url")"
say "desktop: $(title desktop "$url")"
[ "$(title laptop "$url")" = "The desktop says that, a little later" ] || fail "the later edit should have won"
same
after=$(($(conflicts laptop) + $(conflicts desktop)))
say "the later edit won; the other is kept as a conflict record (conflicts: $before before, $after now)"
[ "$after" -gt "$before" ] || fail "the losing value was not kept"

step "kill -9 in the middle of a larger sync"
at=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
sql laptop "
  BEGIN;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
  INSERT INTO Keywords (keyword, uuid, last_modified, version, client_id, deleted)
    SELECT 'demo ' || i, lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
      || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), '$at', 1, 'demo-laptop', 0 FROM n;
  INSERT INTO keyword_fts (rowid, keyword) SELECT id, keyword FROM Keywords WHERE keyword LIKE 'demo %';
  INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
    SELECT 'Keywords', uuid, 'create', last_modified, client_id, version,
      json_object('id', id, 'keyword', keyword, 'uuid', uuid, 'last_modified', last_modified, 'version', version,
        'client_id', client_id, 'deleted', 0, 'prev_version', NULL, 'merge_parent_uuid', NULL)
    FROM Keywords WHERE keyword LIKE 'demo %';
  COMMIT;"
have() { sql "$1" "SELECT count(*) FROM Keywords WHERE keyword LIKE 'demo %'"; }
for _ in $(seq 2000); do
  [ "$(have desktop)" -gt 0 ] && break
  sleep 0.005
done
kill -KILL "${pids[desktop]}"
wait "${pids[desktop]}" 2>/dev/null || true
unset 'pids[desktop]'
say "the laptop has 3000 new keywords; the desktop's daemon was killed when it had taken in $(have desktop)"
start_daemon desktop
in_step
say "started again, it has $(have desktop)"
[ "$(have desktop)" = 3000 ] || fail "something is missing"
same

step "Everything stops"
for name in laptop desktop; do end "$name" 2000; done
end hub 5000
say "done"
