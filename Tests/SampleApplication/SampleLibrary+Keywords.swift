extension SampleLibrary {
  private static let keywordColumns = [
    "id", "keyword", "uuid", "last_modified", "version", "client_id", "deleted", "prev_version",
    "merge_parent_uuid",
  ]

  /// Sets the medium's keywords: unlinks others, and finds missing ones (in any case) or creates them.
  package func setKeywords(_ media: String, _ keywords: [String]) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      guard let mediaID = try row("Media", media)["id"] else { return }
      var wanted: [(id: SQLValue, uuid: String)] = []
      for keyword in keywords {
        let found = try findOrCreate(keyword)
        if !wanted.contains(where: { $0.uuid == found.uuid }) { wanted.append(found) }
      }
      let linked = try connection.rows(
        """
        SELECT k.id, k.uuid FROM MediaKeywords l JOIN Keywords k ON k.id = l.keyword_id
        WHERE l.media_id = ? ORDER BY k.id
        """, [mediaID])
      for old in linked where !wanted.contains(where: { .text($0.uuid) == old[1] }) {
        try connection.run(
          "DELETE FROM MediaKeywords WHERE media_id = ? AND keyword_id = ?", [mediaID, old[0]])
        try logLink("unlink", media, old[1].text ?? "")
      }
      for keyword in wanted where !linked.contains(where: { $0[1] == .text(keyword.uuid) }) {
        try connection.run(
          "INSERT INTO MediaKeywords (media_id, keyword_id) VALUES (?, ?)", [mediaID, keyword.id])
        try logLink("link", media, keyword.uuid)
      }
    }
  }

  /// Renames a keyword.
  package func renameKeyword(_ uuid: String, to keyword: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in try changeKeyword(uuid, [("keyword", .text(keyword))]) }
  }

  /// Soft-deletes a keyword. It logs its links as removed, though their rows stay, as in the real files.
  package func deleteKeyword(_ uuid: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let at = timestamp()
      let version = try change("Keywords", uuid, at: at, [("deleted", .integer(1))])
      try log("Keywords", uuid, "delete", at, version: version, gone(uuid, at, version))
      let linked = try connection.rows(
        """
        SELECT m.uuid FROM MediaKeywords l JOIN Media m ON m.id = l.media_id
        JOIN Keywords k ON k.id = l.keyword_id WHERE k.uuid = ? AND m.deleted = 0 ORDER BY m.id
        """, [.text(uuid)])
      for media in linked { try logLink("unlink", media[0].text ?? "", uuid) }
    }
  }

  /// The payload of a delete: almost nothing (protocol.md §1, fact 1).
  func gone(_ uuid: String, media: String? = nil, _ at: String, _ version: Int64) -> Payload {
    let parent: [Column] = media.map { [("media_uuid", .text($0))] } ?? []
    return Payload([("uuid", .text(uuid))] + parent).adding([
      ("last_modified", .text(at)), ("version", .integer(version)), ("client_id", .text(client)),
      ("deleted", .integer(1)),
    ])
  }

  /// Logs a link or its removal; the version is always 1 (protocol.md §1, fact 4).
  func logLink(_ operation: String, _ media: String, _ keyword: String) throws(SampleFailure) {
    try log(
      "MediaKeywords", "\(media)_\(keyword)", operation, timestamp(), version: 1,
      Payload([("media_uuid", .text(media)), ("keyword_uuid", .text(keyword))]))
  }

  private func findOrCreate(_ keyword: String) throws(SampleFailure) -> (id: SQLValue, uuid: String) {
    let known = try connection.rows(
      "SELECT id, uuid, deleted FROM Keywords WHERE keyword = ?", [.text(keyword)])
    if let row = known.first {
      let uuid = row[1].text ?? ""
      if row[2] == .integer(1) { try changeKeyword(uuid, [("deleted", .integer(0))]) }
      return (row[0], uuid)
    }
    let uuid = newUUID()
    let at = timestamp()
    let columns: [Column] = [
      ("keyword", .text(keyword)), ("uuid", .text(uuid)), ("last_modified", .text(at)),
      ("version", .integer(1)),
      ("client_id", .text(client)), ("deleted", .integer(0)),
    ]
    let id = try insert("Keywords", columns)
    let payload = Payload([("id", .integer(id))] + columns)
    try log(
      "Keywords", uuid, "create", at, version: 1,
      payload.adding([("prev_version", .null), ("merge_parent_uuid", .null)]))
    return (.integer(id), uuid)
  }

  private func changeKeyword(_ uuid: String, _ columns: [Column]) throws(SampleFailure) {
    let at = timestamp()
    let version = try change("Keywords", uuid, at: at, columns)
    let row = try row("Keywords", uuid)
    let payload = Payload(Self.keywordColumns.map { ($0, row[$0] ?? .null) })
    try log("Keywords", uuid, "update", at, version: version, payload)
  }
}
