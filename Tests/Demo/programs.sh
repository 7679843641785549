# How the scripts beside this one start the programs: a hub on loopback, and a daemon for each sample library. BIN
# is the directory of the three programs; `work`, which they set, is a temporary directory.

BIN=$(cd "${BIN:?BIN must name the directory of mediasyncd, mediasyncctl and mediasync-hub}" && pwd)
for program in mediasyncd mediasyncctl mediasync-hub; do
  [ -x "$BIN/$program" ] || { echo "$0: $BIN/$program is missing: build first" >&2; exit 1; }
done

# Copies the sample library of a device.
copy_library() {
  cp "$(dirname "${BASH_SOURCE[0]}")/../Fixtures/$1.sqlite" "$work/$1.sqlite"
  chmod 644 "$work/$1.sqlite"
}

# Sets `port` to one where nobody listens.
choose_port() {
  port=$((20000 + RANDOM % 20000))
  while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
}

# Creates the hub's directory if needed, and a token for a device.
create_token() {
  mkdir -p "$work/hub"
  (umask 077; "$BIN/mediasync-hub" token create --data "$work/hub" --library home --device "$1" \
    >"$work/$1.token" 2>>"$work/hub.log")
}

# Each sets `command_line`: to what runs the hub, or the daemon of a device.
hub_command() { command_line=("$BIN/mediasync-hub" serve --data "$work/hub" --listen "127.0.0.1:$port"); }
daemon_command() {
  # No configuration file: the environment alone is enough.
  command_line=(env MEDIASYNC_LIBRARY_DATABASE="$work/$1.sqlite" MEDIASYNC_HUB_URL="http://127.0.0.1:$port/sync"
    MEDIASYNC_HUB_TOKEN_FILE="$work/$1.token" MEDIASYNC_CONTROL_SOCKET="$work/$1.sock"
    XDG_CONFIG_HOME="$work/no-config" "$BIN/mediasyncd" run)
}
