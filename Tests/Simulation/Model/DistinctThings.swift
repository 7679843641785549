import SampleApplication

/// Things that people made and that must not fold, whatever two devices call them, and whatever keys their
/// schemas once had.
struct DistinctThings {
  private struct Thing {
    var entity: String
    var uuid: String
    /// The value that distinguishes it from every other thing of its kind.
    var identity: String
    /// The medium, for things that only their medium distinguishes.
    var medium: String?
  }

  private var made: [Thing] = []
  /// The words that keywords must show at the end, if nobody else has edited them.
  private(set) var expected: [String: String] = [:]
  /// Whether somebody changed an address: then two media may have folded by their address.
  private var movesAddresses = false

  /// A person made something.
  mutating func note(_ entity: String, _ uuid: String, identity: String) {
    made.append(Thing(entity: entity, uuid: uuid, identity: identity))
  }

  /// A person made something that may fold only with a thing of the same medium.
  mutating func note(_ entity: String, _ uuid: String, medium: String) {
    made.append(Thing(entity: entity, uuid: uuid, identity: medium, medium: medium))
  }

  /// A person changed addresses.
  mutating func noteMove() { movesAddresses = true }

  /// Everybody was in step, and a person renamed keywords in a cycle.
  mutating func expect(_ words: [String: String]) { expected = words }

  /// Somebody edited after the cycle: the expectation no longer has to hold.
  mutating func forgetExpected() { expected = [:] }

  /// The first two things that have folded at the hub.
  func merged(_ hub: SQLiteConnection) throws -> String? {
    var owners: [String: Thing] = [:]
    for thing in made where !(thing.entity == "Media" && movesAddresses) {
      var thing = thing
      guard let canonical = try name(thing.entity, thing.uuid, hub) else { continue }
      if let medium = thing.medium { thing.identity = try name("Media", medium, hub) ?? medium }
      let key = thing.entity + " " + canonical
      if let other = owners[key], other.identity != thing.identity {
        return "\(thing.entity) \(thing.uuid) (\(thing.identity)) and \(other.uuid) (\(other.identity))"
      }
      owners[key] = thing
    }
    return nil
  }

  /// The hub's name of a row.
  private func name(_ entity: String, _ uuid: String, _ hub: SQLiteConnection) throws -> String? {
    try hub.value(
      """
      SELECT "rows".uuid FROM names JOIN "rows" ON "rows".id = names."row"
      WHERE names.entity = ? AND names.uuid = ?
      """, [.text(entity), .text(uuid)])?.text
  }
}
