"""Checks two libraries at rest with plain SQL: each finding is one line."""

import collections
import json
import re
import sqlite3

# Parents, by the local column that names them.
PARENTS = {
    "Media": None,
    "Keywords": None,
    "Transcripts": "media_id",
    "MediaChunks": "media_id",
    "UnvectorizedMediaChunks": "media_id",
    "DocumentVersions": "media_id",
}
# Columns without a meaning on another device: docs/protocol.md.
LOCAL = {"id", "uuid", "media_id", "last_modified", "vector_embedding"}
INDEXES = {"media_fts": ("Media", "title, content"), "keyword_fts": ("Keywords", "keyword")}


class Contents:
    """A library's rows as another device could have them: parents by uuid."""

    def __init__(self, device, schema, path):
        self.device, self.schema, self.path = device, schema, path
        with self.connection() as connection:
            self.names = {
                table: dict(connection.execute(f"SELECT id, uuid FROM {table}").fetchall())
                for table in ("Media", "Keywords")
            }
            self.rows = {table: self.table(connection, table, parent) for table, parent in PARENTS.items()}
            self.links = {
                (self.names["Media"][medium], self.names["Keywords"][keyword])
                for medium, keyword in connection.execute("SELECT media_id, keyword_id FROM MediaKeywords")
            }
            self.parked = self.kept(connection, "SELECT entity, uuid FROM mediasync_parked")
            self.quarantine = self.kept(
                connection, "SELECT direction, entity, code, reason, entry FROM mediasync_quarantine"
            )
            self.created = {
                (entity, uuid): json.loads(payload)
                for entity, uuid, payload in connection.execute(
                    "SELECT entity, entity_uuid, payload FROM sync_log WHERE operation = 'create'"
                )
            }
            self.aliases = {
                (entity, uuid): canonical
                for entity, uuid, canonical in self.kept(
                    connection, "SELECT entity, uuid, canonical FROM mediasync_aliases"
                )
            }
            self.conflicts = self.kept(connection, "SELECT entity, uuid, losing, winning FROM mediasync_conflicts")

    def connection(self):
        return sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)

    def table(self, connection, table, parent):
        cursor = connection.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        rows = {}
        for values in cursor:
            row = dict(zip(columns, values))
            kept = {name: value for name, value in row.items() if name not in LOCAL}
            if parent:
                kept["media"] = self.names["Media"].get(row[parent])
            rows[row["uuid"]] = kept
        return rows

    @staticmethod
    def kept(connection, query):
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:  # No daemon has run here.
            return []

    def words(self):
        """Every word in any row."""
        rows = (row for rows in self.rows.values() for row in rows.values())
        return words_of(value for row in rows for value in row.values() if isinstance(value, str))

    def recorded(self):
        """Every word in a conflict record, in quarantine or in a parked document."""
        with self.connection() as connection:
            documents = self.kept(connection, "SELECT document FROM mediasync_parked")
        return words_of(str(value) for record in [*self.conflicts, *self.quarantine, *documents] for value in record)


def words_of(texts):
    """The words that `work.py` typed; see `Worker.word`."""
    found = set()
    for text in texts:
        found.update(re.findall(r"[a-z]+t\d+w\d+z", text))
    return found


class Unlogged:
    """Rows that the application deleted without logging it: chunks that it replaced, and media with their children.

    A row that another device still has may stay there. A medium that came back must be complete.
    """

    def __init__(self, reports, contents=()):
        self.chunks = {uuid for report in reports for uuid in report["wiped"]}
        self.media = {uuid for report in reports for uuid in report["purged"]}
        self.all = self.chunks | self.media | {uuid for report in reports for uuid in report["along"]}
        back = set.intersection(*(set(each.rows["Media"]) for each in contents)) if contents else set()
        self.away = self.media - back

    def excuses(self, name, *rows):
        """Whether a row or a link may be on one device only; `rows` are its known rows."""
        if name in self.chunks or self.away & self.media_of(name, rows):
            return True
        return not rows and name in self.all

    def check(self, name, *rows):
        """The reason why a row is on one device only."""
        return "whole" if self.media & self.media_of(name, rows) else "columns"

    @staticmethod
    def media_of(name, rows):
        """The medium of a row or a link, and the row itself, which may be that medium."""
        return {name, name.partition("_")[0], *(row.get("media") for row in rows)}


def differences(one, other, unlogged):
    """Rows that only one library has, and columns that differ in common rows; grouped, with one example each.

    Leaves out rows that a device lists as parked, and rows that the application deleted without logging it.
    """
    excepted = {*one.parked, *other.parked}
    groups = collections.defaultdict(list)
    for table in PARENTS:
        mine, theirs = one.rows[table], other.rows[table]
        for uuid in mine.keys() ^ theirs.keys():
            row = mine.get(uuid) or theirs[uuid]
            if (table, uuid) not in excepted and not unlogged.excuses(uuid, row):
                device = one.device if uuid in mine else other.device
                groups[f"{unlogged.check(uuid, row)}: {table}: only {device} has the row"].append(uuid)
        for uuid in mine.keys() & theirs.keys():
            if (table, uuid) in excepted:
                continue
            for column in mine[uuid].keys() & theirs[uuid].keys():
                if mine[uuid][column] != theirs[uuid][column]:
                    shown = f"{uuid}: {mine[uuid][column]!r:.60} and {theirs[uuid][column]!r:.60}"
                    groups[f"columns: {table}.{column} differs"].append(shown)
    without = {uuid for _, uuid in excepted} | unlogged.away
    for link in one.links ^ other.links:
        if not without & set(link):
            device = one.device if link in one.links else other.device
            name = "_".join(link)
            groups[f"{unlogged.check(name)}: MediaKeywords: only {device} has the link"].append(name)
    return [f"{name} ({len(examples)}), such as {min(examples)}" for name, examples in sorted(groups.items())]


def may_fold(entity, one, other, schemas):
    """Whether two rows were created with a common key, under which their libraries can hold only one row."""

    def same(*columns):
        return all(one.get(column) is not None and one.get(column) == other.get(column) for column in columns)

    both_old = schemas == (9, 9)
    return {
        "Media": same("url") or both_old and same("content_hash"),
        "Keywords": same("keyword"),
        "Transcripts": same("idempotency_key") or both_old and same("whisper_model"),
        "MediaChunks": same("chunk_id"),
        "UnvectorizedMediaChunks": same("chunk_index", "chunk_type"),
        "DocumentVersions": same("content"),
    }[entity]


def vanished(contents, unlogged):
    """Rows that the application created and that its own library no longer has, though both libraries could hold them.

    A row may have lost its uuid to an older row with the same key, but to no other row.
    """
    made = {name: (each.schema, payload) for each in contents for name, payload in each.created.items()}
    aliases = {name: canonical for each in contents for name, canonical in each.aliases.items()}
    groups = collections.defaultdict(list)
    for each in contents:
        for entity, uuid in each.created:
            if entity not in PARENTS or uuid in each.rows[entity] or uuid in unlogged.all:
                continue
            heir = uuid
            while (entity, heir) in aliases:
                heir = aliases[entity, heir]
            (mine, one), (theirs, other) = made[entity, uuid], made.get((entity, heir), (0, {}))
            if heir == uuid:
                groups[f"{entity} of {each.device}: gone without another name"].append(uuid)
            elif not may_fold(entity, one, other, (mine, theirs)):
                groups[f"{entity} of {each.device}: folded into a row with which it has no key in common"].append(uuid)
    return [f"vanished: {name} ({len(uuids)}), such as {min(uuids)}" for name, uuids in sorted(groups.items())]


def set_aside(contents):
    """The quarantined entries: a healthy application causes none."""
    counted = collections.Counter(
        f"{direction} {entity} {code}: {reason}" for direction, entity, code, reason, _ in contents.quarantine
    )
    return [f"quarantine: {contents.device}: {count} × {kind}" for kind, count in sorted(counted.items())]


def unsound(contents):
    """The findings of SQLite's own checks and about the full-text indexes.

    An index is right if it has exactly the live rows, with all their words. Extra words are the application's own.
    """
    found = []
    connection = sqlite3.connect(contents.path)
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            found.append(f"sound: {contents.device}: {row[0]}")
    for row in connection.execute("PRAGMA foreign_key_check"):
        found.append(f"sound: {contents.device}: foreign key of {row[0]} {row[1]} to {row[2]}")
    if contents.schema >= 26:
        for row in connection.execute(
            "SELECT m.uuid, m.next_transcription_run_id, max(t.transcription_run_id) AS last FROM Media m "
            "JOIN Transcripts t ON t.media_id = m.id GROUP BY m.id HAVING last >= m.next_transcription_run_id"
        ):
            found.append(
                f"sound: {contents.device}: the next transcript of {row[0]} is to be {row[1]}, but {row[2]} is there"
            )
    for index, (table, columns) in INDEXES.items():
        connection.executescript(f"""
            CREATE VIRTUAL TABLE temp.expected USING fts5({columns});
            INSERT INTO temp.expected(rowid, {columns}) SELECT id, {columns} FROM main.{table} WHERE deleted = 0;
            CREATE VIRTUAL TABLE temp.wanted USING fts5vocab(temp, expected, instance);
            CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, {index}, instance);""")
        missing = connection.execute(
            "SELECT doc, term FROM temp.wanted EXCEPT SELECT doc, term FROM temp.held"
        ).fetchall()
        # Hard-deleted rows stay in the application's index, under a number that is never used again.
        rows = connection.execute(
            f"SELECT id FROM {index}_docsize INTERSECT SELECT id FROM {table} WHERE deleted = 1"
        ).fetchall()
        if missing:
            found.append(f"sound: {contents.device}: {index} lacks {len(missing)} words, such as {missing[0]}")
        if rows:
            found.append(f"sound: {contents.device}: {index} has {len(rows)} deleted rows, such as {rows[0][0]}")
        connection.executescript("DROP TABLE temp.held; DROP TABLE temp.wanted; DROP TABLE temp.expected;")
    connection.close()
    return found


def losses(contents, reports, unlogged):
    """Words that people typed and nobody knowingly overwrote, and that a library neither shows nor has on record.

    The children of a medium that was hard-deleted in one library may be only in the other.
    """
    replaced = {word for report in reports for text in report["replaced"] for word in words_of([text or ""])}
    recorded = set().union(*(each.recorded() for each in contents))
    media = collections.defaultdict(set)
    for rows in (rows for each in contents for rows in each.rows.values()):
        for uuid, row in rows.items():
            for word in words_of(value for value in row.values() if isinstance(value, str)):
                media[word] |= unlogged.media & unlogged.media_of(uuid, [row])
    groups = collections.defaultdict(list)
    for each in contents:
        shown = each.words()
        for word, place in (entry for report in reports for entry in report["typed"]):
            if word in shown or word in recorded or word in replaced or media[word] - each.rows["Media"].keys():
                continue
            case = "whole" if media[word] else "lost"
            groups[f"{case}: {place}: {each.device} neither shows it nor has it on record"].append(word)
    return [f"{name} ({len(words)}), such as {min(words)}" for name, words in sorted(groups.items())]
