"""Works on one library as a person does, in several threads, with the application's own classes.

Runs in the application's environment. Reads the order as JSON from standard input (schema, library, client, seed,
threads, operations, pause) and prints as JSON the actions, the typed words, and the application's errors.
"""

import collections
import importlib
import json
import random
import re
import sys
import threading
import time

# Common to both devices: the same addresses, labels and mail.
SHARED_ADDRESSES = [f"https://media.example/shared/{number}" for number in range(10)]
LABELS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
MODELS = ["large-v3", "tiny"]

CHOICES = {
    "add": 22,
    "add_shared": 6,
    "add_again": 3,
    "add_mail": 4,
    "retitle": 14,
    "rewrite": 6,
    "label": 8,
    "write_version": 6,
    "roll_back": 5,
    "transcribe": 10,
    "transcribe_again": 4,
    "drop_transcript": 3,
    "add_chunks": 5,
    "add_search_chunks": 5,
    "trash": 5,
    "restore": 4,
    "delete": 4,
    "undelete": 4,
    "drop_label": 2,
    "rename_label": 2,
    "purge": 2,
    "search": 8,
}


class Worker:
    """One thread's share of the work, with its own random source."""

    def __init__(self, library, order, number):
        self.library, self.client, self.number = library, order["client"], number
        self.random = random.Random(f"{order['seed']}/{self.client}/{number}")
        self.operations, self.pause = order["operations"], order["pause"]
        self.words = 0
        self.done, self.errors = collections.Counter(), collections.Counter()
        self.typed, self.replaced, self.wiped, self.purged, self.along = [], [], [], [], []

    # Each typed word is unique, so that it can be found again wherever it went.
    def word(self):
        self.words += 1
        return f"{self.client}t{self.number}w{self.words}z"

    def work(self):
        names, weights = zip(*CHOICES.items())
        for _ in range(self.operations):
            name = self.random.choices(names, weights)[0]
            self.fresh, self.name = [], name
            self.gone, self.erased, self.for_good, self.taken = [], [], [], []
            try:
                outcome = getattr(self, name)()
            except Exception as error:
                self.errors[f"{name}: {kind_of(error)}"] += 1
            else:
                self.done[name if outcome is not False else f"{name} (nothing to do)"] += 1
                if outcome is not False:
                    self.typed += self.fresh
                    self.replaced += self.gone
                    self.wiped += self.erased
                    self.purged += self.for_good
                    self.along += self.taken
            time.sleep(self.random.expovariate(1 / self.pause))
        self.library.close()

    def type(self, place):
        word = self.word()
        self.fresh.append([word, f"{place} by {self.name}"])
        return word

    def one(self, query, *parameters):
        """A random row of the query; without one the operation ends without a change."""
        rows = self.library.rows(query, parameters)
        return self.random.choice(rows) if rows else None

    def column(self, table, column, key, value):
        """The current value of a column, inside the transaction that will overwrite it."""
        return [row[column] for row in self.library.rows(f"SELECT {column} FROM {table} WHERE {key} = ?", (value,))]

    def medium(self, condition="deleted = 0 AND is_trash = 0"):
        # Another window may be editing the row: as in the application, this uses what a list showed before.
        return self.one(f"SELECT id, uuid, url, title, type FROM Media WHERE {condition}")

    def some_labels(self):
        labels = self.random.sample(LABELS, self.random.randint(0, 3))
        return labels + ([self.type("Keywords.keyword")] if self.random.random() < 0.2 else [])

    def chunks(self):
        return [
            {
                "text": self.type("UnvectorizedMediaChunks.chunk_text"),
                "start_char": index * 10,
                "end_char": index * 10 + 9,
                "chunk_type": self.random.choice(["text", None]),
                "metadata": self.random.choice([{"page": index, "section_path": "One"}, {"tags": ["a", "b"]}, None]),
                **self.library.more_of_a_chunk,
            }
            for index in range(self.random.randint(1, 3))
        ]

    def add_at(self, url):
        content = self.type("DocumentVersions.content")
        added = self.library.add(
            url=url,
            title=self.type("Media.title"),
            media_type="article",
            content=content,
            author="someone",
            analysis_content=self.type("DocumentVersions.analysis_content"),
            keywords=self.some_labels(),
            chunks=self.chunks() if self.random.random() < 0.6 else None,
        )
        if added[2].endswith("added."):
            return True
        self.fresh = []  # It existed: the application found it, and kept nothing of ours.
        return True

    def add(self):
        return self.add_at(f"https://media.example/{self.word()}")

    def add_shared(self):
        return self.add_at(self.random.choice(SHARED_ADDRESSES))

    def add_again(self):
        medium = self.medium()
        return self.add_at(medium["url"]) if medium else False

    def add_mail(self):
        """From schema 26 on, mails with one text are different mails."""
        if self.library.schema < 26:
            return False
        identity = self.word()
        self.library.add(
            title=self.type("Media.title"),
            media_type="email",
            content=f"A round letter {self.random.randint(1, 2)}",
            safe_metadata=json.dumps({"email": {"message_id": f"<{identity}@mail.example>"}}),
        )

    def retitle(self):
        medium = self.medium()
        if not medium:
            return False
        with self.library.transaction():
            self.gone += self.column("Media", "title", "id", medium["id"])
            self.library.retitle(medium["id"], self.type("Media.title"))

    def rewrite(self):
        medium = self.medium("deleted = 0 AND is_trash = 0 AND type = 'article'")
        if not medium:
            return False
        with self.library.transaction():
            chunks = self.chunks() if self.random.random() < 0.3 else None
            if chunks is not None:
                # The application deletes the old ones without a log entry.
                self.gone += self.column("UnvectorizedMediaChunks", "chunk_text", "media_id", medium["id"])
                self.erased += self.column("UnvectorizedMediaChunks", "uuid", "media_id", medium["id"])
            self.gone += self.column("Media", "title", "id", medium["id"])
            return self.library.rewrite(medium, self.type("DocumentVersions.content"), self.some_labels(), chunks)

    def label(self):
        medium = self.medium()
        return bool(medium) and self.library.label(medium["id"], self.some_labels())

    def write_version(self):
        medium = self.medium()
        if not medium:
            return False
        self.library.write_version(
            medium["id"], self.type("DocumentVersions.content"), self.type("DocumentVersions.analysis_content")
        )

    def roll_back(self):
        version = self.one(
            "SELECT v.media_id, v.version_number FROM DocumentVersions v JOIN Media m ON m.id = v.media_id "
            "WHERE v.deleted = 0 AND m.deleted = 0 AND v.version_number < (SELECT max(version_number) FROM "
            "DocumentVersions w WHERE w.media_id = v.media_id AND w.deleted = 0)"
        )
        return bool(version) and "success" in self.library.roll_back(version["media_id"], version["version_number"])

    def transcribe(self):
        medium = self.medium()
        if not medium:
            return False
        with self.library.transaction():
            text, model = self.type("Transcripts.transcription"), self.random.choice(MODELS)
            self.gone += self.library.transcribe(medium["id"], text, model)

    def transcribe_again(self):
        """Repeats a transcription under the key of the first one."""
        medium = self.medium()
        if not medium:
            return False
        with self.library.transaction():
            text, model = self.type("Transcripts.transcription"), self.random.choice(MODELS)
            self.gone += self.library.transcribe(medium["id"], text, model, key="once")

    def drop_transcript(self):
        transcript = self.one(
            "SELECT t.uuid FROM Transcripts t JOIN Media m ON m.id = t.media_id WHERE t.deleted = 0 AND m.deleted = 0"
        )
        return bool(transcript) and self.library.drop_transcript(transcript["uuid"])

    def add_chunks(self):
        # Schema 9 counts from one each time, so a second batch fails even without a daemon.
        medium = self.medium(
            "deleted = 0 AND is_trash = 0 AND NOT EXISTS (SELECT 1 FROM MediaChunks c WHERE c.media_id = Media.id)"
        )
        if not medium:
            return False
        self.library.add_chunks(medium["id"], [self.type("MediaChunks.chunk_text") for _ in range(2)])

    def add_search_chunks(self):
        medium = self.medium()
        if not medium:
            return False
        with self.library.transaction():
            taken = self.column("UnvectorizedMediaChunks", "chunk_index", "media_id", medium["id"])
            chunk = {"chunk_index": max(taken, default=-1) + 1, "chunk_type": "text", "metadata": {"page": 1}}
            self.library.add_search_chunks(
                medium["id"], [{**chunk, "chunk_text": self.type("UnvectorizedMediaChunks.chunk_text")}]
            )

    def trash(self):
        medium = self.medium()
        return bool(medium) and self.library.trash(medium["id"])

    def restore(self):
        medium = self.medium("deleted = 0 AND is_trash = 1")
        return bool(medium) and self.library.restore(medium["id"])

    def delete(self):
        medium = self.medium("deleted = 0")
        return bool(medium) and self.library.delete(medium["id"])

    def undelete(self):
        medium = self.medium("deleted = 1") if self.library.schema < 26 else None
        return bool(medium) and self.library.undelete(medium["id"])

    def purge(self):
        """Hard-deletes a medium: no row stays, and the application logs nothing."""
        medium = self.medium("deleted = 0 AND is_trash = 1")
        if not medium:
            return False
        with self.library.transaction():
            self.for_good.append(medium["uuid"])
            self.gone += self.column("Media", "title", "id", medium["id"])
            self.gone += self.column("Media", "content", "id", medium["id"])
            for table in ("Transcripts", "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions"):
                for row in self.library.rows(f"SELECT * FROM {table} WHERE media_id = ?", (medium["id"],)):
                    self.taken.append(row["uuid"])
                    self.gone += [value for value in row.values() if isinstance(value, str)]
            return self.library.purge(medium["id"])

    def drop_label(self):
        return self.library.drop_keyword(self.random.choice(LABELS))

    def rename_label(self):
        label = (
            self.one("SELECT id, keyword FROM Keywords WHERE deleted = 0 AND length(keyword) > 7")
            if self.library.schema < 26
            else None
        )
        if not label:
            return False
        with self.library.transaction():
            self.gone += self.column("Keywords", "keyword", "id", label["id"])
            return self.library.rename_keyword(label["id"], self.type("Keywords.keyword"))

    def search(self):
        medium = self.medium()
        if medium:
            self.library.search(medium["title"])


def kind_of(error):
    """The error's class and words, without the parts that vary, and its cause."""

    def words_of(text):
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\w*t\dw\d+z\b|\d+", "…", str(text))[:120]

    cause = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__
    words, why = words_of(error), words_of(cause)
    return f"{type(error).__name__}: {words}" + (f" ({why})" if why not in words else "")


def main():
    order = json.load(sys.stdin)
    application = importlib.import_module(f"library{order['schema']}")
    # One object for all threads, as in the application: it keeps one connection per thread.
    library = application.Library(order["library"], order["client"])
    workers = [Worker(library, order, number) for number in range(order["threads"])]
    threads = [threading.Thread(target=worker.work) for worker in workers]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    library.close()
    json.dump(
        {
            "schema": order["schema"],
            "seconds": time.monotonic() - began,
            "done": sum((worker.done for worker in workers), collections.Counter()),
            "errors": sum((worker.errors for worker in workers), collections.Counter()),
            "typed": [entry for worker in workers for entry in worker.typed],
            "replaced": sorted({word for worker in workers for word in worker.replaced}),
            "wiped": [uuid for worker in workers for uuid in worker.wiped],
            "purged": [uuid for worker in workers for uuid in worker.purged],
            "along": [uuid for worker in workers for uuid in worker.along],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
