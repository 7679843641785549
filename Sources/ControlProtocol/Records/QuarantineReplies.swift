/// An entry in quarantine. Every key is always there; what is not known is null.
package struct QuarantineItem: Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// `push`: it was going to the hub. `pull`: it came from there.
  package var direction: String
  /// Its `sync_log.change_id`, or its position at the hub.
  package var number: Int64?
  /// The row's entity.
  package var entity: String?
  /// The row's uuid.
  package var uuid: String?
  /// What people call the row.
  package var title: String?
  /// The stable code.
  package var code: String
  /// What happened, in plain words.
  package var whatHappened: String
  /// What a person can do.
  package var whatToDo: String
  /// The reason in the words of whoever refused it.
  package var reason: String
  /// When it was set aside, by this device's clock.
  package var since: String

  /// Takes what is always known; set the rest.
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

/// A piece of the list of what is in quarantine: what `quarantine list --json` prints.
package struct QuarantineList: Codable, Hashable, Sendable {
  /// The entries.
  package var quarantine: [QuarantineItem]
  /// How many there are in all.
  package var total: Int
  /// The number to go on after; absent at the end.
  package var next: Int64?

  /// Takes every part.
  package init(quarantine: [QuarantineItem], total: Int, next: Int64?) {
    self.quarantine = quarantine
    self.total = total
    self.next = next
  }
}

/// An entry in quarantine with what was kept of it: what `quarantine show --json` prints, the item's keys and
/// `entry`.
package struct QuarantineView: Hashable, Sendable {
  /// What the list says of it.
  package var item: QuarantineItem
  /// The entry as JSON text.
  package var entry: String
  /// Whether that text was cut.
  package var isCut: Bool

  /// Takes the whole entry; one longer than `length` characters is cut.
  package init(item: QuarantineItem, entry: String, length: Int) {
    self.item = item
    isCut = entry.utf8.count > length && entry.count > length
    self.entry = isCut ? entry.prefix(length) + "…" : entry
  }
}

/// What came of trying again: what `quarantine retry --json` prints.
package struct RetryView: Codable, Hashable, Sendable {
  /// An entry that stays.
  package struct Left: Codable, Hashable, Sendable {
    /// The record's number.
    package var id: Int64
    /// Why, for people.
    package var reason: String
    /// Takes both.
    package init(id: Int64, reason: String) {
      self.id = id
      self.reason = reason
    }
  }
  /// The numbers of the entries that were queued or taken in.
  package var retried: [Int64]
  /// The entries that stay.
  package var left: [Left]

  /// Takes both.
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

  /// Writes the wire form: every key, null where nothing is known.
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
