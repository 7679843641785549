/// Why bytes are not a JSON document.
package struct JSONError: Error, Hashable, Sendable {
  /// The offset of the error in the bytes, from 0.
  package let offset: Int
  /// What is wrong, for a person.
  package let reason: String
}

/// Parses a JSON document (RFC 8259) from bytes. Nesting and the number of members of an object are bounded.
/// Values beyond these bounds, text that is not UTF-8 and unpaired surrogates become `.invalid` in their
/// place. The number of values is bounded too, because two bytes of a body can become a value of about fifty
/// bytes in memory.
package struct JSONReader {
  /// The deepest nesting of values.
  package static let depthMax = 32
  /// The most members of an object.
  package static let membersMax = 2000
  /// The most values in a document, not counting skipped ones.
  package static let valuesMax = 1_000_000

  private let bytes: [UInt8]
  private var index = 0
  private var valueCount = 0

  /// Parses the one value in `bytes`.
  package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.index == bytes.count else { throw reader.error("something follows the document's end") }
    return value
  }

  /// Parses the one value in `text`.
  package static func read(_ text: String) throws(JSONError) -> JSONValue { try read(Array(text.utf8)) }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func error(_ reason: String) -> JSONError { JSONError(offset: index, reason: reason) }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x0A, 0x0D, 0x09: index += 1
      default: return
      }
    }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    guard let first = current else { throw error("the document ends too early") }
    valueCount += 1
    guard valueCount <= Self.valuesMax else { throw error("it holds more than \(Self.valuesMax) values") }
    switch first {
    case UInt8(ascii: "{"): return depth < Self.depthMax ? try object(depth: depth) : try skipNested()
    case UInt8(ascii: "["): return depth < Self.depthMax ? try array(depth: depth) : try skipNested()
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try number()
    default: throw error("no JSON value starts like this")
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let end = index + text.utf8CodeUnitCount
    guard end <= bytes.count, String(decoding: bytes[index..<end], as: UTF8.self) == text.description else {
      throw error("no JSON value starts like this")
    }
    index = end
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    index += 1
    var object = JSONObject()
    skipSpace()
    if current == UInt8(ascii: "}") {
      index += 1
      return .object(object)
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw error("a member's name is missing") }
      let name = try string()
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw error("a colon is missing") }
      index += 1
      guard object.members.count < Self.membersMax else { return try restOfObject() }
      let value = try value(depth: depth + 1)
      if let name = name.string {
        object.append(name, value)
      } else {
        object.append("\u{FFFD}", .invalid("a member's name is not text"))
      }
      skipSpace()
      guard let next = current else { throw error("the document ends inside an object") }
      index += 1
      if next == UInt8(ascii: "}") { return .object(object) }
      guard next == UInt8(ascii: ",") else { throw error("a comma or a closing brace is missing") }
    }
  }

  /// Skips the rest of an object with too many members, and drops the members so far.
  private mutating func restOfObject() throws(JSONError) -> JSONValue {
    _ = try skipNested(from: 1)
    return .invalid("it has more than \(Self.membersMax) members")
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    index += 1
    var values: [JSONValue] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      index += 1
      return .array(values)
    }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      guard let next = current else { throw error("the document ends inside a list") }
      index += 1
      if next == UInt8(ascii: "]") { return .array(values) }
      guard next == UInt8(ascii: ",") else { throw error("a comma or a closing bracket is missing") }
    }
  }

  /// Skips a value that is nested too deep. It does not recurse, so no input can exhaust the stack.
  private mutating func skipNested(from open: Int = 0) throws(JSONError) -> JSONValue {
    var depth = open
    while let byte = current {
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        _ = try string()
        continue
      default: break
      }
      index += 1
      if depth == 0 { return .invalid("it is nested more than \(Self.depthMax) deep") }
    }
    throw error("the document ends inside a value")
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = index
    var isWhole = true
    while let byte = current {
      switch byte {
      case 0x30...0x39: break
      case UInt8(ascii: "-") where index == start: break
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        isWhole = false
      default:
        return try number(from: start, isWhole: isWhole)
      }
      index += 1
    }
    return try number(from: start, isWhole: isWhole)
  }

  private func number(from start: Int, isWhole: Bool) throws(JSONError) -> JSONValue {
    let digits = bytes[start..<index]
    let unsigned = digits.first == UInt8(ascii: "-") ? digits.dropFirst() : digits
    guard let first = unsigned.first, (0x30...0x39).contains(first),
      first != 0x30 || unsigned.count == 1 || !(0x30...0x39).contains(unsigned[unsigned.startIndex + 1])
    else { throw JSONError(offset: start, reason: "this is not a number") }
    if isWhole, digits.count < 19 {
      var value: Int64 = 0
      for digit in unsigned { value = value * 10 + Int64(digit &- 0x30) }
      return .integer(unsigned.count == digits.count ? value : -value)
    }
    guard digits.count <= 400 else { return .invalid("a number has more than 400 digits") }
    let text = String(decoding: digits, as: UTF8.self)
    if isWhole, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), text.utf8.last != UInt8(ascii: ".") else {
      throw JSONError(offset: start, reason: "this is not a number")
    }
    return value.isFinite ? .real(value) : .invalid("a number is too large")
  }
}

extension JSONReader {
  /// Parses a string whose opening quote is the current byte.
  private mutating func string() throws(JSONError) -> JSONValue {
    index += 1
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let text = String(validating: bytes[start..<index], as: UTF8.self)
        index += 1
        return text.map { .string($0) } ?? .invalid("text is not UTF-8")
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw error("a string contains an unescaped control character")
      default: index += 1
      }
    }
    throw error("the document ends inside a string")
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> JSONValue {
    var text: [UInt8] = Array(bytes[start..<index])
    var problem: String?
    while let byte = current {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        if let problem { return .invalid(problem) }
        return String(validating: text, as: UTF8.self).map { .string($0) } ?? .invalid("text is not UTF-8")
      case UInt8(ascii: "\\"):
        if try !escape(into: &text) { problem = "a surrogate has no other half" }
      case 0..<0x20:
        throw error("a string contains an unescaped control character")
      default: text.append(byte)
      }
    }
    throw error("the document ends inside a string")
  }

  /// Parses what follows a backslash. Returns false for an unpaired surrogate.
  private mutating func escape(into text: inout [UInt8]) throws(JSONError) -> Bool {
    guard let kind = current else { throw error("the document ends inside a string") }
    index += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
          bytes[index + 1] == UInt8(ascii: "u")
        else { return false }
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { return false }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { return false }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw error("this escape does not exist")
    }
    return true
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw error("the document ends inside a string") }
    var code: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw error("this escape does not exist")
      }
      code = code << 4 + UInt32(digit)
    }
    index += 4
    return code
  }
}
