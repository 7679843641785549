/// A quarantined entry. Every key is present, with null for unknown values.
package struct QuarantineItem: Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// `push` if the entry was on its way to the hub, `pull` if it came from the hub.
  package var direction: String
  /// Its `sync_log.change_id`, or its position in the hub's log.
  package var number: Int64?
  /// The row's entity.
  package var entity: String?
  /// The row's uuid.
  package var uuid: String?
  /// The row's title, for people.
  package var title: String?
  /// The stable code of the reason.
  package var code: String
  /// What happened, in plain words.
  package var whatHappened: String
  /// What to do.
  package var whatToDo: String
  /// The reason, as the hub, the server or the library gave it.
  package var reason: String
  /// The time when it was quarantined, by this device's clock.
  package var since: String

  /// Takes the parts that are always known. Set the others afterwards.
  package init(
    id: Int64, direction: String, code: String, whatHappened: String, whatToDo: String, reason: String,
    since: String
  ) {
    self.id = id
    self.direction = direction
    self.code = code
    self.whatHappened = whatHappened
    self.whatToDo = whatToDo
    self.reason = reason
    self.since = since
  }
}

/// A part of the list of quarantined entries, as `quarantine list --json` prints it.
package struct QuarantineList: Codable, Hashable, Sendable {
  /// The entries.
  package var quarantine: [QuarantineItem]
  /// The number of all entries.
  package var total: Int
  /// The value of `after` for the next part; absent at the end.
  package var next: Int64?

  /// - Parameter next: `nil` at the end of the list.
  package init(quarantine: [QuarantineItem], total: Int, next: Int64?) {
    self.quarantine = quarantine
    self.total = total
    self.next = next
  }
}

/// A quarantined entry with its content, as `quarantine show --json` prints it: the item's keys and `entry`.
package struct QuarantineView: Hashable, Sendable {
  /// The entry as in the list.
  package var item: QuarantineItem
  /// The entry's content as JSON text.
  package var entry: String
  /// Whether that text was cut.
  package var isCut: Bool

  /// Takes the complete content. Cuts it to `length` characters.
  package init(item: QuarantineItem, entry: String, length: Int) {
    self.item = item
    isCut = entry.utf8.count > length && entry.count > length
    self.entry = isCut ? entry.prefix(length) + "…" : entry
  }
}

/// The result of a retry, as `quarantine retry --json` prints it.
package struct RetryView: Codable, Hashable, Sendable {
  /// An entry that stays in quarantine.
  package struct Left: Codable, Hashable, Sendable {
    /// The record's number.
    package var id: Int64
    /// The reason, for people.
    package var reason: String
    /// - Parameter reason: one line for people.
    package init(id: Int64, reason: String) {
      self.id = id
      self.reason = reason
    }
  }
  /// The numbers of the entries that were queued or applied.
  package var retried: [Int64]
  /// The entries that stay in quarantine.
  package var left: [Left]

  /// - Parameter retried: the numbers of the entries that left quarantine.
  package init(retried: [Int64], left: [Left]) {
    self.retried = retried
    self.left = left
  }
}

extension QuarantineItem: Codable {
  enum CodingKeys: String, CodingKey {
    case id, direction, number, entity, title, code, reason, since
    case uuid = "entity_uuid"
    case whatHappened = "what_happened"
    case whatToDo = "what_to_do"
  }

  /// Writes the wire form: every key, with null for unknown values.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(direction, forKey: .direction)
    try container.encode(number, forKey: .number)
    try container.encode(entity, forKey: .entity)
    try container.encode(uuid, forKey: .uuid)
    try container.encode(title, forKey: .title)
    try container.encode(code, forKey: .code)
    try container.encode(whatHappened, forKey: .whatHappened)
    try container.encode(whatToDo, forKey: .whatToDo)
    try container.encode(reason, forKey: .reason)
    try container.encode(since, forKey: .since)
  }
}

extension QuarantineView: Codable {
  enum CodingKeys: String, CodingKey {
    case entry
    case isCut = "is_cut"
  }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    item = try QuarantineItem(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    entry = try container.decode(String.self, forKey: .entry)
    isCut = try container.decode(Bool.self, forKey: .isCut)
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    try item.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entry, forKey: .entry)
    try container.encode(isCut, forKey: .isCut)
  }
}
