"""Lets the real application work on two libraries while real daemons and a hub keep them equal, and looks at the end.

    python3 run.py --binaries FOLDER --applications FOLDER [--seed N] [--pairs 9-9,26-26,9-26] [--keep]

Exits 1 if anything is found that is not in known_gaps.py. Prints the seed; the same seed types the same words, though
not at the same moments.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import compare
from install import environment_of
from known_gaps import KNOWN_GAPS
from programs import Programs

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = ("laptop", "desktop")
THREADS, OPERATIONS, PAUSE = 3, 60, 0.04
PATIENCE = 20  # Seconds until two daemons must be at rest after the last edit.

# What the application runs into by itself: its own threads' locks, a medium that was deleted since it was listed, and
# an address or a text that it cannot add because the medium that has it is deleted.
OWN_ERRORS = re.compile(r"locked|busy|not found|inactive|UNIQUE constraint failed: Media\.(url|content_hash)")


class Applications:
    """The installed releases: each call is a process of its own."""

    def __init__(self, folder):
        self.folder = folder

    def start(self, script, schema, order):
        environment = self.folder / str(schema)
        python = environment / "bin/python"
        if not python.exists():
            sys.exit(f"application: schema {schema} is not installed: run `make application`")
        process = subprocess.Popen(
            [python, HERE / script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=environment / "home", env=environment_of(environment))
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

    def work(self, libraries, seed):
        """Works on every library at once; `libraries` are (device, schema, path)."""
        order = {"seed": seed, "threads": THREADS, "operations": OPERATIONS, "pause": PAUSE}
        running = [
            self.start("work.py", schema, {**order, "client": device, "library": str(path)})
            for device, schema, path in libraries]
        return [self.finish(process) for process in running]

    def find(self, schema, path, words):
        return self.finish(self.start("find.py", schema, {"library": str(path), "words": words}))


def searches(applications, contents, schemas):
    """What the application's own search finds in one library must be found in the other, and be what stands there."""
    live = {
        each.device: {
            uuid: compare.words_of([row["title"] or "", row["content"] or ""])
            for uuid, row in each.rows["Media"].items() if not row["deleted"] and not row["is_trash"]}
        for each in contents}
    words = sorted(set().union(*(found for media in live.values() for found in media.values())))
    results = [applications.find(schema, each.path, words) for each, schema in zip(contents, schemas)]
    groups = collections.defaultdict(list)
    unheld = {uuid for each in contents for _, uuid in each.parked}
    for word in words:
        found = [set(result["found"][word]) for result in results]
        for each, uuids in zip(contents, found):
            if uuids != {uuid for uuid, theirs in live[each.device].items() if word in theirs}:
                groups[f"{each.device} finds another row than the one that has the word"].append(word)
        if found[0] - unheld != found[1] - unheld:
            groups["the two find different rows"].append(word)
    if results[0]["keywords"] != results[1]["keywords"]:
        groups["the lists of keywords differ"].append(" ".join(set(results[0]["keywords"]) ^ set(results[1]["keywords"])))
    return [f"search: {name} ({len(found)}), such as {min(found)}" for name, found in sorted(groups.items())]


def strange_errors(reports, alone):
    """Errors that the application never meets without us."""
    found = collections.Counter()
    for report in reports:
        found.update({
            kind: count for kind, count in report["errors"].items() if kind not in alone and not OWN_ERRORS.search(kind)})
    return [f"error: {count} × {kind}" for kind, count in sorted(found.items())]


def unverified(programs, device, wiped):
    """What `verify` says differs from the hub. Left out: what the application deleted without logging it."""
    answer = programs.ask(device, "verify", "--json")
    verified = json.loads(answer.stdout or "{}")
    if "differences" not in verified:
        return [f"verify: {device}: {answer.stdout.strip() or answer.stderr.strip()}"]
    groups = collections.defaultdict(list)
    for row in verified["differences"]:
        if row["kind"] != "missing_here" or row["entity_uuid"] not in wiped:
            groups[f"{device}: {row['kind']} {row['entity']}"].append(row["entity_uuid"])
    return [f"verify: {name} ({len(uuids)}), such as {min(uuids)}" for name, uuids in sorted(groups.items())]


def run_pair(schemas, arguments, applications, folder, alone):
    """Findings of one pair of libraries."""
    name = "-".join(map(str, schemas))
    libraries = [(device, schema, folder / f"{device}.sqlite") for device, schema in zip(DEVICES, schemas)]
    # The application makes its own file, before any daemon sees it.
    for _, schema, path in libraries:
        applications.find(schema, path, [])
    with Programs(arguments.binaries, folder) as programs:
        programs.start_hub()
        for device, _, path in libraries:
            programs.start_daemon(device, path)
        reports = applications.work(libraries, f"{arguments.seed}/{name}")
        seconds, said = programs.await_rest(PATIENCE)
        wiped = {uuid for report in reports for uuid in report["wiped"]}
        findings = [] if seconds is not None else [f"rest: not in step within {PATIENCE} s: {said}"]
        for device in DEVICES:
            findings += unverified(programs, device, wiped)
    contents = [compare.Contents(*library) for library in libraries]
    for each in contents:
        findings += compare.set_aside(each) + compare.unsound(each)
    if seconds is not None:  # Else they differ in all that still waits, which says no more.
        findings += compare.differences(*contents, wiped) + compare.vanished(contents, wiped)
        findings += compare.losses(contents, reports) + searches(applications, contents, schemas)
    findings += strange_errors(reports, alone)
    rows = [sum(map(len, each.rows.values())) for each in contents]
    print(
        f"{name}: {sum(sum(report['done'].values()) for report in reports)} operations in "
        f"{max(report['seconds'] for report in reports):.1f} s, at rest "
        + (f"{seconds:.1f} s later" if seconds is not None else "never")
        + f"; rows {rows[0]} and {rows[1]}, conflict records {len(contents[0].conflicts)} and {len(contents[1].conflicts)}, "
        f"parked {len(contents[0].parked)} and {len(contents[1].parked)}, "
        f"chunks that the application deleted unlogged {len(wiped)}")
    return [f"{name} {finding}" for finding in findings], list(zip(schemas, reports))


def print_errors(alone, beside):
    """The application's own errors: without a daemon, and beside one, for as many operations."""
    print("\nErrors that the application met, per 1,000 operations (without us, beside a daemon):")
    for schema in sorted(alone):
        with_us = [report for each, report in beside if each == schema]
        counts = collections.Counter()
        for report in with_us:
            counts.update(report["errors"])
        many = sum(sum(report["done"].values()) for report in with_us) + sum(counts.values())
        few = sum(alone[schema]["done"].values()) + sum(alone[schema]["errors"].values())
        for kind in sorted({*counts, *alone[schema]["errors"]}):
            before, now = alone[schema]["errors"].get(kind, 0) * 1000 / few, counts[kind] * 1000 / many
            print(f"  schema {schema:2}  {before:6.1f} {now:6.1f}  {kind}")


def arguments_of_call():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="where the three programs are")
    parser.add_argument("--applications", type=pathlib.Path, required=True, help="where `make application` put them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", default="9-9,26-26,9-26")
    parser.add_argument("--keep", action="store_true", help="keep the libraries and the logs, and say where")
    return parser.parse_args()


def main():
    arguments = arguments_of_call()
    began = time.monotonic()
    applications = Applications(arguments.applications.resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mediasync-application."))
    pairs = [tuple(map(int, pair.split("-"))) for pair in arguments.pairs.split(",")]
    print(f"The real application beside real daemons, seed {arguments.seed}")
    try:
        quiet = [(f"{device}", schema, folder / f"alone{schema}.sqlite") for device, schema in zip(DEVICES, (9, 26))]
        alone = dict(zip((9, 26), applications.work(quiet, arguments.seed)))
        findings, beside = [], []
        for pair in pairs:
            place = folder / "-".join(map(str, pair))
            place.mkdir()
            found, reports = run_pair(
                pair, arguments, applications, place, {kind for each in alone.values() for kind in each["errors"]})
            findings += found
            beside += reports
        print_errors(alone, beside)
    finally:
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return judge(findings, time.monotonic() - began)


def judge(findings, seconds):
    known = {finding: why for finding in findings for pattern, why in KNOWN_GAPS if re.search(pattern, finding)}
    failures = [finding for finding in findings if finding not in known]
    if known:
        print("\nKnown, and not yet mended:")
        for finding, why in known.items():
            print(f"  {finding}\n      {why}")
    if failures:
        print("\nFound:")
        for finding in failures:
            print(f"  {finding}")
    print(f"\nApplication: {len(failures)} findings, {len(known)} known gaps, {seconds:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
