/// A conflict record in a list. Every key is always there; what is not known is null.
package struct ConflictItem: Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// The row's entity.
  package var entity: String
  /// The row's uuid.
  package var uuid: String
  /// What people call the row.
  package var title: String?
  /// The columns whose values lost.
  package var columns: [String]
  /// The application's client id of the change that won.
  package var winner: String?
  /// When it was decided, by the hub's clock.
  package var decided: String?
  /// The hub's position that won.
  package var position: Int64?
  /// When the record was made, by this device's clock.
  package var since: String

  /// Takes what is always known; set the rest.
  package init(id: Int64, entity: String, uuid: String, columns: [String], since: String) {
    self.id = id
    self.entity = entity
    self.uuid = uuid
    self.columns = columns
    self.since = since
  }
}

/// A piece of the list of conflict records: what `conflicts list --json` prints.
package struct ConflictList: Codable, Hashable, Sendable {
  /// The records.
  package var conflicts: [ConflictItem]
  /// How many there are in all.
  package var total: Int
  /// The number to go on after; absent at the end.
  package var next: Int64?

  /// Takes every part.
  package init(conflicts: [ConflictItem], total: Int, next: Int64?) {
    self.conflicts = conflicts
    self.total = total
    self.next = next
  }
}

/// A conflict record with its values: what `conflicts show --json` prints, the item's keys and `values`.
package struct ConflictView: Hashable, Sendable {
  /// One column of both versions.
  package struct Column: Codable, Hashable, Sendable {
    /// The column's name.
    package var column: String
    /// The value that lost.
    package var lost: ColumnValue
    /// The value that won.
    package var won: ColumnValue
    /// What the row says now; absent where the row is not here.
    package var now: ColumnValue?
    /// Whether a text was cut to what lies around the first difference.
    package var isCut: Bool
    /// Where two texts first differ.
    package var differsAt: TextDifference?

    enum CodingKeys: String, CodingKey {
      case column, lost, won, now
      case isCut = "is_cut"
      case differsAt = "differs_at"
    }

    /// Takes whole values; texts longer than `length` are cut.
    package init(column: String, lost: ColumnValue, won: ColumnValue, now: ColumnValue?, length: Int) {
      self.column = column
      isCut = false
      if case .text(let left) = lost, case .text(let right) = won {
        differsAt = TextDifference.first(left, right)
      }
      self.lost = Self.cut(lost, besides: won, length, &isCut)
      self.won = Self.cut(won, besides: lost, length, &isCut)
      self.now = now.map { Self.cut($0, besides: lost, length, &isCut) }
    }

    /// Reads the wire form: a `now` of null is the row's NULL, an absent one a row that is not here.
    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      column = try container.decode(String.self, forKey: .column)
      lost = try container.decode(ColumnValue.self, forKey: .lost)
      won = try container.decode(ColumnValue.self, forKey: .won)
      now = container.contains(.now) ? try container.decode(ColumnValue.self, forKey: .now) : nil
      isCut = try container.decode(Bool.self, forKey: .isCut)
      differsAt = try container.decodeIfPresent(TextDifference.self, forKey: .differsAt)
    }

    private static func cut(
      _ value: ColumnValue, besides other: ColumnValue, _ length: Int, _ isCut: inout Bool
    ) -> ColumnValue {
      guard case .text(let text) = value else { return value }
      let otherText = if case .text(let other) = other { other } else { "" }
      let excerpt = TextDifference.excerpt(text, besides: otherText, length: length)
      if excerpt != text { isCut = true }
      return .text(excerpt)
    }
  }

  /// What the list says of it.
  package var item: ConflictItem
  /// Whether the row is in the library.
  package var isHere: Bool
  /// Both versions, by column.
  package var values: [Column]

  /// Takes every part.
  package init(item: ConflictItem, isHere: Bool, values: [Column]) {
    self.item = item
    self.isHere = isHere
    self.values = values
  }
}

/// What restoring did: what `conflicts restore --json` prints.
package struct RestoredView: Codable, Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// The row's entity.
  package var entity: String
  /// The row's uuid.
  package var uuid: String
  /// The columns that say again what they said.
  package var columns: [String]
  /// The row said it already: nothing was queued.
  package var wasThere: Bool
  /// The row is softly deleted, and stays so.
  package var isDeleted: Bool

  enum CodingKeys: String, CodingKey {
    case id, entity, columns
    case uuid = "entity_uuid"
    case wasThere = "was_there"
    case isDeleted = "is_deleted"
  }

  /// Takes every part.
  package init(
    id: Int64, entity: String, uuid: String, columns: [String], wasThere: Bool, isDeleted: Bool
  ) {
    self.id = id
    self.entity = entity
    self.uuid = uuid
    self.columns = columns
    self.wasThere = wasThere
    self.isDeleted = isDeleted
  }
}

extension ConflictItem: Codable {
  enum CodingKeys: String, CodingKey {
    case id, entity, title, columns, winner, decided, position, since
    case uuid = "entity_uuid"
  }

  /// Writes the wire form: every key, null where nothing is known.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(entity, forKey: .entity)
    try container.encode(uuid, forKey: .uuid)
    try container.encode(title, forKey: .title)
    try container.encode(columns, forKey: .columns)
    try container.encode(winner, forKey: .winner)
    try container.encode(decided, forKey: .decided)
    try container.encode(position, forKey: .position)
    try container.encode(since, forKey: .since)
  }
}

extension ConflictView: Codable {
  enum CodingKeys: String, CodingKey {
    case values
    case isHere = "is_here"
  }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    item = try ConflictItem(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    values = try container.decode([Column].self, forKey: .values)
    isHere = try container.decode(Bool.self, forKey: .isHere)
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    try item.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(values, forKey: .values)
    try container.encode(isHere, forKey: .isHere)
  }
}
