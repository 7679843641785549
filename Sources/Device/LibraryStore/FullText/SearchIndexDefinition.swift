/// The definition of a full-text index in the library's file: the arguments of its
/// `CREATE VIRTUAL TABLE … USING fts5(…)`.
struct SearchIndexDefinition {
  /// The table from which the index reads its text; `nil` if it stores its own text, empty if it stores none.
  let content: String?
  /// The column by which the index identifies that table's rows.
  let rowID: String

  /// Parses the statement that created the table; `nil` if that is not an FTS5 index.
  init?(_ statement: String) {
    let plain = Self.withoutComments(statement)
    guard let start = plain.firstMatch(of: /(?i)\bUSING\s+fts5\s*\(/)?.range.upperBound else { return nil }
    var content: String?
    var rowID = "rowid"
    for argument in Self.arguments(plain[start...]) {
      guard let option = argument.wholeMatch(of: /\s*(\w+)\s*=\s*(.*?)\s*/.dotMatchesNewlines()) else {
        continue
      }
      let value = Self.unquoted(option.2)
      switch option.1.lowercased() {
      case "content": content = value
      case "content_rowid": rowID = value
      default: break
      }
    }
    self.content = content
    self.rowID = rowID
  }

  /// Removes the comments from a statement, but not from quoted text.
  private static func withoutComments(_ sql: String) -> String {
    sql.replacing(/('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|\/\*.*?\*\//.dotMatchesNewlines()) { match in
      match.1 ?? " "
    }
  }

  /// Returns the arguments up to the closing bracket: the text between commas outside of quotes and inner
  /// brackets.
  private static func arguments(_ text: Substring) -> [Substring] {
    var found: [Substring] = []
    var begin = text.startIndex
    var quote: Character?
    var depth = 0
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" || character == "`" {
        quote = character
      } else if character == "(" {
        depth += 1
      } else if depth > 0, character == ")" {
        depth -= 1
      } else if character == "," || character == ")", depth == 0 {
        found.append(text[begin..<index])
        begin = text.index(after: index)
        if character == ")" { break }
      }
    }
    return found
  }

  private static func unquoted(_ text: Substring) -> String {
    guard let first = text.first, let last = text.last, text.count >= 2 else { return String(text) }
    switch (first, last) {
    case ("'", "'"), ("\"", "\""), ("`", "`"), ("[", "]"): return String(text.dropFirst().dropLast())
    default: return String(text)
    }
  }
}
