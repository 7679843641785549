import SampleApplication

/// A person at a device who uses the application. A seed decides what they do; the keys are few, so that the
/// same address and the same keyword appear on several devices.
struct Person {
  private let device: DeviceMachine
  private let chance: Chance

  init(_ device: DeviceMachine, seed: UInt64) {
    self.device = device
    chance = Chance(seed: seed)
  }

  private var library: SampleLibrary { device.application }
  private var typed: TypedValues { device.world.typed }

  /// Makes a random edit.
  func editSomething() { edit(chance.one(of: Step.edits) ?? .addMedia) }

  /// Makes one edit. If the application refuses it (a taken key), nothing happens.
  func edit(_ kind: Step.Kind) {
    let world = device.world
    do {
      let before = try TypedValues.shown(library.connection)
      let unanswered = try device.logged()
      let isHeld = library.connection.isInTransaction
      try library.connection.execute(isHeld ? "SAVEPOINT person" : "BEGIN")
      var what: String?
      do {
        what = try act(kind)
        try library.connection.execute(isHeld ? "RELEASE person" : "COMMIT")
      } catch {
        what = nil
        world.trace("\(device.name): \(kind.rawValue) is refused: \(error.description.prefix(80))")
        // The application may get a refusal of a taken key. The daemon must not cause any other error.
        if error.code & 0xFF != 19, error.code != 0 { world.suffered(device, error.description) }
        try library.connection.execute(isHeld ? "ROLLBACK TO person" : "ROLLBACK")
        if isHeld { try library.connection.execute("RELEASE person") }
      }
      guard let what else { return }
      noteThings(kind)
      try device.noteBlobs()
      // A row deleted without a log entry stays unchanged at the hub.
      let isUnlogged = kind == .hardDelete || kind == .addAgain
      typed.note(
        device: device.index, before: before, after: try TypedValues.shown(library.connection),
        kept: isUnlogged ? try world.hub.valuesInLog() : [])
      let saidAgain = try device.logged(after: unanswered.newest)
      world.rivals.saidAgain(unanswered.texts.intersection(saidAgain.texts))
      world.trace("\(device.name): a person does \(kind.rawValue) \(what)")
      if !isHeld { device.filesMoved() }
    } catch {
      world.suffered(device, "\(error)")
    }
  }

  // MARK: - Kinds of edits

  /// A short description of what was done; `nil` if there is nothing to do it to.
  private func act(_ kind: Step.Kind) throws(SampleFailure) -> String? {
    switch kind {
    case .addMedia: return try addMedia()
    case .setKeywords:
      let words = (0..<chance.number(0...3)).map { _ in keyword() }
      return try with(media()) { (uuid) throws(SampleFailure) in
        try library.setKeywords(uuid, words)
        return words.joined(separator: ",")
      }
    case .renameKeyword:
      let name = keyword()
      return try with(keywordRow(isDeleted: 0)) { (uuid) throws(SampleFailure) in
        try library.renameKeyword(uuid, to: name)
        return "\(uuid.prefix(8)) to \(name)"
      }
    case .coinKeyword:
      let name = typed.make()
      return try with(keywordRow(isDeleted: 0)) { (uuid) throws(SampleFailure) in
        try library.renameKeyword(uuid, to: name)
        return "\(uuid.prefix(8)) to \(name)"
      }
    case .deleteKeyword:
      return try with(keywordRow(isDeleted: 0)) { (uuid) throws(SampleFailure) in
        try library.deleteKeyword(uuid)
        return String(uuid.prefix(8))
      }
    case .addTranscript, .addChunks, .batchChunks, .addUnvectorized, .addDocumentVersion, .deleteChild,
      .rollback:
      return try actOnChildren(kind)
    case .rotateKeywords: return try rotateKeywords()
    case .swapURLs: return try swapURLs()
    case .undelete:
      return try with(media(isDeleted: 1)) { (uuid) throws(SampleFailure) in
        try library.undelete(uuid)
        return String(uuid.prefix(8))
      }
    default:
      return try with(media()) { (uuid) throws(SampleFailure) in try actOnMedia(kind, uuid) }
    }
  }

  private func actOnMedia(_ kind: Step.Kind, _ uuid: String) throws(SampleFailure) -> String? {
    let name = String(uuid.prefix(8))
    switch kind {
    case .updateMedia:
      let parts = chance.number(1...7)
      try library.updateMedia(
        uuid, title: parts & 1 == 0 ? nil : typed.make("title"),
        content: parts & 2 == 0 ? nil : typed.make("some words"), author: parts & 4 == 0 ? nil : typed.make())
      return "\(name) parts \(parts)"
    case .updatePartial:
      let status = chance.one(of: ["pending", "processing", "completed", "failed"]) ?? "pending"
      if chance.percent(50) {
        try library.updatePartial(uuid, [("chunking_status", .text(status))])
      } else {
        try library.updatePartial(uuid, [("author", .text(typed.make()))])
      }
      return name
    case .renameURL:
      let url = url()
      try library.renameURL(uuid, to: url)
      return "\(name) to \(url)"
    case .moveURL:
      let url = typed.make()
      try library.renameURL(uuid, to: url)
      return "\(name) to \(url)"
    case .writeBlob:
      let bytes = (0..<chance.number(1...6)).map { _ in UInt8(chance.number(0...255)) }
      // The replaced value is not sent to anybody any more.
      let stood = try library.connection.value("SELECT author FROM Media WHERE uuid = ?", [.text(uuid)])?.text
      try library.writeBlob(uuid, column: "author", bytes)
      device.blobs[uuid] = bytes
      if let gone = stood.flatMap({ TypedValues.numbers(in: $0).first }) { typed.bury(gone) }
    case .trash: try library.trash(uuid)
    case .restore: try library.restore(uuid)
    case .softDelete: try library.softDelete(uuid)
    case .hardDelete:
      try library.hardDelete(uuid)
      device.lost.insert(uuid)
    case .addAgain:
      let url = try library.connection.value("SELECT url FROM Media WHERE uuid = ?", [.text(uuid)])?.text
      guard let url else { return nil }
      try library.hardDelete(uuid)
      device.lost.insert(uuid)
      let again = NewMedia(url: url, title: typed.make("title"), content: typed.make("some words"))
      return "\(name) as \(try library.addMedia(again).prefix(8)) \(url)"
    default: return nil
    }
    return name
  }

  private func actOnChildren(_ kind: Step.Kind) throws(SampleFailure) -> String? {
    if kind == .deleteChild { return try deleteChild() }
    return try with(media()) { (uuid) throws(SampleFailure) in
      switch kind {
      case .addTranscript:
        let text = typed.make()
        let made = try library.addTranscript(
          uuid, model: chance.one(of: ["small", "large"]) ?? "small", text: text)
        if try library.hasRuns { device.world.things.note("Transcripts", made, identity: text) }
      case .batchChunks:
        for made in try library.addChunkBatch(uuid, [typed.make(), typed.make()]) {
          device.world.things.note("MediaChunks", made, medium: uuid)
        }
      case .addChunks: try library.addChunks(uuid, [typed.make(), typed.make()])
      case .addUnvectorized:
        try library.addUnvectorizedChunks(
          uuid, [typed.make()], from: Int64(chance.number(0...2)), type: chance.one(of: ["t", "text"]) ?? "t")
      case .addDocumentVersion:
        let isSame = chance.percent(30)
        try library.addDocumentVersion(
          uuid, content: isSame ? "the same text" : typed.make(), prompt: isSame ? nil : typed.make())
      default:
        let newest = try library.connection.value(
          """
          SELECT max(version_number) FROM DocumentVersions d JOIN Media m ON m.id = d.media_id
          WHERE m.uuid = ? AND d.deleted = 0
          """, [.text(uuid)])?.integer
        guard let newest, newest > 0 else { return nil }
        try library.rollback(uuid, to: Int64(chance.number(1...Int(newest))))
      }
      return String(uuid.prefix(8))
    }
  }

  private func addMedia() throws(SampleFailure) -> String {
    let url = url()
    let known = try library.connection.value("SELECT uuid FROM Media WHERE url = ?", [.text(url)])?.text
    if let known {
      try library.updateMedia(known, title: typed.make("title"))
      return "\(known.prefix(8)), which has \(url) already"
    }
    // The text is a natural key too: sometimes two devices add the same one.
    let content =
      chance.percent(15) ? "a text found everywhere \(chance.number(1...2))" : typed.make("some words")
    var media = NewMedia(url: url, title: typed.make("title"), content: content)
    if chance.percent(40) { media.author = typed.make() }
    if chance.percent(40) { media.keywords = (0..<chance.number(1...2)).map { _ in keyword() } }
    if chance.percent(30) { media.chunks = (0..<chance.number(1...2)).map { _ in typed.make() } }
    let made = try library.addMedia(media)
    if try library.hasRuns { device.world.things.note("Media", made, identity: url) }
    return "\(made.prefix(8)) \(url)"
  }

  private func noteThings(_ kind: Step.Kind) {
    if [.renameURL, .moveURL, .swapURLs, .addAgain].contains(kind) { device.world.things.noteMove() }
    if kind != .rotateKeywords { device.world.things.forgetExpected() }
  }

  private func rotateKeywords() throws(SampleFailure) -> String? {
    let rows = try library.connection.rows(
      "SELECT uuid, keyword FROM Keywords WHERE deleted = 0 ORDER BY uuid")
    guard rows.count > 1 else { return nil }
    let uuids = rows.map { $0[0].text ?? "" }
    try library.rotateKeywords(uuids)
    if device.world.isAllInStep {
      var words: [String: String] = [:]
      for (place, uuid) in uuids.enumerated() { words[uuid] = rows[(place + 1) % rows.count][1].text }
      device.world.things.expect(words)
    }
    return "of \(rows.count)"
  }

  private func swapURLs() throws(SampleFailure) -> String? {
    let rows = try library.connection.rows("SELECT uuid, url FROM Media WHERE deleted = 0 ORDER BY uuid")
    guard let one = chance.one(of: rows), let other = chance.one(of: rows), one != other,
      let first = one[0].text, let second = other[0].text, let firstURL = one[1].text,
      let secondURL = other[1].text
    else { return nil }
    try library.renameURL(first, to: "u-between")
    try library.renameURL(second, to: firstURL)
    try library.renameURL(first, to: secondURL)
    return "\(first.prefix(8)) \(second.prefix(8))"
  }

  private func deleteChild() throws(SampleFailure) -> String? {
    let entity = chance.one(of: ["Transcripts", "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions"])
    guard let entity else { return nil }
    let rows = try library.connection.rows(
      """
      SELECT c.uuid, m.uuid FROM \(entity) c JOIN Media m ON m.id = c.media_id WHERE c.deleted = 0
      ORDER BY c.uuid
      """)
    guard let row = chance.one(of: rows), let child = row[0].text, let media = row[1].text else { return nil }
    try library.deleteChild(entity, child, of: media)
    return "\(entity) \(child.prefix(8))"
  }

  // MARK: - What there is

  private func url() -> String { "u\(chance.number(1...4))" }
  private func keyword() -> String { chance.one(of: ["red", "Red", "blue", "green", "GREEN"]) ?? "red" }

  private func media(isDeleted: Int64 = 0) throws(SampleFailure) -> String? {
    let rows = try library.connection.rows(
      "SELECT uuid FROM Media WHERE deleted = ? ORDER BY uuid", [.integer(isDeleted)])
    return chance.one(of: rows)?[0].text
  }

  private func keywordRow(isDeleted: Int64) throws(SampleFailure) -> String? {
    let rows = try library.connection.rows(
      "SELECT uuid FROM Keywords WHERE deleted = ? ORDER BY uuid", [.integer(isDeleted)])
    return chance.one(of: rows)?[0].text
  }

  private func with(
    _ uuid: String?, _ body: (String) throws(SampleFailure) -> String?
  ) throws(SampleFailure) -> String? {
    guard let uuid else { return nil }
    return try body(uuid)
  }
}
