import SampleApplication

/// Every text that a person has typed, and what may become of it: no other text is like it, so that it can be found
/// again wherever it went.
final class TypedValues {
  /// Where a value stands.
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
    /// The text that stood in its place when it was typed: who typed this one has seen that one.
    var over: Int?
    /// Why it may be gone; `nil` where it may not.
    var excuse: String?
  }

  private(set) var values: [Int: Typed] = [:]
  private(set) var edits = 0
  /// Texts that an edit showed again, such as going back to an older version.
  private(set) var broughtBack: Set<Int> = []
  /// Texts that are gone without anybody's having written over them, with what showed that they had been typed.
  private(set) var thrownAway: Set<Int> = []
  /// Keys that gave way to one that others choose too. That one may be refused, and then what stood before them stands.
  private(set) var movedFrom: Set<Int> = []
  private var count = 0

  /// What a typed value begins with.
  private static let mark: [UInt8] = Array("t#".utf8)

  /// A text that nobody has typed before.
  func make(_ words: String = "") -> String {
    count += 1
    return "t#\(count)" + (words.isEmpty ? "" : " " + words)
  }

  /// The values that a library shows, and where.
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

  /// Works out what an edit typed and what it overwrote, from what the library showed before and after. Who
  /// overwrites a value or throws its row away has seen it. What is `kept` elsewhere was not thrown away.
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

  /// The texts that gave way one to the next, back to an earlier one, until a later one stood; `nil` where that was not
  /// typed over the earlier one, nor over one that was.
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

  /// A value need not be found any more. With it goes that it was typed over another, also where a third was typed over
  /// it since.
  func excuse(_ why: String, where isExcused: (Int, Typed) -> Bool) {
    for (number, value) in values where isExcused(number, value) {
      if value.excuse == nil { values[number]?.excuse = why }
      thrownAway.insert(number)
    }
  }

  /// Bytes were put over a text: it is not said to anybody any more, and neither is any that it was typed over before
  /// anybody had heard of that.
  func bury(_ value: Int) {
    var gone: Int? = value
    while let text = gone, thrownAway.insert(text).inserted {
      if values[text]?.excuse == nil, text == value { values[text]?.excuse = "bytes were put in its place" }
      gone = values[text]?.over
    }
  }

  /// The numbers of the typed values that stand in a text, quoted or not.
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
