import SyncWire

/// A JSON document that may be malformed: tokens are written unescaped, members may repeat, and a string that
/// contains a document is its own tree, because payloads travel that way (protocol.md §2).
package indirect enum JSONTree: Hashable, Sendable {
  /// Text that is written unescaped, whatever it means.
  case token(String)
  /// A string; escaped when it is written.
  case text(String)
  /// A list.
  case list([JSONTree])
  /// An object.
  case object([Member])
  /// A string that contains a document.
  case embedded(JSONTree)

  /// One member of an object.
  package struct Member: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Its value.
    package var value: JSONTree
  }

  /// Parses a document; `nil` if the bytes are not one.
  package init?(_ bytes: [UInt8]) {
    guard let value = try? JSONReader.read(bytes) else { return nil }
    self.init(value)
  }

  private init(_ value: JSONValue) {
    switch value {
    case .null, .invalid: self = .token("null")
    case .bool(let flag): self = .token(flag ? "true" : "false")
    case .integer(let number): self = .token(String(number))
    case .real(let number): self = .token(String(number))
    case .string(let text):
      if text.hasPrefix("{"), let inner = try? JSONReader.read(text) {
        self = .embedded(JSONTree(inner))
      } else {
        self = .text(text)
      }
    case .array(let values): self = .list(values.map(JSONTree.init))
    case .object(let object):
      self = .object(object.members.map { Member(name: $0.name, value: JSONTree($0.value)) })
    }
  }

  /// The document as bytes.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .token(let text): bytes += text.utf8
    case .text(let text): Self.quote(Array(text.utf8), into: &bytes)
    case .embedded(let inner): Self.quote(inner.bytes, into: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (place, value) in values.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (place, member) in members.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.quote(Array(member.name.utf8), into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func quote(_ text: [UInt8], into bytes: inout [UInt8]) {
    var writer = JSONWriter()
    writer.embedded(jsonText: text)
    bytes += writer.bytes
  }

  /// The number of nodes, including itself.
  package var nodeCount: Int {
    switch self {
    case .token, .text: 1
    case .embedded(let inner): 1 + inner.nodeCount
    case .list(let values): values.reduce(1) { $0 + $1.nodeCount }
    case .object(let members): members.reduce(1) { $0 + $1.value.nodeCount }
    }
  }

  /// Changes the node with this number, counted from the root.
  package mutating func change(node number: Int, _ body: (inout JSONTree) -> Void) {
    var rest = number
    descend(&rest, body)
  }

  private mutating func descend(_ rest: inout Int, _ body: (inout JSONTree) -> Void) {
    guard rest >= 0 else { return }
    if rest == 0 {
      rest = -1
      return body(&self)
    }
    rest -= 1
    switch self {
    case .token, .text: break
    case .embedded(var inner):
      inner.descend(&rest, body)
      self = .embedded(inner)
    case .list(var values):
      for place in values.indices where rest >= 0 { values[place].descend(&rest, body) }
      self = .list(values)
    case .object(var members):
      for place in members.indices where rest >= 0 { members[place].value.descend(&rest, body) }
      self = .object(members)
    }
  }

  /// All its texts, to be inserted elsewhere: a row's uuid in place of another's parent.
  package var texts: [String] {
    switch self {
    case .token: []
    case .text(let text): [text]
    case .embedded(let inner): inner.texts
    case .list(let values): values.flatMap(\.texts)
    case .object(let members): members.flatMap(\.value.texts)
    }
  }
}
