/// Makes a library as the application would have written it, always the same for one seed: 2,000 media are
/// about 13,000 changes.
package struct LibraryGenerator: Sendable {
  /// The seed of all numbers and texts.
  package let seed: UInt64
  /// The number of media to add.
  package let media: Int
  /// The application's `client_id`.
  package let client: String

  /// Stores the parameters; writes nothing yet.
  package init(seed: UInt64, media: Int, client: String = "generated") {
    self.seed = seed
    self.media = media
    self.client = client
  }

  /// Writes the library to a path, replacing an existing file, and returns the number of changes in its log.
  @discardableResult
  package func write(to path: String) throws -> Int {
    try Fixture.empty.copy(to: path)
    // 2026-01-01: long ago, so that no hub treats an edit as one from the future.
    let clock = SampleClock.stepping(from: 1_767_225_600_000, by: 7)
    let library = try SampleLibrary(path, client: client, seed: seed ^ 0xA11CE, clock: clock)
    try library.connection.execute("PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
    var random = SeededGenerator(seed: seed)
    let pool = keywords(&random)
    var uuids: [String] = []
    // In bulk: a transaction per medium would take minutes.
    while uuids.count < media {
      try library.edit { () throws(SampleFailure) in
        for _ in 0..<min(200, media - uuids.count) {
          uuids.append(try add(uuids.count, pool, library, &random))
          if uuids.count % 3 == 0 { try change(uuids, pool, library, &random) }
        }
      }
    }
    let count = try library.connection.value("SELECT count(*) FROM sync_log")
    try library.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Int(count?.integer ?? 0)
  }

  private func keywords(_ random: inout SeededGenerator) -> [String] {
    (0..<max(20, media / 6)).map { "\(SampleText.word(&random)) \($0)" }
  }

  private func add(
    _ number: Int, _ pool: [String], _ library: SampleLibrary, _ random: inout SeededGenerator
  ) throws(SampleFailure) -> String {
    let size = random.chance(10) ? random.number(2000...4000) : random.number(500...2000)
    var new = NewMedia(
      url: "https://media.example/\(client)/\(number)",
      title: SampleText.words(random.number(3...8), &random),
      content: SampleText.text(bytes: size, &random))
    new.type = ["article", "video", "podcast", "document"][random.number(0...3)]
    new.author = random.chance(60) ? SampleText.words(2, &random) : nil
    new.transcriptionModel = random.chance(40) ? "whisper-large-v3" : nil
    // Few keywords are on many media, most on few.
    new.keywords = (0..<min(5, random.number(0...6))).map { _ in
      pool[min(random.number(0...(pool.count - 1)), random.number(0...(pool.count - 1)))]
    }
    new.prompt = random.chance(30) ? SampleText.words(6, &random) : nil
    new.analysis = random.chance(30) ? SampleText.words(30, &random) : nil
    if random.chance(12) {
      new.chunks = (0..<random.number(2...4)).map { _ in SampleText.text(bytes: 200, &random) }
    }
    let uuid = try library.addMedia(new)
    if random.chance(12) {
      try library.addTranscript(uuid, model: "base", text: SampleText.text(bytes: 800, &random))
    }
    if random.chance(8) {
      try library.addChunks(uuid, (0..<2).map { _ in SampleText.text(bytes: 200, &random) })
    }
    if random.chance(8) {
      try library.addUnvectorizedChunks(uuid, [SampleText.text(bytes: 150, &random)], from: 100)
    }
    return uuid
  }

  private func change(
    _ uuids: [String], _ pool: [String], _ library: SampleLibrary, _ random: inout SeededGenerator
  ) throws(SampleFailure) {
    let uuid = uuids[random.number(0...(uuids.count - 1))]
    let deleted = try library.row("Media", uuid)["deleted"] == .integer(1)
    if deleted { return }
    switch random.number(1...100) {
    case ...35:
      try library.updateMedia(
        uuid, title: SampleText.words(5, &random), content: SampleText.text(bytes: 900, &random))
    case ...45: try library.updateMedia(uuid, title: SampleText.words(4, &random) + " rev")
    case ...55: try library.updatePartial(uuid, [("chunking_status", .text("completed"))])
    case ...58:
      try library.renameURL(uuid, to: "https://media.example/moved/\(uuid.prefix(8))-\(uuids.count)")
    case ...75: try library.setKeywords(uuid, (0..<3).map { _ in pool[random.number(0...(pool.count - 1))] })
    case ...84: try library.trash(uuid)
    case ...88: try library.rollback(uuid, to: 1)
    default: try library.softDelete(uuid)
    }
  }
}
