import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// Full-text indexes follow their definition in the file, and never stop the rows.
@Suite struct SearchIndexTests {
  private static let living = "SELECT id, title, content FROM Media WHERE deleted = 0"

  /// A device whose application has recreated its index over media.
  private func device(_ number: Int, index: String?) throws -> SyncedDevice {
    let device = try SyncedDevice(number)
    try device.application.connection.execute("DROP TABLE media_fts")
    if let index {
      try device.application.connection.execute("CREATE VIRTUAL TABLE media_fts USING fts5(\(index))")
    }
    return device
  }

  private func matches(_ device: SyncedDevice, _ word: String) throws -> Int {
    try device.application.connection.rows(
      "SELECT rowid FROM media_fts WHERE media_fts MATCH ?", [.text(word)]
    )
    .count
  }

  @Test(arguments: [
    "title, content, author, content='Media', content_rowid='id'",
    "author, title, content, -- what, who's it\n content=\"Media\", content_rowid=id, tokenize = 'porter'",
    "title, content, content=Media",
  ])
  func `an index with other columns or another tokenizer is kept right`(definition: String) throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try device(2, index: definition))
    var media = NewMedia(url: "u", title: "alpha", content: "first words")
    media.author = "smith"
    let uuid = try one.application.addMedia(media)
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try matches(two, "alpha") == 1)
    try one.application.updateMedia(uuid, title: "beta", author: "jones")
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try [matches(two, "alpha"), matches(two, "beta"), matches(two, "first")] == [0, 1, 1])
    if definition.contains("author") {
      #expect(try [matches(two, "smith"), matches(two, "jones")] == [0, 1])
    }
    try two.application.connection.execute(
      "INSERT INTO media_fts (media_fts, rank) VALUES ('integrity-check', 1)")
    #expect(try two.library.deviceState().indexes == [])
  }

  @Test(arguments: [
    "title, content", "title, content, content=''", "title, content, content='Keywords', content_rowid='id'",
    "title, mood, content='Media', content_rowid='id'", nil,
  ])
  func `any other index is left to the application, with one finding, and the rows are applied`(
    definition: String?
  ) throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try device(2, index: definition))
    try two.restart()
    try one.application.addMedia(NewMedia(url: "u", title: "alpha", content: "first words"))
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try two.application.connection.value("SELECT title FROM Media") == .text("alpha"))
    let findings = try two.library.deviceState().indexes
    #expect(findings.map(\.table) == ["media_fts"])
    #expect(findings.map(\.kind) == [.notOurs])
    #expect(try LibraryInspection.look(at: two.file.path).indexes == findings)
  }

  /// The first makes SQLite answer every use of the index with its error 267, the second with a constraint
  /// error of the index's own tables.
  @Test(arguments: ["x'00000000ffffffff7f01'", "x'00'"])
  func `a malformed index does not stop the rows, and is kept right again once it is repaired`(
    structure: String
  ) throws {
    let hub = try TemporaryHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "alpha", content: "first words"))
    for device in [one, two] { try device.sync(hub.library) }
    try two.application.connection.execute(
      "UPDATE media_fts_data SET block = \(structure) WHERE id = 10")
    try two.restart()
    try one.application.updateMedia(uuid, title: "beta")
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try two.application.connection.value("SELECT title FROM Media") == .text("beta"))
    let finding = try #require(try two.library.deviceState().indexes.first)
    #expect(finding.table == "media_fts")
    #expect(finding.kind == .outOfStep)
    #expect(finding.reason.contains(structure == "x'00'" ? "constraint" : "267"))
    // This lasts: after a restart nothing is written to it either.
    try two.restart()
    try two.library.lookAtIndexes()
    #expect(try two.library.deviceState().indexes.map(\.kind) == [.outOfStep])
    // A person recreates it with the doctor's statements. FTS5 cannot open an index whose structure is
    // unreadable.
    try SQLiteConnection(two.file.path).execute("UPDATE media_fts_data SET block = x'00' WHERE id = 10")
    try two.application.connection.execute(try #require(finding.rebuilding))
    try two.restart()
    try two.library.lookAtIndexes()
    #expect(try two.library.deviceState().indexes == [])
    try one.application.updateMedia(uuid, title: "gamma")
    for device in [one, two] { try device.sync(hub.library) }
    #expect(try [matches(two, "beta"), matches(two, "gamma")] == [0, 1])
    #expect(try LibraryHealth.problems(two.file.path) == [])
  }
}
