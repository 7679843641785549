/// A server's explanation of a request that it refused.
package struct ServerErrorText: Hashable, Sendable {
  /// The whole explanation on one line.
  package var text: String
  /// Indices into the request's `changes` that it names, from 0.
  package var places: [Int]
  /// Change ids that it names.
  package var changeIDs: [Int64]
  /// Whether it concerns the request around the changes, and no change.
  package var isOfRequest: Bool

  /// Takes the text, and what it names.
  package init(text: String, places: [Int] = [], changeIDs: [Int64] = [], isOfRequest: Bool = false) {
    self.text = text
    self.places = places
    self.changeIDs = changeIDs
    self.isOfRequest = isOfRequest
  }
}

/// A layer-1 server refused a batch. It applies a batch in one transaction, so one bad change fails all of it
/// (docs/protocol.md §2).
package struct BatchRefusal: Hashable, Sendable {
  /// The cause, as far as one answer shows.
  package enum RefusalCause: Hashable, Sendable {
    /// A change of the batch: the server will refuse it next time too.
    case change
    /// A change, or the server itself: only another try can tell.
    case unclear
    /// The request around the changes: no change is at fault.
    case request
  }

  /// The cause.
  package var cause: RefusalCause
  /// The index of the change that the server names, from 0; `nil` if it names none.
  package var culprit: Int?
  /// The server's explanation on one line.
  package var words: String

  /// Takes the cause, the named change, and the server's explanation.
  package init(cause: RefusalCause, culprit: Int?, words: String) {
    self.cause = cause
    self.culprit = culprit
    self.words = words
  }

  /// Reads a server's answer to a batch.
  ///
  /// - Parameters:
  ///   - status: the HTTP status.
  ///   - words: the body's explanation; `nil` if the body is not such a server's, for example a proxy's page.
  ///   - changes: the batch.
  /// - Returns: `nil` if the answer says nothing about the changes. 429, 502, 503 and 504 never do: they
  ///   concern the server, or what is in front of it.
  package init?(status: Int, words: ServerErrorText?, changes: [PushedChange]) {
    guard let words, !changes.isEmpty else { return nil }
    let culprit = words.culprit(in: changes)
    switch status {
    case 400, 422:
      self.init(cause: words.isOfRequest ? .request : .change, culprit: culprit, words: words.text)
    case 409: self.init(cause: .unclear, culprit: culprit, words: words.text)
    case 500:
      let isNamed = culprit != nil && !words.speaksOfDatabase
      self.init(cause: isNamed ? .change : .unclear, culprit: culprit, words: words.text)
    default: return nil
    }
  }
}

extension ServerErrorText {
  /// The first change of the batch that the explanation names: by its index, by its id, or by its row.
  fileprivate func culprit(in changes: [PushedChange]) -> Int? {
    if let place = places.first(where: changes.indices.contains) { return place }
    for id in changeIDs + idsInText {
      if let place = changes.firstIndex(where: { $0.entry.changeID == id }) { return place }
    }
    // A link's name contains its rows' names, so the longest name that occurs is the one meant.
    let words = Array(text.utf8)
    let named = changes.indices.filter { words.holds(Array(changes[$0].entry.row.uuid.utf8)) }
    let longest = named.map { changes[$0].entry.row.uuid.utf8.count }.max()
    return named.first { changes[$0].entry.row.uuid.utf8.count == longest }
  }

  /// The numbers after the word "change", as in "Change ID 17" or "change_id=17". "changes[17]" is an index.
  private var idsInText: [Int64] {
    let bytes = text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    let word = Array("change".utf8)
    var ids: [Int64] = []
    var index = 0
    while let start = bytes.place(of: word, from: index) {
      index = start + word.count
      guard index < bytes.count, bytes[index] != UInt8(ascii: "s") else { continue }
      let gap = bytes[index...].prefix(12).prefix { !$0.isDigit }
      let digits = bytes[(index + gap.count)...].prefix { $0.isDigit }
      if let id = Int64(String(decoding: digits, as: UTF8.self)) { ids.append(id) }
    }
    return ids
  }

  /// Whether it contains SQLite's message about a database that is unusable now (sqlite3_errstr). Then the
  /// named change only happened to be the one affected.
  fileprivate var speaksOfDatabase: Bool {
    let spoken = text.lowercased()
    return [
      "database is locked", "database table is locked", "database or disk is full", "disk i/o error",
      "unable to open database file", "attempt to write a readonly database",
    ].contains { spoken.contains($0) }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension [UInt8] {
  /// The index at which these bytes begin, at or after `start`.
  fileprivate func place(of part: [UInt8], from start: Int) -> Int? {
    guard !part.isEmpty, count >= part.count, start <= count - part.count else { return nil }
    return (start...(count - part.count)).first { self[$0] == part[0] && self[$0...].starts(with: part) }
  }

  /// Whether the name occurs. A short name could occur by chance, so it does not count.
  fileprivate func holds(_ name: [UInt8]) -> Bool { name.count >= 8 && place(of: name, from: 0) != nil }
}
