/// A medium that a person adds to the library.
package struct NewMedia: Sendable {
  /// Its address; a natural key.
  package var url: String
  /// Its title.
  package var title: String
  /// Its kind.
  package var type = "article"
  /// Its text.
  package var content: String
  /// Its author.
  package var author: String?
  /// The model that transcribed it.
  package var transcriptionModel: String?
  /// Its keywords.
  package var keywords: [String] = []
  /// The prompt of its first document version.
  package var prompt: String?
  /// The analysis of its first document version.
  package var analysis: String?
  /// The texts of its chunks.
  package var chunks: [String] = []

  /// Takes the fields that every medium has; the others can be set.
  package init(url: String, title: String, content: String, keywords: [String] = [], chunks: [String] = []) {
    self.url = url
    self.title = title
    self.content = content
    self.keywords = keywords
    self.chunks = chunks
  }
}

extension SampleLibrary {
  static let mediaColumns = [
    "url", "title", "type", "content", "author", "ingestion_date", "transcription_model", "content_hash",
    "is_trash", "trash_date", "chunking_status", "vector_processing", "uuid", "last_modified", "version",
    "client_id", "deleted",
  ]
  static let fullMediaColumns = [
    "id", "url", "title", "type", "content", "author", "ingestion_date", "transcription_model", "is_trash",
    "trash_date", "chunking_status", "vector_processing", "content_hash", "uuid", "last_modified", "version",
    "client_id", "deleted", "prev_version", "merge_parent_uuid",
  ]

  /// Adds a medium with its keywords, links, first document version and chunks; returns its uuid.
  @discardableResult
  package func addMedia(_ new: NewMedia) throws(SampleFailure) -> String {
    try edit { () throws(SampleFailure) in
      let uuid = newUUID()
      let at = timestamp()
      let columns: [Column] = [
        ("url", .text(new.url)), ("title", .text(new.title)), ("type", .text(new.type)),
        ("content", .text(new.content)), ("author", .optional(new.author)), ("ingestion_date", .text(at)),
        ("transcription_model", .optional(new.transcriptionModel)),
        ("content_hash", .text(ContentHash.of(new.content))), ("is_trash", .integer(0)),
        ("trash_date", .null),
        ("chunking_status", .text(new.chunks.isEmpty ? "pending" : "completed")),
        ("vector_processing", .integer(0)), ("uuid", .text(uuid)), ("last_modified", .text(at)),
        ("version", .integer(1)), ("client_id", .text(client)), ("deleted", .integer(0)),
      ]
      try insert("Media", columns)
      try log("Media", uuid, "create", at, version: 1, Payload(columns))
      try setKeywords(uuid, new.keywords)
      try addDocumentVersion(uuid, content: new.content, prompt: new.prompt, analysis: new.analysis)
      if !new.chunks.isEmpty { try addChunksOnAdding(uuid, new.chunks) }
      return uuid
    }
  }

  /// Writes a new text or title: the whole row goes into the log, and a new text makes a document version.
  package func updateMedia(
    _ uuid: String, title: String? = nil, content: String? = nil, author: String? = nil
  ) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      var columns: [Column] = [("ingestion_date", .text(at))]
      if let title { columns.append(("title", .text(title))) }
      if let author { columns.append(("author", .text(author))) }
      if let content {
        columns += [("content", .text(content)), ("content_hash", .text(ContentHash.of(content)))]
      }
      try changeMedia(uuid, at, columns, logged: Self.mediaColumns)
      if let content { try addDocumentVersion(uuid, content: content) }
    }
  }

  /// Sets some columns and logs only these (protocol.md §1, fact 1), such as `chunking_status`.
  package func updatePartial(_ uuid: String, _ columns: [Column]) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      let version = try change("Media", uuid, at: at, columns)
      try log(
        "Media", uuid, "update", at, version: version, Payload(columns + [("last_modified", .text(at))]))
    }
  }

  /// Writes bytes into a column of a medium. The log is JSON and cannot contain them.
  package func writeBlob(_ uuid: String, column: String, _ bytes: [UInt8]) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      let version = try change("Media", uuid, at: at, [(column, .blob(bytes))])
      try log("Media", uuid, "update", at, version: version, Payload([("last_modified", .text(at))]))
    }
  }

  /// Gives a medium another address; the payload contains only the address.
  package func renameURL(_ uuid: String, to url: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      let version = try change("Media", uuid, at: at, [("url", .text(url))])
      try log("Media", uuid, "update", at, version: version, Payload([("url", .text(url))]))
    }
  }

  /// Moves a medium to the trash.
  package func trash(_ uuid: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      try changeMedia(uuid, at, [("is_trash", .integer(1)), ("trash_date", .text(at))])
    }
  }

  /// Restores a medium from the trash.
  package func restore(_ uuid: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      try changeMedia(uuid, timestamp(), [("is_trash", .integer(0)), ("trash_date", .null)])
    }
  }

  /// Undoes a soft delete of the medium alone.
  package func undelete(_ uuid: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      try changeMedia(uuid, timestamp(), [("deleted", .integer(0))])
    }
  }

  /// Changes a row and logs the whole of it, in one of the application's two orders.
  func changeMedia(
    _ uuid: String, _ at: String, _ columns: [Column], logged: [String] = SampleLibrary.fullMediaColumns,
    and more: [Column] = []
  ) throws(SampleFailure) {
    let version = try change("Media", uuid, at: at, columns)
    let row = try row("Media", uuid)
    let payload = Payload(logged.map { ($0, row[$0] ?? .null) })
    try log("Media", uuid, "update", at, version: version, payload.adding(more))
  }
}
