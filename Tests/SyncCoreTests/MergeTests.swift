import Testing

@testable import SyncCore

/// The three-way merge of one row, unit by unit (protocol.md §3, who wins).
struct MergeTests {
  private let units = MergeUnits(EntityCatalogue.mediaLibrary["Media"] ?? .empty)
  private let mine = DeviceID(rawValue: "mine")
  private let theirs = DeviceID(rawValue: "theirs")
  private let noon = Instant(milliseconds: 1_000_000)

  private func merge(
    base: Document, stored: Document, incoming: Document, lastBy device: DeviceID? = nil,
    at edited: Int64 = 0,
    policy: ConflictPolicy = .latestEdit, taken: [String] = []
  ) -> ThreeWayMerge {
    let state = RowState(
      document: stored, version: 1, position: Position(1),
      stamps: ColumnStamps(original: ColumnStamp(edited: noon, device: device ?? theirs)))
    var merge = ThreeWayMerge(
      base: base, stored: state, incoming: incoming,
      stamp: ColumnStamp(edited: noon + .milliseconds(edited), device: mine), policy: policy, units: units)
    merge.run { (_, columns) throws(Never) -> KeyObstacle? in
      columns.contains(where: taken.contains) ? .taken(by: "other") : nil
    }
    return merge
  }

  @Test func `a column that the sender did not change keeps the stored value`() {
    let result = merge(base: ["title": "a"], stored: ["title": "b"], incoming: ["title": "a"], at: 5)
    #expect(result.document == ["title": "b"])
    #expect(result.conflicts.isEmpty)
  }

  @Test func `a column that nobody else changed takes the incoming value, however old`() {
    let result = merge(base: ["title": "a"], stored: ["title": "a"], incoming: ["title": "c"], at: -5)
    #expect(result.document == ["title": "c"])
    #expect(result.stamps["title"].device == mine)
    #expect(result.conflicts.isEmpty)
  }

  @Test func `a column changed on both sides takes the later edit, and on a tie the arriving one`() {
    let base: Document = ["title": "a"]
    let stored: Document = ["title": "b"]
    let incoming: Document = ["title": "c"]
    #expect(merge(base: base, stored: stored, incoming: incoming, at: -1).document == stored)
    #expect(merge(base: base, stored: stored, incoming: incoming, at: 0).document == incoming)
    #expect(merge(base: base, stored: stored, incoming: incoming, at: 1).document == incoming)
    #expect(
      merge(base: base, stored: stored, incoming: incoming, at: -1, policy: .latestArrival).document
        == incoming)
  }

  @Test func `every value that loses is kept with its device`() {
    let lost = merge(base: ["title": "a"], stored: ["title": "b"], incoming: ["title": "c"], at: -1)
    #expect(
      lost.conflicts == [ColumnConflict(losing: ["title": "c"], winning: ["title": "b"], losingDevice: mine)])
    let won = merge(base: ["title": "a"], stored: ["title": "b"], incoming: ["title": "c"], at: 1)
    #expect(
      won.conflicts == [ColumnConflict(losing: ["title": "b"], winning: ["title": "c"], losingDevice: theirs)]
    )
  }

  @Test func `a device does not contest its own earlier edit`() {
    let result = merge(
      base: ["title": "a"], stored: ["title": "b"], incoming: ["title": "c"], lastBy: mine, at: -5)
    #expect(result.document == ["title": "c"])
    #expect(result.conflicts.isEmpty)
  }

  @Test func `a device that returns to its base's value has changed its own edit`() {
    let back = merge(base: ["title": "a"], stored: ["title": "b"], incoming: ["title": "a"], lastBy: mine)
    #expect(back.document == ["title": "a"])
    #expect(back.conflicts.isEmpty)
  }

  @Test func `a later incarnation wins over an earlier one, and values that it had not seen are kept`() {
    let stored = RowState(
      document: ["title": "b"], version: 1, position: Position(1),
      stamps: ColumnStamps(
        original: ColumnStamp(edited: noon, device: mine, life: Incarnation(rawValue: "first"))))
    var merge = ThreeWayMerge(
      base: ["title": "a"], stored: stored, incoming: ["title": "c"],
      stamp: ColumnStamp(edited: noon, device: mine, life: Incarnation(rawValue: "second")),
      policy: .latestEdit, units: units)
    merge.run { (_, _) throws(Never) -> KeyObstacle? in nil }
    #expect(merge.document == ["title": "c"])
    #expect(
      merge.conflicts == [
        ColumnConflict(
          losing: ["title": "b"], winning: ["title": "c"], losingDevice: mine, isOwn: true)
      ])
  }

  @Test func `a device that wrote two rows which become one keeps what it wrote in the other`() {
    let alias = ColumnStamp.Name.alias("b")
    #expect(alias.sees(alias))
    #expect(!ColumnStamp.Name.someAlias.sees(alias))
    #expect(!ColumnStamp.Name.canonical.sees(alias))
    #expect(!alias.sees(.canonical))
    #expect(!alias.sees(.alias("c")))
    let stored = RowState(
      document: ["title": "typed in b"], version: 1, position: Position(1),
      stamps: ColumnStamps(original: ColumnStamp(edited: noon, device: mine, name: alias)))
    var merge = ThreeWayMerge(
      base: ["title": "a"], stored: stored, incoming: ["title": "typed in a"],
      stamp: ColumnStamp(edited: noon, device: mine), policy: .latestEdit, units: units)
    merge.run { (_, _) throws(Never) -> KeyObstacle? in nil }
    #expect(merge.conflicts.map(\.losing) == [["title": "typed in b"]])
    #expect(merge.conflicts.map(\.isOwn) == [true])
  }

  @Test func `a group with a change in any column moves as a whole`() {
    let base: Document = ["content": "a", "content_hash": "ha"]
    let stored: Document = ["content": "b", "content_hash": "hb"]
    let result = merge(base: base, stored: stored, incoming: ["content": "c"], at: 1)
    #expect(result.document == ["content": "c", "content_hash": "ha"])
    #expect(merge(base: base, stored: stored, incoming: ["content": "c"], at: -1).document == stored)
  }

  @Test func `a taken key loses its group and leaves the others alone`() {
    let result = merge(
      base: ["url": "a", "title": "a"], stored: ["url": "a", "title": "a"],
      incoming: ["url": "x", "title": "x"], at: 1, taken: ["url"])
    #expect(result.document == ["url": "a", "title": "x"])
    #expect(result.conflicts.map(\.losing) == [["url": "x"]])
  }

  @Test func `a missing column and a NULL column mean the same`() {
    let result = merge(base: ["title": "a"], stored: ["title": "a"], incoming: ["author": .null], at: 1)
    #expect(result.document == ["title": "a"])
    let null: Document = ["a": .null]
    let text: Document = ["a": "x"]
    #expect(null.saysTheSame(as: [:], besides: []))
    #expect(!text.saysTheSame(as: [:], besides: []))
  }

  @Test func `without a base the sender changed everything`() {
    let result = merge(base: [:], stored: ["title": "b", "author": "b"], incoming: ["title": "c"], at: 1)
    #expect(result.document == ["title": "c", "author": "b"])
    #expect(result.conflicts.count == 1)
  }

  @Test func `units join groups and keys that share a column`() {
    #expect(units.columns(with: "content_hash") == ["content", "content_hash"])
    #expect(units.columns(with: "title") == ["title"])
    let versions = MergeUnits(EntityCatalogue.mediaLibrary["DocumentVersions"] ?? .empty)
    #expect(versions.columns(with: "version_number") == ["media_uuid", "version_number"])
  }

  @Test func `an edit time is corrected by the sender's clock and never later than now`() {
    let now = noon + .seconds(1000)
    func corrected(_ edited: Instant, sentAt: Instant?) -> Instant {
      EditTime.corrected(timestamp: edited.description, sentAt: sentAt, now: now)
    }
    #expect(corrected(noon, sentAt: now) == noon)
    #expect(corrected(noon + .seconds(3600), sentAt: now + .seconds(3600)) == noon)
    #expect(corrected(now + .seconds(9), sentAt: now) == now)
    #expect(corrected(noon, sentAt: nil) == now)
    #expect(EditTime.corrected(timestamp: "yesterday", sentAt: now, now: now) == now)
  }

  @Test func `a key with a NULL never collides, and case counts as in SQLite`() throws {
    let keyword = try #require(EntityCatalogue.mediaLibrary["Keywords"]?.naturalKeys.first)
    #expect(keyword.text(of: ["keyword": "ABC ß Ä"]) == "abc ß Ä")
    let transcript = try #require(EntityCatalogue.mediaLibrary["Transcripts"]?.naturalKeys.first)
    #expect(transcript.text(of: ["media_uuid": "m", "whisper_model": .null]) == nil)
    #expect(
      transcript.text(of: ["media_uuid": "a", "whisper_model": "bc"])
        != transcript.text(of: ["media_uuid": "ab", "whisper_model": "c"]))
    let media = try #require(EntityCatalogue.mediaLibrary["Media"]?.naturalKeys.first)
    #expect(media.text(of: ["url": "A"]) != media.text(of: ["url": "a"]))
  }
}

extension EntityShape {
  fileprivate static let empty = EntityShape(
    name: "", kind: .row, localColumns: [], parents: [], naturalKeys: [], columnGroups: [], fullText: nil,
    payloadNames: [:])
}

extension Value: ExpressibleByStringLiteral {
  /// Text, for short tests.
  public init(stringLiteral value: String) { self = .text(value) }
}
