import SampleApplication

/// Every text that a person has typed, and its permitted fate: every text is unique, so that it can be found
/// again wherever it went.
final class TypedValues {
  /// The place of a value.
  struct Place: Hashable {
    var row: String
    var column: String
  }

  /// A value that was typed.
  struct Typed {
    var device: Int
    var place: Place
    /// Counts the edits of all devices.
    var edit: Int
    /// The text in its place when it was typed: its author has seen that text.
    var over: Int?
    /// Why it may be gone; `nil` if it may not.
    var excuse: String?
  }

  private(set) var values: [Int: Typed] = [:]
  private(set) var edits = 0
  /// Texts that an edit showed again, such as by returning to an older version.
  private(set) var broughtBack: Set<Int> = []
  /// Texts that are gone without having been overwritten, and with them the proof that they had been typed.
  private(set) var thrownAway: Set<Int> = []
  /// Keys that a user replaced with one that others choose too. The hub may refuse that one, and then the key
  /// before it stays.
  private(set) var movedFrom: Set<Int> = []
  private var count = 0

  /// The prefix of a typed value.
  private static let mark: [UInt8] = Array("t#".utf8)

  /// A unique text.
  func make(_ words: String = "") -> String {
    count += 1
    return "t#\(count)" + (words.isEmpty ? "" : " " + words)
  }

  /// The values that a library shows, with their places.
  static func shown(_ connection: SQLiteConnection) throws(SampleFailure) -> [Place: Int] {
    var shown: [Place: Int] = [:]
    for (entity, columns) in columns {
      for row in try connection.rows("SELECT uuid, \(columns.joined(separator: ", ")) FROM \(entity)") {
        for (index, column) in columns.enumerated() {
          guard let text = row[index + 1].text, let value = numbers(in: text).first else { continue }
          shown[Place(row: "\(entity) \(row[0].text ?? "")", column: column)] = value
        }
      }
    }
    return shown
  }

  private static let keys = ["url", "keyword"]

  private static let columns = [
    ("Media", ["url", "title", "content", "author"]), ("Keywords", ["keyword"]),
    ("Transcripts", ["transcription"]),
    ("MediaChunks", ["chunk_text"]),
    ("UnvectorizedMediaChunks", ["chunk_text"]),
    ("DocumentVersions", ["content", "prompt", "analysis_content"]),
  ]

  /// Determines what an edit typed and overwrote, from the library's values before and after. A user who
  /// overwrites a value or removes its row has seen it. Values that are `kept` elsewhere were not dropped.
  func note(device: Int, before: [Place: Int], after: [Place: Int], kept: Set<Int> = []) {
    edits += 1
    for (place, value) in after where before[place] != value && values[value] == nil {
      values[value] = Typed(device: device, place: place, edit: edits, over: before[place])
    }
    for (place, value) in after where before[place] != value && values[value]?.edit != edits {
      broughtBack.insert(value)
    }
    for (place, value) in before where Self.keys.contains(place.column) && after[place] == nil {
      var gone: Int? = value
      while let key = gone, movedFrom.insert(key).inserted { gone = values[key]?.over }
    }
    let left = Set(after.values)
    for (place, value) in before
    where after[place] != value && !left.contains(value) && !kept.contains(value) {
      values[value]?.excuse = "overwritten or thrown away on device \(device), where it was shown"
    }
  }

  /// The texts that replaced each other, from the one that a later text was typed over back to an earlier
  /// one; `nil` if the later text does not descend from the earlier one.
  func texts(from later: Int, backTo earlier: Int) -> [Int]? {
    var seen: [Int] = []
    var at = values[later]?.over
    while let text = at {
      seen.append(text)
      if text == earlier { return seen }
      at = values[text]?.over
    }
    return nil
  }

  /// A value need not be found any more. This also drops the proof that it was typed over another, even if a
  /// third was typed over it since.
  func excuse(_ why: String, where isExcused: (Int, Typed) -> Bool) {
    for (number, value) in values where isExcused(number, value) {
      if value.excuse == nil { values[number]?.excuse = why }
      thrownAway.insert(number)
    }
  }

  /// Bytes replaced a text: it is sent to nobody any more, and neither is any text before it that had not
  /// been sent by then.
  func bury(_ value: Int) {
    var gone: Int? = value
    while let text = gone, thrownAway.insert(text).inserted {
      if values[text]?.excuse == nil, text == value { values[text]?.excuse = "bytes were put in its place" }
      gone = values[text]?.over
    }
  }

  /// The numbers of the typed values in a text, quoted or not.
  static func numbers(in text: String) -> [Int] {
    var found: [Int] = []
    var text = text
    text.withUTF8 { bytes in
      var at = 0
      while at + 2 < bytes.count {
        guard bytes[at] == mark[0], bytes[at + 1] == mark[1] else {
          at += 1
          continue
        }
        at += 2
        var number = 0
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
          number = number * 10 + Int(bytes[at] - 0x30)
          at += 1
        }
        found.append(number)
      }
    }
    return found
  }
}
