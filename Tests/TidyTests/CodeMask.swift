/// Blanks comments and the insides of strings, so that a rule reads only code. Line numbers stay the same. It
/// handles nested comments, raw strings, multi-line strings and interpolations.
struct CodeMask {
  private let source: [Character]
  private var result: [Character] = []
  private var position = 0

  /// The text with only code left.
  static func masked(_ text: String) -> String {
    var mask = CodeMask(source: Array(text))
    mask.code(until: nil)
    return String(mask.result)
  }

  private init(source: [Character]) { self.source = source }

  private func starts(_ text: String, at start: Int) -> Bool {
    source[min(start, source.count)...].starts(with: text)
  }

  private mutating func keep() {
    result.append(source[position])
    position += 1
  }

  private mutating func blank(_ count: Int = 1) {
    for _ in 0..<count where position < source.count {
      result.append(source[position] == "\n" ? "\n" : " ")
      position += 1
    }
  }

  /// Reads code, up to the parenthesis that closes an interpolation or to the end.
  private mutating func code(until end: Character?) {
    var depth = 0
    while position < source.count {
      let character = source[position]
      if character == end, depth == 0 { return }
      if starts("//", at: position) {
        while position < source.count, source[position] != "\n" { blank() }
      } else if starts("/*", at: position) {
        blockComment()
      } else if let hashes = stringHashes() {
        string(hashes: hashes)
      } else {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        keep()
      }
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if starts("/*", at: position) {
        depth += 1
        blank(2)
      } else if starts("*/", at: position) {
        depth -= 1
        blank(2)
      } else {
        blank()
      }
    } while depth > 0 && position < source.count
  }

  /// The number of `#` before the string that begins here; `nil` if none begins.
  private func stringHashes() -> Int? {
    var count = 0
    while starts("#", at: position + count) { count += 1 }
    return starts("\"", at: position + count) ? count : nil
  }

  private mutating func string(hashes: Int) {
    for _ in 0..<hashes { keep() }
    let quotes = starts("\"\"\"", at: position) ? 3 : 1
    let fence = String(repeating: "#", count: hashes)
    let end = String(repeating: "\"", count: quotes) + fence
    for _ in 0..<quotes { keep() }
    while position < source.count {
      if starts(end, at: position) {
        for _ in 0..<end.count { keep() }
        return
      }
      if starts("\\" + fence + "(", at: position) {
        blank(2 + hashes)
        code(until: ")")
        blank()
      } else if starts("\\" + fence, at: position) {
        blank(2 + hashes)
      } else if source[position] == "\n", quotes == 1 {
        return
      } else {
        blank()
      }
    }
  }
}
