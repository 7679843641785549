import SyncCore

/// Writes JSON to bytes. The caller is responsible for the grammar: names and values alternate, and every
/// opened object or list is closed.
package struct JSONWriter {
  /// The bytes written so far.
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// Starts empty.
  package init() {}

  /// Starts empty, with room for `capacity` bytes.
  package init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Opens an object.
  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the innermost object.
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens a list.
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the innermost list.
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a member's name; its value comes next.
  package mutating func name(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes text.
  package mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(text.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a whole number.
  package mutating func integer(_ number: Int64) {
    separate()
    bytes.append(contentsOf: String(number).utf8)
  }

  /// Writes a number. JSON has neither infinity nor NaN, so they become null.
  package mutating func real(_ number: Double) {
    separate()
    bytes.append(contentsOf: (number.isFinite ? String(number) : "null").utf8)
  }

  /// Writes a Boolean value.
  package mutating func bool(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes a column's value.
  package mutating func value(_ value: Value) {
    switch value {
    case .null: null()
    case .integer(let number): integer(number)
    case .real(let number): real(number)
    case .text(let text): string(text)
    }
  }

  /// Writes a document as an object.
  package mutating func document(_ document: Document) {
    beginObject()
    for column in document.columns {
      name(column.name)
      value(column.value)
    }
    endObject()
  }

  /// Writes a document as JSON inside a string, the wire format of payloads.
  package mutating func embedded(_ document: Document) {
    var inner = JSONWriter()
    inner.document(document)
    embedded(jsonText: inner.bytes)
  }

  /// Writes existing JSON text as a string.
  package mutating func embedded(jsonText: String) { string(jsonText) }

  /// Writes existing JSON text, given as UTF-8 bytes, as a string.
  package mutating func embedded(jsonText: some Sequence<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(jsonText)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes existing JSON text, given as UTF-8 bytes, without changes.
  package mutating func raw(jsonText: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: jsonText)
  }

  /// Ends a line of NDJSON. The next value starts without a comma.
  package mutating func endLine() {
    bytes.append(0x0A)
    needsComma = false
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func appendEscaped(_ text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)
}

extension Document {
  /// The document as JSON text.
  package var jsonText: String {
    var writer = JSONWriter()
    writer.document(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Takes a document from an object. Booleans become 0 and 1. A list, an object or an unreadable value in a
  /// column throws an error that names the column.
  package init(_ object: JSONObject) throws(DocumentError) {
    var pairs: [(String, Value)] = []
    pairs.reserveCapacity(object.members.count)
    guard object.members.count <= Document.columnsMax else {
      throw DocumentError(reason: "it has more than \(Document.columnsMax) columns")
    }
    for member in object.members {
      guard member.name.isName() else { throw DocumentError(reason: "a column's name is not valid") }
      switch member.value {
      case .null: pairs.append((member.name, .null))
      case .bool(let flag): pairs.append((member.name, .integer(flag ? 1 : 0)))
      case .integer(let number): pairs.append((member.name, .integer(number)))
      case .real(let number): pairs.append((member.name, .real(number)))
      case .string(let text): pairs.append((member.name, .text(text)))
      case .array: throw DocumentError(reason: "column \(member.name) holds a list")
      case .object: throw DocumentError(reason: "column \(member.name) holds an object")
      case .invalid(let reason): throw DocumentError(reason: "column \(member.name): \(reason)")
      }
    }
    self.init(pairs)
  }

  /// Parses a document from JSON text in which a column may hold an object or a list. Such a column becomes
  /// JSON text.
  ///
  /// - Returns: the document, and the names of those columns.
  package static func withNestedAsText(
    jsonText: String
  ) throws(DocumentError) -> (document: Document, nested: [String]) {
    let value: JSONValue
    do { value = try JSONReader.read(jsonText) } catch { throw DocumentError(reason: error.reason) }
    guard let object = value.object else { throw DocumentError(reason: "it is not an object") }
    var flat = JSONObject()
    var nested: [String] = []
    for member in object.members {
      switch member.value {
      case .object, .array:
        nested.append(member.name)
        flat.append(member.name, .string(JSONText.whole(member.value)))
      case .null, .bool, .integer, .real, .string, .invalid: flat.append(member.name, member.value)
      }
    }
    return (try Document(flat), nested)
  }

  /// Parses a document from JSON text.
  package init(jsonText: String) throws(DocumentError) {
    let value: JSONValue
    do { value = try JSONReader.read(jsonText) } catch { throw DocumentError(reason: error.reason) }
    guard let object = value.object else { throw DocumentError(reason: "it is not an object") }
    try self.init(object)
  }

  /// The most columns in one document. SQLite's own limit for a table is 2,000.
  package static let columnsMax = 256
}

/// Why JSON is not a document.
package struct DocumentError: Error, Hashable, Sendable {
  /// What is wrong, for a person.
  package let reason: String

  init(reason: String) { self.reason = reason.onOneLine() }
}
