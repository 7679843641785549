import SyncCore

/// The type to which SQLite converts values that are written to a column (sqlite.org/datatype3.html, section
/// 3.1).
enum ColumnAffinity {
  case text, numeric, integer, real, blob

  /// Derives the affinity from the type in the column's declaration.
  init(declaration: String) {
    let words = declaration.uppercased()
    if words.contains("INT") {
      self = .integer
    } else if words.contains("CHAR") || words.contains("CLOB") || words.contains("TEXT") {
      self = .text
    } else if words.contains("BLOB") || words.isEmpty {
      self = .blob
    } else if words.contains("REAL") || words.contains("FLOA") || words.contains("DOUB") {
      self = .real
    } else {
      self = .numeric
    }
  }

  /// Whether the column may store another value than the one that is written to it. Only then is a row read
  /// again after it was written.
  func mayConvert(_ value: Value) -> Bool {
    switch (self, value) {
    case (.blob, _), (_, .null): false
    case (.text, .real), (.real, .integer): true
    case (.text, .integer), (.text, .text), (.numeric, .integer), (.integer, .integer): false
    case (.numeric, .real), (.integer, .real), (.real, .real): false
    case (.numeric, .text(let text)), (.integer, .text(let text)), (.real, .text(let text)):
      Self.looksLikeNumber(text)
    }
  }

  /// Whether SQLite may convert a text to a number. The answer may be yes by mistake, but never no by
  /// mistake.
  private static func looksLikeNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isNumberByte($0) }
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), 0x09...0x0D, UInt8(ascii: " "), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
