import SampleApplication

extension DeviceMachine {
  /// Whether a row waits here because the library's schema cannot hold it beside another row, because its
  /// parent waits, or because a waiting row still shows a key here that it has released.
  func waits(_ row: String, behind others: Set<String> = []) throws -> Bool {
    guard try identity() != nil, try !application.hasRuns else { return false }
    let parts = row.split(separator: " ", maxSplits: 1).map(String.init)
    let sql = "SELECT document FROM mediasync_parked WHERE entity = ? AND uuid = ?"
    let parked = try application.connection.value(sql, [.text(parts[0]), .text(parts[1])])?.text
    guard let parked else { return false }
    func count(_ sql: String) throws -> Bool {
      try application.connection.value(sql, [.text(parked)]) != .integer(0)
    }
    if parts[0] != "Media",
      try !count(
        "SELECT count(*) FROM Media WHERE uuid = json_extract(?1, '$.media_uuid')")
    {
      return true
    }
    switch parts[0] {
    case "Media":
      if try count("SELECT count(*) FROM Media WHERE content_hash = json_extract(?1, '$.content_hash')") {
        return true
      }
      let holder = try application.connection.value(
        "SELECT uuid FROM Media WHERE url = json_extract(?1, '$.url')", [.text(parked)])?.text
      guard let holder, !others.contains(row) else { return false }
      return try waits("Media \(holder)", behind: others.union([row]))
    case "Transcripts":
      return try count(
        """
        SELECT count(*) FROM Transcripts t JOIN Media m ON m.id = t.media_id
        WHERE m.uuid = json_extract(?1, '$.media_uuid') AND t.whisper_model = json_extract(?1, '$.whisper_model')
        """)
    default: return false
    }
  }
}
