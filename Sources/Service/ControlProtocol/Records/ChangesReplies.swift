/// A request about held changes of other devices.
package enum ChangesRequest: Hashable, Sendable {
  /// Shows the held changes.
  case show
  /// Allows the library to apply them: up to a position, or everything that was counted if `nil`.
  case accept(through: Int64?)
  /// Keeps them out of the library: up to a position, or everything that was counted if `nil`.
  case refuse(through: Int64?)
}

/// The held changes, as `changes show --json` prints them.
package struct HeldView: Codable, Hashable, Sendable {
  /// The affected rows of one entity.
  package struct Count: Codable, Hashable, Sendable {
    /// The rows' entity.
    package var entity: String
    /// How many rows would be deleted.
    package var deleted: Int
    /// How many rows would have a text emptied.
    package var emptied: Int
    /// How many rows would be merged into another row.
    package var folded: Int

    /// Takes the numbers for one entity.
    package init(entity: String, deleted: Int, emptied: Int, folded: Int) {
      self.entity = entity
      self.deleted = deleted
      self.emptied = emptied
      self.folded = folded
    }
  }

  /// A client that wrote some of the rows last.
  package struct Client: Codable, Hashable, Sendable {
    /// The client id; absent if the hub does not name it.
    package var client: String?
    /// How many of the rows it wrote last.
    package var rows: Int

    /// - Parameter client: `nil` if the hub does not name it.
    package init(client: String?, rows: Int) {
      self.client = client
      self.rows = rows
    }
  }

  /// An affected row.
  package struct Row: Codable, Hashable, Sendable {
    /// The row's entity.
    package var entity: String
    /// The row's uuid.
    package var uuid: String
    /// The row's title, for people.
    package var title: String?
    /// What would happen to the row: `deleted`, `emptied` or `folded`.
    package var taking: String

    enum CodingKeys: String, CodingKey {
      case entity, title, taking
      case uuid = "entity_uuid"
    }

    /// - Parameter taking: `deleted`, `emptied` or `folded`.
    package init(entity: String, uuid: String, title: String?, taking: String) {
      self.entity = entity
      self.uuid = uuid
      self.title = title
      self.taking = taking
    }
  }

  /// Whether changes are held. If not, all other parts are empty.
  package var isHeld: Bool
  /// The start of the hold.
  package var since: String?
  /// The library's position. Nothing after it is applied.
  package var from: Int64?
  /// The position up to which changes were counted, and up to which a decision applies.
  package var through: Int64?
  /// The affected rows, by entity.
  package var counts: [Count] = []
  /// The affected rows by client, the one with the most rows first.
  package var clients: [Client] = []
  /// The first affected rows.
  package var rows: [Row] = []

  enum CodingKeys: String, CodingKey {
    case since, from, through, counts, clients, rows
    case isHeld = "held"
  }

  /// Takes whether changes are held. Set the other parts afterwards.
  package init(isHeld: Bool) { self.isHeld = isHeld }
}

/// The result of a decision, as `changes accept --json` and `changes refuse --json` print it.
package struct HoldEndedView: Codable, Hashable, Sendable {
  /// Whether the changes were accepted.
  package var isAccepted: Bool
  /// The position up to which the decision applies.
  package var through: Int64
  /// The number of affected rows.
  package var rows: Int
  /// The number of rows and links queued for the hub.
  package var queued: Int

  enum CodingKeys: String, CodingKey {
    case through, rows, queued
    case isAccepted = "accepted"
  }

  /// Takes the decision and its effect.
  package init(isAccepted: Bool, through: Int64, rows: Int, queued: Int) {
    self.isAccepted = isAccepted
    self.through = through
    self.rows = rows
    self.queued = queued
  }
}

extension ChangesRequest: Codable {
  private enum Action: String, Codable { case show, accept, refuse }
  private enum Key: String, CodingKey { case action, through }

  /// Reads the wire form. A position below 0 is an error.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let through = try container.decodeIfPresent(Int64.self, forKey: .through)
    guard through ?? 0 >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .through, in: container, debugDescription: "must be a position")
    }
    switch try container.decode(Action.self, forKey: .action) {
    case .show: self = .show
    case .accept: self = .accept(through: through)
    case .refuse: self = .refuse(through: through)
    }
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .show: try container.encode(Action.show, forKey: .action)
    case .accept(let through):
      try container.encode(Action.accept, forKey: .action)
      try container.encodeIfPresent(through, forKey: .through)
    case .refuse(let through):
      try container.encode(Action.refuse, forKey: .action)
      try container.encodeIfPresent(through, forKey: .through)
    }
  }
}
