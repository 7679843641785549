"""One pair of libraries: two devices, two daemons and a hub, edits, and the findings at rest."""

import collections
import json
import re
import shutil

import compare
from install import HERE
from programs import Programs

FIXTURES = HERE.parent / "Fixtures"
DEVICES = ("laptop", "desktop")
PATIENCE = 30  # Seconds until two daemons must be at rest after the last edit.

# The application's errors without a daemon: its own threads' locks, a medium that was deleted after it was listed, an
# address or a text that it cannot add because a deleted medium has it, and a link that two writers make.
OWN_ERRORS = re.compile(
    r"locked|busy|not found|inactive|UNIQUE constraint failed: (Media\.(url|content_hash)|MediaKeywords\.media_id)"
)


class Pair:
    """Two libraries of some schemas, named as in `9-26`.

    In `1>9-9` the laptop's file starts at schema 1, under its daemon, until the application of schema 9 opens it.
    """

    def __init__(self, name, folder, binaries, applications, seed):
        self.name, self.folder, self.binaries, self.applications = name, folder, binaries, applications
        self.seed = f"{seed}/{name}"
        first, second = name.split("-")
        self.upgraded, _, first = first.rpartition(">")
        self.libraries = [
            (device, int(schema), folder / f"{device}.sqlite") for device, schema in zip(DEVICES, (first, second))
        ]

    def run(self, alone):
        """Findings, and the actions; `alone` are the kinds of error that the application has without a daemon."""
        self.make_libraries()
        with Programs(self.binaries, self.folder) as programs:
            programs.start_hub()
            for device, _, path in self.libraries:
                programs.start_daemon(device, path)
            reports = self.work(programs)
            seconds, said = programs.await_rest(PATIENCE)
            verified = {device: programs.ask(device, "verify", "--json") for device in DEVICES}
        contents = [compare.Contents(*library) for library in self.libraries]
        unlogged = compare.Unlogged(reports, contents)
        findings = [] if seconds is not None else [f"rest: not in step within {PATIENCE} s: {said}"]
        findings += unverified(verified, unlogged, contents)
        for each in contents:
            findings += compare.set_aside(each) + compare.unsound(each)
        if seconds is not None:  # Otherwise they differ in everything that still waits, which adds nothing.
            findings += compare.differences(*contents, unlogged) + compare.vanished(contents, unlogged)
            findings += compare.losses(contents, reports, unlogged) + self.searches(contents, unlogged)
        findings += strange_errors(reports, alone)
        self.describe(reports, seconds, contents, unlogged)
        return [f"{self.name} {finding}" for finding in findings], reports

    def make_libraries(self):
        """Lets the application create its own files, before any daemon sees them."""
        for device, schema, path in self.libraries:
            if self.upgraded and device == DEVICES[0]:
                shutil.copyfile(FIXTURES / "laptop.sqlite", path)
            else:
                self.applications.find(schema, path, [])

    def work(self, programs):
        if not self.upgraded:
            return self.applications.work(self.libraries, self.seed)
        # The desktop fills columns that the laptop's file still lacks.
        before = self.applications.work(self.libraries[1:], f"{self.seed}/before", client="early")
        programs.await_rest(PATIENCE)
        return before + self.applications.work(self.libraries, self.seed)

    def searches(self, contents, unlogged):
        """Checks that the application's own search finds exactly what is there, in both libraries."""
        live = {
            each.device: {
                uuid: compare.words_of([row["title"] or "", row["content"] or ""])
                for uuid, row in each.rows["Media"].items()
                if not row["deleted"] and not row["is_trash"]
            }
            for each in contents
        }
        words = sorted(set().union(*(found for media in live.values() for found in media.values())))
        results = [self.applications.find(each.schema, each.path, words) for each in contents]
        groups = collections.defaultdict(list)
        unheld = {uuid for each in contents for _, uuid in each.parked} | unlogged.away
        for word in words:
            found = [set(result["found"][word]) for result in results]
            for each, uuids in zip(contents, found):
                if uuids != {uuid for uuid, theirs in live[each.device].items() if word in theirs}:
                    groups[f"{each.device} finds another row than the one that has the word"].append(word)
            if found[0] - unheld != found[1] - unheld:
                groups["the two find different rows"].append(word)
        apart = set(results[0]["keywords"]) ^ set(results[1]["keywords"])
        if apart:
            groups["the lists of keywords differ"].append(" ".join(sorted(apart)))
        return [f"search: {name} ({len(found)}), such as {min(found)}" for name, found in sorted(groups.items())]

    def describe(self, reports, seconds, contents, unlogged):
        one, other = contents
        rows = [sum(map(len, each.rows.values())) for each in contents]
        print(
            f"{self.name}: {sum(sum(report['done'].values()) for report in reports)} operations in "
            f"{max(report['seconds'] for report in reports):.1f} s, at rest "
            + (f"{seconds:.1f} s later" if seconds is not None else "never")
            + f"; rows {rows[0]} and {rows[1]}, conflict records {len(one.conflicts)} and {len(other.conflicts)}, "
            f"parked {len(one.parked)} and {len(other.parked)}; deleted unlogged: {len(unlogged.chunks)} chunks and "
            f"{len(unlogged.media)} media, of which {len(unlogged.media - unlogged.away)} came back",
            flush=True,
        )


def unverified(verified, unlogged, contents):
    """The differences from the hub that `verify` reports, without what the application deleted without logging it."""
    groups = collections.defaultdict(list)
    for device, answer in verified.items():
        said = json.loads(answer.stdout or "{}")
        if "differences" not in said:
            groups[f"verify: {device}: {answer.stdout.strip() or answer.stderr.strip()}"].append("nothing")
        for row in said.get("differences", []):
            entity, name, kind = row["entity"], row["entity_uuid"], row["kind"]
            known = [each.rows[entity][name] for each in contents if name in each.rows.get(entity, {})]
            if kind != "missing_here" or not unlogged.excuses(name, *known):
                check = "whole: verify" if unlogged.check(name, *known) == "whole" else "verify"
                groups[f"{check}: {device}: {kind} {entity}"].append(name)
    return [f"{name} ({len(uuids)}), such as {min(uuids)}" for name, uuids in sorted(groups.items())]


def strange_errors(reports, alone):
    """Errors that the application never has without a daemon."""
    found = collections.Counter()
    for report in reports:
        found.update(
            {
                kind: count
                for kind, count in report["errors"].items()
                if kind not in alone and not OWN_ERRORS.search(kind)
            }
        )
    return [f"error: {count} × {kind}" for kind, count in sorted(found.items())]
