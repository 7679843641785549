"""Installs released versions of the application, each into its own virtual environment: `make application`.

Skips releases that are already installed. The first argument is the target folder.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

from releases import RELEASES

HERE = pathlib.Path(__file__).resolve().parent


def stop(message):
    sys.exit(f"application: {message}")


def call(command, purpose, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        stop(f"{purpose}: {last}")
    return done.stdout


def packages_of(environment):
    return next((environment / "lib").glob("python*/site-packages"))


def adapt(packages, release):
    """Patches the installed copy with the release's list; fails if the list no longer fits the copy."""
    for name, old, new in release["replace"]:
        file = packages / name
        text = file.read_text()
        if text.count(old) != 1:
            stop(f"{file}: expected one `{old}`, found {text.count(old)}: see releases.py")
        file.write_text(text.replace(old, new))
    for name, text in release["write"]:
        file = packages / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def environment_of(environment):
    """Variables that give an installed application its own home and the modules in this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
    return {
        **kept,
        "HOME": str(environment / "home"),
        "SINGLE_USER_API_KEY": "x" * 32,
        "PYTHONPATH": str(HERE),
        "PYTHONPYCACHEPREFIX": str(environment / "bytecode"),
        "CIRCUIT_BREAKER_REGISTRY_MODE": "memory",
    }


def install(folder, schema, release):
    environment = folder / str(schema)
    wanted = hashlib.sha256(repr((sys.version, release)).encode()).hexdigest()
    stamp = environment / "installed"
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    shutil.rmtree(environment, ignore_errors=True)
    call(
        [sys.executable, "-m", "venv", environment],
        "a virtual environment cannot be made (on Debian: apt-get install python3-venv)",
    )
    pip = [
        environment / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--only-binary=:all:",
    ]
    index = "pip cannot install {} (it needs a Python package index that it can reach)"
    call([*pip, *release["needs"]], index.format("what the application needs"))
    call(
        [*pip, "--no-deps", "--ignore-requires-python", "--no-compile", release["package"]],
        index.format(release["package"]),
    )
    adapt(packages_of(environment), release)
    home = environment / "home"
    home.mkdir()
    call(
        [environment / "bin/python", "-c", release["proof"]],
        f"{release['package']} does not start",
        cwd=home,
        env=environment_of(environment),
    )
    stamp.write_text(wanted)
    return True


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for schema, release in RELEASES.items():
        if install(folder, schema, release):
            print(f"application: {release['package']} (schema {schema}) is installed in {folder / str(schema)}")


if __name__ == "__main__":
    main()
