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
      titleColumn: "title"),
    EntityShape(
      name: "Keywords", kind: .row, localColumns: ["id"], parents: [],
      naturalKeys: [.init(columns: ["keyword"], ignoresCase: true, collision: .sameThing)],
      columnGroups: [], fullText: .init(table: "keyword_fts", columns: ["keyword"]), payloadNames: [:],
      titleColumn: "keyword"),
    EntityShape(
      name: "MediaKeywords", kind: .link, localColumns: ["id"],
      parents: [
        .init(column: "media_id", wireName: "media_uuid", entity: "Media"),
        .init(column: "keyword_id", wireName: "keyword_uuid", entity: "Keywords"),
      ],
      naturalKeys: [], columnGroups: [], fullText: nil, payloadNames: [:]),
    ofMedia("Transcripts", key: ["media_uuid", "whisper_model"], collision: .sameThing),
    ofMedia("MediaChunks", key: ["chunk_id"], collision: .sameThing),
    ofMedia(
      "UnvectorizedMediaChunks", key: ["media_uuid", "chunk_index", "chunk_type"], collision: .sameThing,
      payloadNames: ["text": "chunk_text"]),
    ofMedia(
      "DocumentVersions", key: ["media_uuid", "version_number"],
      collision: .nextFree(column: "version_number"), incidentalColumns: ["created_at"]),
  ])

  private static func ofMedia(
    _ name: String, key: [String], collision: EntityShape.Collision, payloadNames: [String: String] = [:],
    incidentalColumns: [String] = []
  ) -> EntityShape {
    EntityShape(
      name: name, kind: .row, localColumns: ["id", "media_id"],
      parents: [.init(column: "media_id", wireName: "media_uuid", entity: "Media")],
      naturalKeys: [.init(columns: key, ignoresCase: false, collision: collision)], columnGroups: [],
      fullText: nil, payloadNames: payloadNames, incidentalColumns: incidentalColumns)
  }
}
