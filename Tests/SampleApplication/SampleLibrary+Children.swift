extension SampleLibrary {
  /// Adds the medium's next document version; returns its uuid and number.
  @discardableResult
  package func addDocumentVersion(
    _ media: String, content: String, prompt: String? = nil, analysis: String? = nil
  ) throws(SampleFailure) -> (uuid: String, number: Int64) {
    try edit { () throws(SampleFailure) in
      let mediaID = try id(media)
      let newest = try connection.value(
        "SELECT max(version_number) FROM DocumentVersions WHERE media_id = ?", [.integer(mediaID)])
      let number = (newest?.integer ?? 0) + 1
      let uuid = try addChild(
        "DocumentVersions", media,
        [
          ("version_number", .integer(number)), ("content", .text(content)), ("prompt", .optional(prompt)),
          ("analysis_content", .optional(analysis)), ("created_at", .text(timestamp())),
        ])
      return (uuid, number)
    }
  }

  /// Returns to an earlier document version: its text becomes a new version and the medium's text.
  package func rollback(_ media: String, to number: Int64) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let old = try connection.value(
        "SELECT content FROM DocumentVersions WHERE media_id = ? AND version_number = ? AND deleted = 0",
        [.integer(try id(media)), .integer(number)])
      guard let content = old?.text else {
        throw SampleFailure(code: 0, description: "\(media) has no document version \(number)")
      }
      let made = try addDocumentVersion(media, content: content)
      try changeMedia(
        media, timestamp(),
        [("content", .text(content)), ("content_hash", .text(ContentHash.of(content)))],
        and: [
          ("rolled_back_to_doc_ver_uuid", .text(made.uuid)),
          ("rolled_back_to_doc_ver_num", .integer(made.number)),
        ])
    }
  }

  /// Adds a transcript; returns its uuid.
  @discardableResult
  package func addTranscript(_ media: String, model: String, text: String) throws(SampleFailure) -> String {
    try edit { () throws(SampleFailure) in
      if try hasRuns { return try addRun(media, model: model, text: text) }
      return try addChild(
        "Transcripts", media,
        [
          ("whisper_model", .text(model)), ("transcription", .text(text)), ("created_at", .text(timestamp())),
        ])
    }
  }

  /// Adds chunks; their `chunk_id` consists of the client, the medium and a random number. Returns their
  /// uuids.
  @discardableResult
  package func addChunks(_ media: String, _ texts: [String]) throws(SampleFailure) -> [String] {
    try edit { () throws(SampleFailure) in
      var uuids: [String] = []
      for text in texts {
        let name = "\(client)-\(try id(media))-\(newUUID().prefix(13))"
        uuids.append(
          try addChild(
            "MediaChunks", media,
            [
              ("chunk_text", .text(text)), ("start_index", .integer(0)),
              ("end_index", .integer(Int64(text.count))), ("chunk_id", .text(name)),
            ]))
      }
      return uuids
    }
  }

  /// Adds chunks that wait for their vectors, in the self-contained shape; returns their uuids.
  @discardableResult
  package func addUnvectorizedChunks(
    _ media: String, _ texts: [String], from first: Int64, type: String = "t", metadata: String? = nil
  ) throws(SampleFailure) -> [String] {
    try edit { () throws(SampleFailure) in
      var uuids: [String] = []
      for (offset, text) in texts.enumerated() {
        let at = timestamp()
        uuids.append(
          try addChild(
            "UnvectorizedMediaChunks", media,
            [
              ("chunk_text", .text(text)), ("chunk_index", .integer(first + Int64(offset))),
              ("start_char", .integer(0)), ("end_char", .integer(Int64(text.count))),
              ("chunk_type", .text(type)),
              ("creation_date", .text(at)), ("last_modified_orig", .text(at)),
              ("is_processed", .boolean(false)),
              ("metadata", .optional(metadata)),
            ]))
      }
      return uuids
    }
  }

  /// The log entries of a medium added with chunks: `text` for `chunk_text`, and no `media_uuid` (fact 2).
  func addChunksOnAdding(_ media: String, _ texts: [String]) throws(SampleFailure) {
    let mediaID = try id(media)
    for (index, text) in texts.enumerated() {
      let uuid = newUUID()
      let at = timestamp()
      let place: [Column] = [
        ("start_char", .integer(0)), ("end_char", .integer(Int64(text.count))), ("chunk_type", .text("text")),
        ("media_id", .integer(mediaID)), ("uuid", .text(uuid)), ("chunk_index", .integer(Int64(index))),
        ("creation_date", .text(at)),
      ]
      let end: [Column] = [
        ("last_modified", .text(at)), ("version", .integer(1)), ("client_id", .text(client)),
        ("deleted", .integer(0)),
      ]
      try insert(
        "UnvectorizedMediaChunks",
        [("chunk_text", .text(text))] + place + [("last_modified_orig", .text(at))] + end)
      try log(
        "UnvectorizedMediaChunks", uuid, "create", at, version: 1,
        Payload([("text", .text(text))] + place + end))
    }
  }

  /// The medium's local id.
  func id(_ media: String) throws(SampleFailure) -> Int64 {
    guard let id = try row("Media", media)["id"]?.integer else {
      throw SampleFailure(code: 0, description: "no Media \(media)")
    }
    return id
  }

  func addChild(
    _ entity: String, _ media: String, _ columns: [Column]
  ) throws(SampleFailure) -> String {
    let uuid = newUUID()
    let at = timestamp()
    let all: [Column] =
      [("media_id", .integer(try id(media)))] + columns + [
        ("uuid", .text(uuid)), ("last_modified", .text(at)), ("version", .integer(1)),
        ("client_id", .text(client)),
        ("deleted", .integer(0)),
      ]
    try insert(entity, all)
    try log(entity, uuid, "create", at, version: 1, Payload(all).adding([("media_uuid", .text(media))]))
    return uuid
  }
}
