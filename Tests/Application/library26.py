"""The application's library at schema 26 (tldw-server), through its own classes."""

from loguru import logger

logger.remove()

from tldw_Server_API.app.core.DB_Management.media_db import api, legacy_maintenance, legacy_transcripts  # noqa: E402
from tldw_Server_API.app.core.DB_Management.media_db.native_class import MediaDatabase  # noqa: E402


class Library:
    """One open library. Each method is one action of the application.

    This release cannot undo a deletion or rename a keyword.
    """

    schema = 26
    more_of_a_chunk = {}

    def __init__(self, path, client):
        self.db = MediaDatabase(db_path=path, client_id=client)

    def transaction(self):
        return self.db.transaction()

    def rows(self, query, parameters=()):
        return [dict(row) for row in self.db.execute_query(query, parameters).fetchall()]

    def add(self, **fields):
        return self.db.add_media_with_keywords(**fields)

    def retitle(self, media_id, title):
        return self.db.apply_media_item_update(media_id=media_id, fields={"title": title})

    def rewrite(self, medium, content, keywords, chunks):
        medium_id, _, _ = self.db.add_media_with_keywords(
            url=medium["url"],
            title=medium["title"],
            media_type=medium["type"],
            content=content,
            keywords=keywords,
            chunks=chunks,
            overwrite=True,
        )
        return medium_id is not None

    def label(self, media_id, keywords):
        return self.db.update_keywords_for_media(media_id, keywords)

    def write_version(self, media_id, content, analysis):
        return self.db.create_document_version(media_id, content, analysis_content=analysis)

    def roll_back(self, media_id, number):
        return self.db.rollback_to_version(media_id, number)

    def transcribe(self, media_id, text, model, key=None):
        """Without a key each transcription is a separate row; with one, it replaces the row with that key.

        Returns the values that it overwrote.
        """
        last = self.rows(
            "SELECT transcription FROM Transcripts WHERE media_id = ? AND idempotency_key = ? AND deleted = 0",
            (media_id, key),
        )
        legacy_transcripts.upsert_transcript(self.db, media_id, text, model, idempotency_key=key)
        return [row["transcription"] for row in last]

    def drop_transcript(self, uuid):
        return legacy_transcripts.soft_delete_transcript(self.db, uuid)

    def add_chunks(self, media_id, texts):
        where = {"start_index": 0, "end_index": 10}
        return self.db.batch_insert_chunks(media_id, [{"text": text, "metadata": where} for text in texts])

    def add_search_chunks(self, media_id, chunks):
        return self.db.process_unvectorized_chunks(media_id, chunks)

    def trash(self, media_id):
        return self.db.mark_as_trash(media_id)

    def restore(self, media_id):
        return self.db.restore_from_trash(media_id)

    def delete(self, media_id):
        return self.db.soft_delete_media(media_id)

    def drop_keyword(self, keyword):
        return self.db.soft_delete_keyword(keyword)

    def purge(self, media_id):
        return legacy_maintenance.permanently_delete_item(self.db, media_id)

    def search(self, words):
        found, _ = api.search_media(self.db, words, search_fields=["title", "content"], results_per_page=1000)
        return sorted(medium["uuid"] for medium in found)

    def keywords(self):
        return sorted(self.db.fetch_all_keywords())

    def close(self):
        self.db.close_connection()
