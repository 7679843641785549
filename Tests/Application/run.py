"""Runs the real application on two libraries while real daemons and a hub keep them equal, and checks the result.

    python3 run.py --binaries FOLDER --applications FOLDER [--seed N] [--pairs 9-9,26-26,9-26,1>9-9] [--keep]

Exits with 1 for any finding that is not in known_gaps.py. Prints the seed; the same seed types the same words, though
not at the same moments.
"""

import argparse
import collections
import pathlib
import re
import shutil
import sys
import tempfile
import time

from applications import Applications
from known_gaps import KNOWN_GAPS
from pair import DEVICES, Pair


def print_errors(alone, beside):
    """The application's own errors: without a daemon, and with one, for the same number of operations."""
    print("\nErrors that the application met, per 1,000 operations (without us, beside a daemon):")
    for schema in sorted(alone):
        with_us = [report for each, report in beside if each == schema]
        counts = sum((collections.Counter(report["errors"]) for report in with_us), collections.Counter())
        many = sum(sum(report["done"].values()) for report in with_us) + sum(counts.values()) or 1
        few = sum(alone[schema]["done"].values()) + sum(alone[schema]["errors"].values())
        print(
            f"  schema {schema:2}  {sum(alone[schema]['errors'].values()) * 1000 / few:6.1f} "
            f"{counts.total() * 1000 / many:6.1f}  in all"
        )
        for kind in sorted({*counts, *alone[schema]["errors"]}):
            before, now = alone[schema]["errors"].get(kind, 0) * 1000 / few, counts[kind] * 1000 / many
            print(f"  schema {schema:2}  {before:6.1f} {now:6.1f}  {kind}")


def arguments_of_call():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="where the three programs are")
    parser.add_argument("--applications", type=pathlib.Path, required=True, help="where `make application` put them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--pairs",
        default="9-9,26-26,9-26,1>9-9",
        help="schemas of laptop and desktop; 1>9: the application upgrades the file beside its daemon",
    )
    parser.add_argument("--keep", action="store_true", help="keep the libraries and the logs, and say where")
    return parser.parse_args()


def run_all(arguments, folder):
    """Returns the findings of every pair; prints the actions of each, and the application's errors."""
    applications = Applications(arguments.applications.resolve())
    quiet = [(device, schema, folder / f"alone{schema}.sqlite") for device, schema in zip(DEVICES, (9, 26))]
    alone = dict(zip((9, 26), applications.work(quiet, arguments.seed)))
    kinds = {kind for report in alone.values() for kind in report["errors"]}
    findings, beside = [], []
    for number, name in enumerate(arguments.pairs.split(",")):
        place = folder / str(number)
        place.mkdir()
        found, reports = Pair(name, place, arguments.binaries, applications, arguments.seed).run(kinds)
        findings += found
        beside += [(report["schema"], report) for report in reports]
    print_errors(alone, beside)
    return findings


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


def main():
    arguments = arguments_of_call()
    began = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mediasync-application."))
    print(f"The real application beside real daemons, seed {arguments.seed}", flush=True)
    try:
        findings = run_all(arguments, folder)
    finally:
        if arguments.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return judge(findings, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
