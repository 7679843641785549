/// A row, or a part of one, as it travels: column names and values, sorted by name.
///
/// An absent column says nothing about the row; a `.null` column means NULL.
package struct Document: Hashable, Sendable {
  /// One column of a document.
  package struct Column: Hashable, Sendable {
    /// The column's name on the wire (`media_uuid`, never `media_id`).
    package let name: String
    /// The column's value.
    package var value: Value
  }

  /// The columns, sorted by name, without duplicates.
  package private(set) var columns: [Column]

  /// An empty document; it says nothing about any column.
  package init() { columns = [] }

  /// Takes columns in any order. Of two with one name it keeps the later, as SQL and JSON readers do.
  package init(_ pairs: [(String, Value)]) {
    columns = pairs.map { Column(name: $0.0, value: $0.1) }
    var isSorted = true
    for index in columns.indices.dropFirst() where columns[index - 1].name >= columns[index].name {
      isSorted = false
      break
    }
    guard !isSorted else { return }
    var merged = Document()
    for column in columns { merged[column.name] = column.value }
    self = merged
  }

  /// Whether it has no columns.
  package var isEmpty: Bool { columns.isEmpty }

  /// The value of a column; `nil` if the document does not have it. Setting `nil` removes the column.
  package subscript(_ name: String) -> Value? {
    get {
      let index = insertionIndex(of: name)
      return index < columns.count && columns[index].name == name ? columns[index].value : nil
    }
    set {
      let index = insertionIndex(of: name)
      let isPresent = index < columns.count && columns[index].name == name
      switch (newValue, isPresent) {
      case (let value?, true): columns[index].value = value
      case (let value?, false): columns.insert(Column(name: name, value: value), at: index)
      case (nil, true): columns.remove(at: index)
      case (nil, false): break
      }
    }
  }

  /// Returns this document with the columns of `other` set to its values.
  package func overlaid(with other: Document) -> Document {
    var result = self
    for column in other.columns { result[column.name] = column.value }
    return result
  }

  /// Returns this document without the named columns.
  package func without(_ names: some Sequence<String>) -> Document {
    var result = self
    for name in names { result[name] = nil }
    return result
  }

  private func insertionIndex(of name: String) -> Int {
    var low = 0
    var high = columns.count
    while low < high {
      let middle = (low + high) / 2
      if columns[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Document: ExpressibleByDictionaryLiteral {
  /// Makes a document from a literal, for tests and constants.
  package init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
