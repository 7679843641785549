/// A conflict record in a list. Every key is present, with null for unknown values.
package struct ConflictItem: Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// The row's entity.
  package var entity: String
  /// The row's uuid.
  package var uuid: String
  /// The row's title, for people.
  package var title: String?
  /// The columns whose values lost.
  package var columns: [String]
  /// The client id of the change that won, as the application uses it.
  package var winner: String?
  /// The time of the hub's decision, by the hub's clock.
  package var decided: String?
  /// The position in the hub's log of the change that won.
  package var position: Int64?
  /// The time when the record was created, by this device's clock.
  package var since: String

  /// Takes the parts that are always known. Set the others afterwards.
  package init(id: Int64, entity: String, uuid: String, columns: [String], since: String) {
    self.id = id
    self.entity = entity
    self.uuid = uuid
    self.columns = columns
    self.since = since
  }
}

/// A part of the list of conflict records, as `conflicts list --json` prints it.
package struct ConflictList: Codable, Hashable, Sendable {
  /// The records.
  package var conflicts: [ConflictItem]
  /// The number of all records.
  package var total: Int
  /// The value of `after` for the next part; absent at the end.
  package var next: Int64?

  /// - Parameter next: `nil` at the end of the list.
  package init(conflicts: [ConflictItem], total: Int, next: Int64?) {
    self.conflicts = conflicts
    self.total = total
    self.next = next
  }
}

/// A conflict record with its values, as `conflicts show --json` prints it: the item's keys and `values`.
package struct ConflictView: Hashable, Sendable {
  /// One column in both versions.
  package struct Column: Codable, Hashable, Sendable {
    /// The column's name.
    package var column: String
    /// The value that lost.
    package var lost: ColumnValue
    /// The value that won.
    package var won: ColumnValue
    /// The row's current value; absent if the row is not in the library.
    package var now: ColumnValue?
    /// Whether a text was cut to the part around the first difference.
    package var isCut: Bool
    /// The first difference between two texts.
    package var differsAt: TextDifference?

    enum CodingKeys: String, CodingKey {
      case column, lost, won, now
      case isCut = "is_cut"
      case differsAt = "differs_at"
    }

    /// Takes complete values. Cuts texts longer than `length` characters.
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

    /// Reads the wire form. If `now` is null, the row's value is NULL; if it is absent, the row is not in the
    /// library.
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

  /// The record as in the list.
  package var item: ConflictItem
  /// Whether the row is in the library.
  package var isHere: Bool
  /// The columns in both versions.
  package var values: [Column]

  /// - Parameter isHere: whether the row is in the library.
  package init(item: ConflictItem, isHere: Bool, values: [Column]) {
    self.item = item
    self.isHere = isHere
    self.values = values
  }
}

/// The result of a restore, as `conflicts restore --json` prints it.
package struct RestoredView: Codable, Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// The row's entity.
  package var entity: String
  /// The row's uuid.
  package var uuid: String
  /// The columns that have their old values again.
  package var columns: [String]
  /// Whether the row already had the values, so that nothing was queued.
  package var wasThere: Bool
  /// Whether the row is soft-deleted. A restore does not change that.
  package var isDeleted: Bool

  enum CodingKeys: String, CodingKey {
    case id, entity, columns
    case uuid = "entity_uuid"
    case wasThere = "was_there"
    case isDeleted = "is_deleted"
  }

  /// Takes the record's number, its row and the effect.
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

  /// Writes the wire form: every key, with null for unknown values.
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
