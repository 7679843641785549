import SampleApplication

/// Makes an honest input hostile. An input consists of lines; a line is a word and a document, or a document
/// alone, or text.
package enum MessageMutator {
  /// The size limit of an input, in bytes: larger ones have their own tests.
  package static let bytesMax = 200_000

  /// One to four mutations, the same for the same seed.
  package static func mutate(_ input: [UInt8], seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return mutate(input, &random)
  }

  /// One to four mutations.
  static func mutate(_ input: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if lines.isEmpty { lines = [[]] }
    for _ in 0...random.number(0...3) {
      let place = random.number(0...lines.count - 1)
      switch random.number(0...19) {
      case 0: lines.insert(lines[place], at: random.number(0...lines.count))
      case 1 where lines.count > 1: lines.remove(at: place)
      case 2: lines.swapAt(place, random.number(0...lines.count - 1))
      case 3...5: lines[place] = damaged(lines[place], &random)
      default: lines[place] = restructured(lines[place], &random)
      }
    }
    return Array(lines.joined(separator: [0x0A]).prefix(bytesMax))
  }

  /// Inserts, removes, flips or repeats bytes.
  static func damaged(_ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var line = line
    let place = random.number(0...line.count)
    let end = min(line.count, place + random.number(0...8))
    switch random.number(0...5) {
    case 0: line.replaceSubrange(place..<end, with: random.pick(HostileText.bytes))
    case 1: line.replaceSubrange(place..<end, with: Array(random.pick(HostileText.tokens).utf8))
    case 2: line.replaceSubrange(place..<end, with: Array(random.pick(HostileText.texts).utf8))
    case 3 where place < line.count: line[place] ^= 1 << UInt8(random.number(0...7))
    case 4: line.removeSubrange(place..<line.count)
    default:
      let piece = Array(line[place..<end])
      line.insert(contentsOf: Array(repeatElement(piece, count: random.number(1...400)).joined()), at: place)
    }
    return line
  }

  /// Changes a line's document as a document; damages its bytes if it has none.
  static func restructured(_ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    let space = line.firstIndex(of: UInt8(ascii: " ")) ?? 0
    let isWord = line.prefix(space).allSatisfy { (0x61...0x7A).contains($0) }
    let start = isWord && space > 0 ? space + 1 : 0
    guard var tree = JSONTree(Array(line[start...])) else { return damaged(line, &random) }
    let texts = tree.texts
    tree.change(node: random.number(0...tree.nodeCount - 1)) { change(&$0, texts: texts, &random) }
    return line[..<start] + tree.bytes
  }

  private static func change(_ node: inout JSONTree, texts: [String], _ random: inout SeededGenerator) {
    if random.chance(25) { return replace(&node, texts: texts, &random) }
    switch node {
    case .token, .text: replace(&node, texts: texts, &random)
    case .embedded(let inner):
      node = random.chance(50) ? inner : .embedded(.embedded(inner))
    case .list(var values):
      guard !values.isEmpty else { return replace(&node, texts: texts, &random) }
      let place = random.number(0...values.count - 1)
      switch random.number(0...3) {
      case 0: values.remove(at: place)
      case 1: values.swapAt(place, random.number(0...values.count - 1))
      case 2: values.insert(values[place], at: random.number(0...values.count))
      default: values += repeatElement(values[place], count: random.number(1...60))
      }
      node = .list(values)
    case .object(let members): node = .object(changed(members, texts: texts, &random))
    }
  }

  private static func changed(
    _ members: [JSONTree.Member], texts: [String], _ random: inout SeededGenerator
  ) -> [JSONTree.Member] {
    var members = members
    guard !members.isEmpty else { return [.init(name: random.pick(HostileText.texts), value: .token("1"))] }
    let place = random.number(0...members.count - 1)
    switch random.number(0...7) {
    case 0: members.remove(at: place)
    case 1: members[place].name = random.pick(HostileText.texts)
    case 2:
      let other = random.number(0...members.count - 1)
      let value = members[place].value
      members[place].value = members[other].value
      members[other].value = value
    case 3:
      var twice = members[place]
      replace(&twice.value, texts: texts, &random)
      members.insert(twice, at: random.number(0...members.count))
    case 4:
      let many = random.number(0...9) == 0 ? 2100 : random.number(1...300)
      members += (0..<many).map { .init(name: "column\($0)", value: .token(String($0))) }
    case 5:
      members.append(
        .init(name: random.pick(HostileText.texts), value: .text(random.pick(HostileText.texts))))
    default: replace(&members[place].value, texts: texts, &random)
    }
    return members
  }

  private static func replace(_ node: inout JSONTree, texts: [String], _ random: inout SeededGenerator) {
    switch random.number(0...9) {
    case 0...2: node = .token(random.pick(HostileText.tokens))
    case 3...4: node = .text(random.pick(HostileText.texts))
    case 5...6: node = .text(texts.isEmpty ? "" : random.pick(texts))
    case 7:
      let depth = random.pick([1, 2, 30, 31, 32, 33, 40, 2000])
      let opening = random.chance(50) ? ("[", "]") : ("{\"a\":", "}")
      node = .token(
        String(repeating: opening.0, count: depth) + "1" + String(repeating: opening.1, count: depth))
    case 8:
      if case .token(let token) = node, let number = Int64(token) {
        node = .token(String(number &+ random.pick([1, -1, 2, 50, 1 << 32, 1 << 53, 1 << 62])))
      } else {
        node = .token(random.pick(HostileText.tokens))
      }
    default: node = .embedded(node)
    }
  }
}

extension SeededGenerator {
  /// One of several.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
}
