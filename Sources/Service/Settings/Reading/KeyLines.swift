/// Finds the line of each key in a TOML text, for error messages. The parser's tables do not tell. This scans
/// only what it needs, in a text that the parser has accepted.
struct KeyLines {
  private var lines: [String: Int] = [:]

  /// Scans the text once.
  init(_ text: String) {
    var scanner = KeyScanner(text)
    scanner.scan { path, line in
      let name = path.joined(separator: ".")
      if lines[name] == nil { lines[name] = line }
    }
  }

  /// Returns the line of a key, or of the table that contains it, counted from 1; 0 if neither is known.
  func line(of path: [String]) -> Int {
    for length in stride(from: path.count, to: 0, by: -1) {
      if let line = lines[path.prefix(length).joined(separator: ".")] { return line }
    }
    return 0
  }
}

/// Walks over a TOML text line by line and reports the path of every header and key.
private struct KeyScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if current == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  mutating func scan(_ found: (_ path: [String], _ line: Int) -> Void) {
    var table: [String] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "["):
        while current == UInt8(ascii: "[") { advance() }
        table = keyPath(until: UInt8(ascii: "]"))
        found(table, line)
        skipLine()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      default:
        let start = line
        found(table + keyPath(until: UInt8(ascii: "=")), start)
        skipValue()
      }
    }
  }

  /// Reads a dotted key with bare and quoted parts, and moves past `end`.
  private mutating func keyPath(until end: UInt8) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    while let byte = current, byte != end, byte != UInt8(ascii: "\n") {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        advance()
        while let inner = current, inner != byte, inner != UInt8(ascii: "\n") {
          part.append(inner)
          advance()
        }
      case UInt8(ascii: "."):
        parts.append(String(decoding: part, as: UTF8.self))
        part = []
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: part.append(byte)
      }
      advance()
    }
    if current == end { advance() }
    return parts + [String(decoding: part, as: UTF8.self)]
  }

  private mutating func skipLine() {
    while let byte = current, byte != UInt8(ascii: "\n") { advance() }
  }

  /// Skips a value. It ends with its line, unless a bracket or a triple-quoted string is still open.
  private mutating func skipValue() {
    var depth = 0
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        if depth == 0 { return }
        advance()
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        advance()
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        advance()
      case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString(quote: byte)
      default: advance()
      }
    }
  }

  private mutating func skipString(quote: UInt8) {
    let isLong = bytes[position...].prefix(3).elementsEqual([quote, quote, quote])
    let count = isLong ? 3 : 1
    for _ in 0..<count { advance() }
    while let byte = current {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        advance()
        advance()
      } else if isLong ? bytes[position...].prefix(3).elementsEqual([quote, quote, quote]) : byte == quote {
        for _ in 0..<count { advance() }
        return
      } else if byte == UInt8(ascii: "\n"), !isLong {
        return
      } else {
        advance()
      }
    }
  }
}
