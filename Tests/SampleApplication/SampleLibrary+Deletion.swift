extension SampleLibrary {
  /// Soft-deletes a medium with its children. It logs its links as removed, though their rows stay, as in the
  /// real files.
  package func softDelete(_ media: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let mediaID = try id(media)
      let at = timestamp()
      let version = try change("Media", media, at: at, [("deleted", .integer(1))])
      try log("Media", media, "delete", at, version: version, gone(media, at, version))
      let linked = try connection.rows(
        """
        SELECT k.uuid FROM MediaKeywords l JOIN Keywords k ON k.id = l.keyword_id
        WHERE l.media_id = ? ORDER BY l.id
        """, [.integer(mediaID)])
      for keyword in linked { try logLink("unlink", media, keyword[0].text ?? "") }
      for entity in ["Transcripts", "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions"] {
        let children = try connection.rows(
          "SELECT uuid FROM \(entity) WHERE media_id = ? AND deleted = 0 ORDER BY id", [.integer(mediaID)])
        for child in children { try delete(entity, child[0].text ?? "", of: media, at) }
      }
    }
  }

  /// Soft-deletes one child of a medium.
  package func deleteChild(_ entity: String, _ uuid: String, of media: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in try delete(entity, uuid, of: media, timestamp()) }
  }

  /// Hard-deletes a medium and its children without a log entry (protocol.md §1, fact 7).
  package func hardDelete(_ media: String) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      let mediaID = try id(media)
      try unindex("Media", mediaID)
      try connection.run("DELETE FROM Media WHERE id = ?", [.integer(mediaID)])
    }
  }

  private func delete(_ entity: String, _ uuid: String, of media: String, _ at: String) throws(SampleFailure)
  {
    let version = try change(entity, uuid, at: at, [("deleted", .integer(1))])
    try log(entity, uuid, "delete", at, version: version, gone(uuid, media: media, at, version))
  }
}
