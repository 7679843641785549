/// Finds functions and counts their lines, by their braces.
enum FunctionLength {
  /// A function, an initializer or a subscript with a body.
  struct Function: Equatable {
    /// The line that it begins on, counted from 1.
    let line: Int
    /// The number of lines from its first one to its closing brace.
    let lineCount: Int
  }

  /// The functions in lines of code in which comments and strings are blanked.
  static func functions(in code: [Substring]) -> [Function] {
    let keyword =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:[a-z]+(?:\([a-z]+\))?\s+)*(?:func\s|init[?!]?[(<]|deinit\b|subscript[(<])/
    return code.indices.compactMap { index in
      guard code[index].prefixMatch(of: keyword) != nil, let end = lastLine(from: index, in: code) else {
        return nil
      }
      return Function(line: index + 1, lineCount: end - index + 1)
    }
  }

  /// The line on which the body closes; `nil` if there is none, as in a protocol.
  private static func lastLine(from start: Int, in code: [Substring]) -> Int? {
    var parentheses = 0
    var braces = 0
    for index in start..<code.count {
      if index > start, braces == 0, parentheses == 0, beginsAnew(code[index]) { return nil }
      for character in code[index] {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{": braces += 1
        case "}":
          braces -= 1
          if braces == 0, parentheses == 0 { return index }
          if braces < 0 { return nil }
        default: break
        }
      }
    }
    return nil
  }

  /// Whether a line after a declaration without a body begins something else.
  private static func beginsAnew(_ line: Substring) -> Bool {
    let text = line.drop { $0 == " " }
    return !text.isEmpty && !["{", "where ", "->", "throws", "async", ")"].contains { text.hasPrefix($0) }
  }
}
