/// Something about changes from elsewhere that are held.
package enum ChangesRequest: Hashable, Sendable {
  /// What is held.
  case show
  /// Let the library take it in: up to a position, or all that was counted.
  case accept(through: Int64?)
  /// Keep it out of the library: up to a position, or all that was counted.
  case refuse(through: Int64?)
}

/// What is held: what `changes show --json` prints.
package struct HeldView: Codable, Hashable, Sendable {
  /// The rows of one kind.
  package struct Count: Codable, Hashable, Sendable {
    /// Their entity.
    package var entity: String
    /// How many would be deleted.
    package var deleted: Int
    /// Of how many a text would be empty afterwards.
    package var emptied: Int
    /// How many would go into another row.
    package var folded: Int

    /// Takes every part.
    package init(entity: String, deleted: Int, emptied: Int, folded: Int) {
      self.entity = entity
      self.deleted = deleted
      self.emptied = emptied
      self.folded = folded
    }
  }

  /// Whoever wrote rows last, as the hub names them.
  package struct Client: Codable, Hashable, Sendable {
    /// The client id; absent where the hub does not say.
    package var client: String?
    /// How many of the rows.
    package var rows: Int

    /// Takes both.
    package init(client: String?, rows: Int) {
      self.client = client
      self.rows = rows
    }
  }

  /// One of the rows.
  package struct Row: Codable, Hashable, Sendable {
    /// Its entity.
    package var entity: String
    /// Its uuid.
    package var uuid: String
    /// What people call it.
    package var title: String?
    /// `deleted`, `emptied` or `folded`.
    package var taking: String

    enum CodingKeys: String, CodingKey {
      case entity, title, taking
      case uuid = "entity_uuid"
    }

    /// Takes every part.
    package init(entity: String, uuid: String, title: String?, taking: String) {
      self.entity = entity
      self.uuid = uuid
      self.title = title
      self.taking = taking
    }
  }

  /// Whether anything is held; all else is empty if not.
  package var isHeld: Bool
  /// Since when.
  package var since: String?
  /// Where the library stands: nothing behind it was taken in.
  package var from: Int64?
  /// Up to where it was counted, and accepting or refusing counts.
  package var through: Int64?
  /// By kind of row.
  package var counts: [Count] = []
  /// By client, whoever took most first.
  package var clients: [Client] = []
  /// The first of the rows.
  package var rows: [Row] = []

  enum CodingKeys: String, CodingKey {
    case since, from, through, counts, clients, rows
    case isHeld = "held"
  }

  /// Takes whether anything is held; set the rest.
  package init(isHeld: Bool) { self.isHeld = isHeld }
}

/// What accepting or refusing did: what `changes accept --json` and `changes refuse --json` print.
package struct HoldEndedView: Codable, Hashable, Sendable {
  /// Whether it was accepted.
  package var isAccepted: Bool
  /// Up to where.
  package var through: Int64
  /// The rows that it was about.
  package var rows: Int
  /// Rows and links that are queued for the hub.
  package var queued: Int

  enum CodingKeys: String, CodingKey {
    case through, rows, queued
    case isAccepted = "accepted"
  }

  /// Takes every part.
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
      throw DecodingError.dataCorruptedError(forKey: .through, in: container, debugDescription: "a position")
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
