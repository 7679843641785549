extension EntityCatalogue {
  /// The media library as the application writes it (protocol.md §1).
  package static let mediaLibrary = EntityCatalogue([
    EntityShape(
      // The last two say what a rollback did; no table has them.
      name: "Media", kind: .row,
      localColumns: [
        "id", "vector_embedding", "rolled_back_to_doc_ver_uuid", "rolled_back_to_doc_ver_num",
      ], parents: [],
      naturalKeys: [
        .init(columns: ["url"], ignoresCase: false, collision: .sameThing),
        .init(columns: ["content_hash"], ignoresCase: false, collision: .sameThing),
      ],
      columnGroups: [["content", "content_hash"], ["is_trash", "trash_date"]],
      fullText: .init(table: "media_fts", columns: ["title", "content"]), payloadNames: [:],
      titleColumn: "title",
      firstColumns: every.union([
        "url", "title", "type", "content", "author", "ingestion_date", "transcription_model", "is_trash",
        "trash_date", "chunking_status", "vector_processing", "content_hash",
      ])),
    EntityShape(
      name: "Keywords", kind: .row, localColumns: ["id"], parents: [],
      naturalKeys: [.init(columns: ["keyword"], ignoresCase: true, collision: .sameThing)],
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
      "Transcripts", key: ["media_uuid", "whisper_model"], collision: .sameThing,
      firstColumns: ["whisper_model", "transcription", "created_at"]),
    ofMedia(
      "MediaChunks", key: ["chunk_id"], collision: .sameThing,
      firstColumns: ["chunk_text", "start_index", "end_index", "chunk_id"]),
    ofMedia(
      "UnvectorizedMediaChunks", key: ["media_uuid", "chunk_index", "chunk_type"], collision: .sameThing,
      payloadNames: ["text": "chunk_text"],
      firstColumns: [
        "chunk_text", "chunk_index", "start_char", "end_char", "chunk_type", "creation_date",
        "last_modified_orig", "is_processed", "metadata",
      ]),
    ofMedia(
      "DocumentVersions", key: ["media_uuid", "version_number"],
      collision: .nextFree(column: "version_number"), incidentalColumns: ["created_at"],
      firstColumns: ["version_number", "prompt", "analysis_content", "content", "created_at"]),
  ])

  /// Bookkeeping of schema 1.
  private static let every: Set<String> = [
    BookkeepingColumn.uuid, BookkeepingColumn.version, BookkeepingColumn.lastModified,
    BookkeepingColumn.clientID, BookkeepingColumn.deleted, "prev_version", "merge_parent_uuid",
  ]

  private static func ofMedia(
    _ name: String, key: [String], collision: EntityShape.Collision, payloadNames: [String: String] = [:],
    incidentalColumns: [String] = [], firstColumns: Set<String>
  ) -> EntityShape {
    EntityShape(
      name: name, kind: .row, localColumns: ["id", "media_id"],
      parents: [.init(column: "media_id", wireName: "media_uuid", entity: "Media")],
      naturalKeys: [.init(columns: key, ignoresCase: false, collision: collision)], columnGroups: [],
      fullText: nil, payloadNames: payloadNames, incidentalColumns: incidentalColumns,
      firstColumns: every.union(firstColumns))
  }
}
