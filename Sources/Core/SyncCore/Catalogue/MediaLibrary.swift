extension EntityCatalogue {
  /// The media library as the application writes it (docs/protocol.md §1).
  package static let mediaLibrary = EntityCatalogue(
    [
      EntityShape(
        // The last two local columns describe a rollback. They occur only in payloads; no table has them.
        name: "Media", kind: .row,
        localColumns: [
          "id", "vector_embedding", "rolled_back_to_doc_ver_uuid", "rolled_back_to_doc_ver_num",
        ], parents: [],
        naturalKeys: [
          .init(columns: ["url"], ignoresCase: false, collision: .sameThing, suffixedColumn: "url"),
          .init(columns: ["content_hash"], ignoresCase: false, collision: .sameThing),
        ],
        columnGroups: [["content", "content_hash"], ["is_trash", "trash_date"]],
        fullText: .init(table: "media_fts", columns: ["title", "content"]), payloadNames: [:],
        titleColumn: "title",
        firstColumns: every.union([
          "url", "title", "type", "content", "author", "ingestion_date", "transcription_model", "is_trash",
          "trash_date", "chunking_status", "vector_processing", "content_hash",
        ]), greatestColumns: ["next_transcription_run_id"]),
      EntityShape(
        name: "Keywords", kind: .row, localColumns: ["id"], parents: [],
        naturalKeys: [
          .init(columns: ["keyword"], ignoresCase: true, collision: .sameThing, suffixedColumn: "keyword")
        ],
        columnGroups: [], fullText: .init(table: "keyword_fts", columns: ["keyword"]), payloadNames: [:],
        titleColumn: "keyword", firstColumns: every.union(["keyword"])),
      EntityShape(
        name: "MediaKeywords", kind: .link, localColumns: ["id"],
        parents: [
          .init(column: "media_id", wireName: "media_uuid", entity: "Media"),
          .init(column: "keyword_id", wireName: "keyword_uuid", entity: "Keywords"),
        ],
        naturalKeys: [], columnGroups: [], fullText: nil, payloadNames: [:]),
      ofMedia(
        "Transcripts",
        keys: [
          .init(columns: ["media_uuid", "whisper_model"], ignoresCase: false, collision: .sameThing),
          // Later schemas keep a history of runs instead, and each device numbers its own runs.
          .init(
            columns: ["media_uuid", "transcription_run_id"], ignoresCase: false,
            collision: .nextFree(column: "transcription_run_id"), isAssumed: false),
          .init(
            columns: ["media_uuid", "idempotency_key"], ignoresCase: false, collision: .sameThing,
            isAssumed: false),
        ], incidentalColumns: ["created_at"],
        firstColumns: ["whisper_model", "transcription", "created_at"],
        numbering: .init(
          column: "transcription_run_id", reference: "supersedes_run_id", parent: "media_uuid",
          next: "next_transcription_run_id", latest: "latest_transcription_run_id")),
      // The application makes a chunk's id from the medium's local id, so on another device the same id
      // belongs to another medium.
      ofMedia(
        "MediaChunks",
        keys: [
          .init(
            columns: ["chunk_id"], ignoresCase: false, collision: .sameThingUnder(parent: "media_uuid"),
            suffixedColumn: "chunk_id")
        ], firstColumns: ["chunk_text", "start_index", "end_index", "chunk_id"]),
      ofMedia(
        "UnvectorizedMediaChunks",
        keys: [
          .init(
            columns: ["media_uuid", "chunk_index", "chunk_type"], ignoresCase: false, collision: .sameThing)
        ], payloadNames: ["text": "chunk_text"],
        firstColumns: [
          "chunk_text", "chunk_index", "start_char", "end_char", "chunk_type", "creation_date",
          "last_modified_orig", "is_processed", "metadata",
        ]),
      ofMedia(
        "DocumentVersions",
        keys: [
          .init(
            columns: ["media_uuid", "version_number"], ignoresCase: false,
            collision: .nextFree(column: "version_number"))
        ], incidentalColumns: ["created_at"],
        firstColumns: ["version_number", "prompt", "analysis_content", "content", "created_at"]),
    ],
    // Schema 26.
    undeclaredReferences: [
      .init(table: "content_items", column: "media_id", entity: "Media"),
      .init(table: "document_reading_progress", column: "media_id", entity: "Media"),
      .init(table: "document_annotations", column: "media_id", entity: "Media"),
      .init(table: "document_parsed_references_cache", column: "media_id", entity: "Media"),
      .init(table: "media_collection_items", column: "media_id", entity: "Media"),
      .init(table: "outputs", column: "media_item_id", entity: "Media"),
    ])

  /// The bookkeeping columns of schema 1.
  private static let every: Set<String> = [
    BookkeepingColumn.uuid, BookkeepingColumn.version, BookkeepingColumn.lastModified,
    BookkeepingColumn.clientID, BookkeepingColumn.deleted, BookkeepingColumn.previousVersion,
    BookkeepingColumn.mergeParent,
  ]

  private static func ofMedia(
    _ name: String, keys: [EntityShape.NaturalKey], payloadNames: [String: String] = [:],
    incidentalColumns: [String] = [], firstColumns: Set<String>,
    numbering: EntityShape.Numbering? = nil
  ) -> EntityShape {
    EntityShape(
      name: name, kind: .row, localColumns: ["id", "media_id"],
      parents: [.init(column: "media_id", wireName: "media_uuid", entity: "Media")],
      naturalKeys: keys, columnGroups: [], fullText: nil, payloadNames: payloadNames,
      incidentalColumns: incidentalColumns, firstColumns: every.union(firstColumns), numbering: numbering)
  }
}
