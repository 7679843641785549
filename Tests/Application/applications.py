"""The installed releases of the application: each call is a separate process, as on a person's machine."""

import json
import subprocess
import sys

from install import HERE, environment_of

THREADS, OPERATIONS, PAUSE = 3, 50, 0.04


class Applications:
    """The releases that `make application` installed into a folder."""

    def __init__(self, folder):
        self.folder = folder

    def start(self, script, schema, order):
        environment = self.folder / str(schema)
        python = environment / "bin/python"
        if not python.exists():
            sys.exit(f"application: schema {schema} is not installed: run `make application`")
        process = subprocess.Popen(
            [python, HERE / script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=environment / "home",
            env=environment_of(environment),
        )
        process.stdin.write(json.dumps({"schema": schema, **order}))
        process.stdin.close()
        process.stdin = None
        return process

    @staticmethod
    def finish(process):
        output, errors = process.communicate(timeout=120)
        if process.returncode != 0:
            sys.exit("the application's process failed: " + errors[-1500:])
        return json.loads(output)

    def work(self, libraries, seed, client=None):
        """Works on every library at once; `libraries` are (device, schema, path). Returns the output of work.py."""
        order = {"seed": seed, "threads": THREADS, "operations": OPERATIONS, "pause": PAUSE}
        running = [
            self.start("work.py", schema, {**order, "client": client or device, "library": str(path)})
            for device, schema, path in libraries
        ]
        return [self.finish(process) for process in running]

    def find(self, schema, path, words):
        """The results of find.py for some words."""
        return self.finish(self.start("find.py", schema, {"library": str(path), "words": words}))
