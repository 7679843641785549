/// A natural key's values as one text. Two rows have equal texts exactly if SQLite would refuse the second
/// row.
package struct KeyText: Hashable, Sendable {
  /// The entity whose rows share the key.
  package let entity: String
  /// The key's index among the entity's keys.
  package let index: Int
  /// The values.
  package let text: String

  /// Takes the entity, the key's index, and the values as one text.
  package init(entity: String, index: Int, text: String) {
    self.entity = entity
    self.index = index
    self.text = text
  }

  /// Compares keys byte by byte, as SQLite does.
  package static func == (left: KeyText, right: KeyText) -> Bool {
    left.index == right.index && left.entity == right.entity && left.text.isSameText(as: right.text)
  }
}

extension EntityShape.NaturalKey {
  /// Returns a document's key; `nil` if one of its columns is NULL, because such a key collides with nothing.
  package func text(of document: Document) -> String? {
    var parts: [String] = []
    for column in columns {
      switch document.says(column) {
      case .null: return nil
      // Column affinity makes 5 and "5" one value in the table, so they are one here.
      case .integer(let number): parts.append(String(number))
      case .real(let number): parts.append(Int64(exactly: number).map { String($0) } ?? String(number))
      case .text(let text): parts.append(ignoresCase ? text.foldingASCIICase() : text)
      }
    }
    guard parts.count > 1 else { return parts.first }
    return parts.map { "\($0.utf8.count):\($0)" }.joined()
  }
}

extension String {
  /// Lower-cases A to Z only, as SQLite's NOCASE does.
  fileprivate func foldingASCIICase() -> String {
    guard utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return self }
    return String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}
