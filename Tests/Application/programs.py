"""The real hub and daemons, on loopback and in the caller's folder."""

import json
import os
import socket
import subprocess
import time

# Settings for quick retries: this test takes minutes, not days.
HASTE = {
    "MEDIASYNC_BACKOFF_INITIAL": "20ms",
    "MEDIASYNC_BACKOFF_MAX": "300ms",
    "MEDIASYNC_HUB_LONG_POLL": "2s",
    "MEDIASYNC_SYNC_DEBOUNCE": "20ms",
    "MEDIASYNC_SYNC_INTERVAL": "2s",
}


class Programs:
    """A hub and any number of daemons. The end of the `with` block ends them all."""

    def __init__(self, binaries, folder):
        self.binaries, self.folder = binaries, folder
        self.running, self.sockets = [], {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.running):
            process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, name, arguments, environment=None):
        with open(self.folder / f"{name}.log", "w") as log:
            process = subprocess.Popen(
                [str(argument) for argument in arguments], stdout=log, stderr=log, env=environment
            )
        self.running.append(process)
        return process

    def tool(self, arguments, **options):
        return subprocess.run(
            [str(argument) for argument in arguments], capture_output=True, text=True, timeout=120, **options
        )

    def start_hub(self):
        self.data = self.folder / "hub"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        listen = f"127.0.0.1:{self.port}"
        hub = self.start("hub", [self.binaries / "mediasync-hub", "serve", "--data", self.data, "--listen", listen])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if hub.poll() is not None:
                    break
                time.sleep(0.05)
        raise SystemExit("the hub does not listen: " + (self.folder / "hub.log").read_text()[-500:])

    def start_daemon(self, device, library):
        made = self.tool(
            [
                self.binaries / "mediasync-hub",
                "token",
                "create",
                "--data",
                self.data,
                "--library",
                "home",
                "--device",
                device,
            ]
        )
        token = self.folder / f"{device}.token"
        token.touch(mode=0o600)
        token.write_text(made.stdout)
        self.sockets[device] = self.folder / f"{device}.sock"
        environment = {
            **os.environ,
            **HASTE,
            "MEDIASYNC_LIBRARY_DATABASE": str(library),
            "MEDIASYNC_HUB_TOKEN_FILE": str(token),
            "MEDIASYNC_HUB_URL": f"http://127.0.0.1:{self.port}/sync",
            "MEDIASYNC_CONTROL_SOCKET": str(self.sockets[device]),
            "XDG_CONFIG_HOME": str(self.folder / "none"),
        }
        daemon = self.start(device, [self.binaries / "mediasyncd", "run"], environment)
        for _ in range(200):
            if self.ask(device, "version").returncode == 0:
                return
            if daemon.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(
            f"the daemon of {device} does not answer: " + (self.folder / f"{device}.log").read_text()[-500:]
        )

    def ask(self, device, *words):
        return self.tool([self.binaries / "mediasyncctl", "--socket", self.sockets[device], *words])

    def status(self, device):
        return json.loads(self.ask(device, "status", "--json").stdout or "{}")

    def await_rest(self, within):
        """Waits until every device is in step, has nothing left to push, and has read the same log to its end.

        Returns the seconds that it took, or nothing and every device's last status.
        """
        began, quiet = time.monotonic(), 0
        while time.monotonic() - began < within:
            states = [self.status(device) for device in self.sockets]
            still = all(state.get("state") == "in-sync" and state.get("pending_local") == 0 for state in states)
            quiet = quiet + 1 if still and len({state.get("pulled_cursor") for state in states}) == 1 else 0
            if quiet == 3:
                return time.monotonic() - began, ""
            time.sleep(0.2)
        said = [self.ask(device, "status").stdout.strip().replace("\n", "; ") for device in self.sockets]
        return None, " | ".join(said)
