/// Random edits of one library as the application makes them, each with its typed texts. Half of them go to
/// the same few media on every device, so that devices conflict.
struct TypedEdits {
  private let library: SampleLibrary
  private let device: String
  private var random: SeededGenerator
  private var counter = 0
  private var sharedCounter = 0
  private var typed: [TypedValue] = []
  /// The number of media that everybody edits: the first ones by uuid.
  private static let contested = 8

  init(library: SampleLibrary, device: String, seed: UInt64) {
    self.library = library
    self.device = device
    random = SeededGenerator(seed: seed)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { random.number(range) }

  /// Makes the next edit in one transaction and returns what it typed.
  mutating func next() throws(SampleFailure) -> [TypedValue] {
    typed = []
    counter += 1
    try library.connection.execute("BEGIN")
    do {
      try edit()
      try library.connection.execute("COMMIT")
    } catch {
      if library.connection.isInTransaction { try library.connection.execute("ROLLBACK") }
      throw error
    }
    return typed
  }

  private mutating func edit() throws(SampleFailure) {
    let dice = random.number(1...100)
    if dice <= 18 { return try add() }
    guard let uuid = try medium() else { return try add() }
    switch dice {
    case ...36: try retitle(uuid)
    case ...48: try rewrite(uuid)
    case ...54: try sign(uuid)
    case ...60: try rename(uuid)
    case ...72: try label(uuid)
    case ...78: try transcribe(uuid)
    case ...84: try version(uuid)
    case ...87: try library.updatePartial(uuid, [("chunking_status", .text("completed"))])
    case ...90: try library.trash(uuid)
    case ...92: try library.restore(uuid)
    case ...95: try library.addChunks(uuid, [text("chunk")])
    case ...98: try library.softDelete(uuid)
    default: try undelete()
    }
  }

  private mutating func add() throws(SampleFailure) {
    // Sometimes an address that the other devices add as well, under another uuid.
    let isShared = random.chance(35)
    if isShared { sharedCounter += 1 }
    let url =
      isShared ? "https://typed.example/shared/\(sharedCounter)" : "https://typed.example/\(text("url"))"
    let (title, content) = (text("title"), text("content") + " " + SampleText.words(20, &random))
    var new = NewMedia(url: url, title: title, content: content)
    new.keywords = [keyword(), keyword()]
    if random.chance(15) { new.chunks = [text("chunk"), text("chunk")] }
    try library.addMedia(new)
    note("Media", "title", title, saw: nil)
    note("Media", "content", content, saw: nil)
    note("DocumentVersions", "content", content, saw: nil)
  }

  private mutating func retitle(_ uuid: String) throws(SampleFailure) {
    let (new, old) = (text("title"), try column("title", of: uuid))
    try library.updateMedia(uuid, title: new)
    note("Media", "title", new, saw: old)
  }

  private mutating func rewrite(_ uuid: String) throws(SampleFailure) {
    let (new, old) = (
      text("content") + " " + SampleText.words(10, &random), try column("content", of: uuid)
    )
    try library.updateMedia(uuid, content: new)
    note("Media", "content", new, saw: old)
    note("DocumentVersions", "content", new, saw: nil)
  }

  private mutating func sign(_ uuid: String) throws(SampleFailure) {
    let (new, old) = (text("author"), try column("author", of: uuid))
    try library.updateMedia(uuid, author: new)
    note("Media", "author", new, saw: old)
  }

  private mutating func rename(_ uuid: String) throws(SampleFailure) {
    let (new, old) = ("https://typed.example/\(text("url"))", try column("url", of: uuid))
    try library.renameURL(uuid, to: new)
    note("Media", "url", new, saw: old)
  }

  private mutating func label(_ uuid: String) throws(SampleFailure) {
    var keywords = (0..<random.number(0...3)).map { _ in keyword() }
    if random.chance(30) {
      let new = text("keyword")
      keywords.append(new)
      note("Keywords", "keyword", new, saw: nil)
    }
    try library.setKeywords(uuid, keywords)
  }

  private mutating func transcribe(_ uuid: String) throws(SampleFailure) {
    let new = text("transcript")
    try library.addTranscript(uuid, model: random.chance(60) ? "base" : text("model"), text: new)
    note("Transcripts", "transcription", new, saw: nil)
  }

  private mutating func version(_ uuid: String) throws(SampleFailure) {
    let new = text("version")
    try library.addDocumentVersion(uuid, content: new)
    note("DocumentVersions", "content", new, saw: nil)
  }

  private mutating func undelete() throws(SampleFailure) {
    let gone = try library.connection.value(
      "SELECT uuid FROM Media WHERE deleted = 1 ORDER BY uuid LIMIT 1 OFFSET ?",
      [.integer(Int64(random.number(0...3)))])
    if let uuid = gone?.text { try library.undelete(uuid) }
  }

  /// Half of the time one that everybody edits, else any.
  private mutating func medium() throws(SampleFailure) -> String? {
    let all =
      try library.connection.value("SELECT count(*) FROM Media WHERE deleted = 0")?.integer.map { Int($0) }
      ?? 0
    guard all > 0 else { return nil }
    let most = random.chance(50) ? min(all, Self.contested) : all
    return try library.connection.value(
      "SELECT uuid FROM Media WHERE deleted = 0 ORDER BY uuid LIMIT 1 OFFSET ?",
      [.integer(Int64(random.number(0...(most - 1))))])?.text
  }

  private func column(_ name: String, of uuid: String) throws(SampleFailure) -> String? {
    try library.row("Media", uuid)[name]?.text
  }

  /// Words that several devices type, in different case.
  private mutating func keyword() -> String {
    let word = "common word \(random.number(1...25))"
    return random.chance(20) ? word.uppercased() : word
  }

  /// A unique text.
  private mutating func text(_ kind: String) -> String {
    counter += 1
    return "\(kind)-\(device)-\(counter)."
  }

  private mutating func note(_ entity: String, _ column: String, _ text: String, saw: String?) {
    typed.append(TypedValue(device: device, entity: entity, column: column, text: text, saw: saw))
  }
}
