/// What the library's file says of a full-text index: the arguments of its `CREATE VIRTUAL TABLE … USING fts5(…)`.
struct SearchIndexDefinition {
  /// The table from which it takes its text; `nil` if it keeps a text of its own, empty if it keeps none.
  let content: String?
  /// The column by which it names that table's rows.
  let rowID: String

  /// Reads the statement that made the table; `nil` if it makes no FTS5 index.
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

  /// A statement whose comments are gone; what is quoted stays as it is.
  private static func withoutComments(_ sql: String) -> String {
    sql.replacing(/('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|\/\*.*?\*\//.dotMatchesNewlines()) { match in
      match.1 ?? " "
    }
  }

  /// The arguments up to the closing bracket: text between commas that stand in no quotes and no inner brackets.
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
