"""The application's library at schema 9 (tldw-chatbook), through its own classes."""

from loguru import logger

logger.remove()

from tldw_chatbook.DB import Client_Media_DB_v2 as media_db  # noqa: E402
from tldw_chatbook.Library import meeting_speaker_rename  # noqa: E402


class Library:
    """One open library. Each method is one action of the application."""

    schema = 9
    more_of_a_chunk = {"chunk_engine_version": "2"}  # Only this schema has this column.

    def __init__(self, path, client):
        self.db = media_db.MediaDatabase(path, client)

    def transaction(self):
        return self.db.transaction()

    def rows(self, query, parameters=()):
        return [dict(row) for row in self.db.execute_query(query, parameters).fetchall()]

    def add(self, **fields):
        return self.db.add_media_with_keywords(**fields)

    def retitle(self, media_id, title):
        return self.db.update_media_metadata(media_id, title=title)

    def rewrite(self, medium, content, keywords, chunks):
        """Imports the same address again with other content; overwrites the medium unless it is in the trash."""
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
        with self.db.transaction():
            return self.db.create_document_version(media_id, content, analysis_content=analysis)

    def roll_back(self, media_id, number):
        return self.db.rollback_to_version(media_id, number)

    def transcribe(self, media_id, text, model, key=None):
        """Schema 9 writes transcripts in one place only: where it names the speakers of a meeting.

        Returns the values that it overwrote.
        """
        last = self.rows(
            "SELECT transcription FROM Transcripts WHERE media_id = ? ORDER BY id DESC LIMIT 1", (media_id,)
        )
        with self.db.transaction() as connection:
            meeting_speaker_rename._write_meeting_transcript_row(
                self.db, connection, media_id, model, text, self.db._get_current_utc_timestamp_str(), self.db.client_id
            )
        return [row["transcription"] for row in last]

    def drop_transcript(self, uuid):
        return media_db.soft_delete_transcript(self.db, uuid)

    def add_chunks(self, media_id, texts):
        where = {"start_index": 0, "end_index": 10}
        return self.db.batch_insert_chunks(
            media_id, [{"text": text, "chunk_text": text, "metadata": where} for text in texts]
        )

    def add_search_chunks(self, media_id, chunks):
        return self.db.process_unvectorized_chunks(media_id, chunks)

    def trash(self, media_id):
        return self.db.mark_as_trash(media_id)

    def restore(self, media_id):
        return self.db.restore_from_trash(media_id)

    def delete(self, media_id):
        return self.db.soft_delete_media(media_id)

    def undelete(self, media_id):
        return self.db.undelete_media(media_id)

    def drop_keyword(self, keyword):
        return self.db.soft_delete_keyword(keyword)

    def rename_keyword(self, keyword_id, new):
        return self.db.rename_keyword(keyword_id, new)

    def purge(self, media_id):
        return media_db.permanently_delete_item(self.db, media_id)

    def search(self, words):
        found, _ = self.db.search_media_db(words, search_fields=["title", "content"], results_per_page=1000)
        return sorted(medium["uuid"] for medium in found)

    def keywords(self):
        return sorted(self.db.fetch_all_keywords())

    def close(self):
        self.db.close_connection()
