/// Something about the texts that others replaced here.
package enum HistoryRequest: Hashable, Sendable {
  /// Records behind number `after`, at most `limit`.
  case list(after: Int64, limit: Int)
  /// One with its texts; `full` does not cut them.
  case show(id: Int64, full: Bool)
  /// Write its texts back as a new local edit.
  case restore(id: Int64)
}

/// A record of the local history in a list.
package struct HistoryItem: Codable, Hashable, Sendable {
  /// The record's number.
  package var id: Int64
  /// The row's entity.
  package var entity: String
  /// The row's uuid.
  package var uuid: String
  /// What people call the row.
  package var title: String?
  /// The columns whose texts were replaced.
  package var columns: [String]
  /// The client that the replacement came from, as the hub names it.
  package var client: String?
  /// The hub's position of the replacement.
  package var position: Int64?
  /// When it came here, by this device's clock.
  package var replaced: String

  enum CodingKeys: String, CodingKey {
    case id, entity, title, columns, client, position, replaced
    case uuid = "entity_uuid"
  }

  /// Takes what is always known; set the rest.
  package init(id: Int64, entity: String, uuid: String, columns: [String], replaced: String) {
    self.id = id
    self.entity = entity
    self.uuid = uuid
    self.columns = columns
    self.replaced = replaced
  }
}

/// A piece of the list: what `history list --json` prints.
package struct HistoryList: Codable, Hashable, Sendable {
  /// The records.
  package var history: [HistoryItem]
  /// How many there are in all.
  package var total: Int
  /// The number to go on after; absent at the end.
  package var next: Int64?

  /// Takes every part.
  package init(history: [HistoryItem], total: Int, next: Int64?) {
    self.history = history
    self.total = total
    self.next = next
  }
}

/// A record with its texts: what `history show --json` prints.
package struct HistoryView: Codable, Hashable, Sendable {
  /// One column.
  package struct Column: Codable, Hashable, Sendable {
    /// The column's name.
    package var column: String
    /// The text that was replaced.
    package var text: String
    /// Whether it was cut.
    package var isCut: Bool
    /// What the row says now; absent where the row is not here.
    package var now: ColumnValue?

    enum CodingKeys: String, CodingKey {
      case column, text, now
      case isCut = "is_cut"
    }

    /// Takes a whole text; one longer than `length` characters is cut, and so is what stands there now.
    package init(column: String, text: String, now: ColumnValue?, length: Int) {
      self.column = column
      self.text = Self.cut(text, length)
      isCut = self.text != text
      if case .text(let present)? = now {
        self.now = .text(Self.cut(present, length))
      } else {
        self.now = now
      }
    }

    private static func cut(_ text: String, _ length: Int) -> String {
      text.utf8.count > length && text.count > length ? text.prefix(length) + "…" : text
    }
  }

  /// What the list says of it.
  package var record: HistoryItem
  /// Whether the row is in the library.
  package var isHere: Bool
  /// The texts, by column.
  package var values: [Column]

  enum CodingKeys: String, CodingKey {
    case record, values
    case isHere = "is_here"
  }

  /// Takes every part.
  package init(record: HistoryItem, isHere: Bool, values: [Column]) {
    self.record = record
    self.isHere = isHere
    self.values = values
  }
}

extension HistoryRequest: Codable {
  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let coding = try RecordRequestCoding(from: decoder)
    switch coding.action {
    case .list:
      let (after, limit) = try coding.listBounds(decoder)
      self = .list(after: after, limit: limit)
    case .show: self = .show(id: try coding.needed(decoder), full: coding.full ?? false)
    case .restore: self = .restore(id: try coding.needed(decoder))
    case .dismiss, .retry, .drop: throw RecordRequestCoding.error(decoder, .action)
    }
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    let coding =
      switch self {
      case .list(let after, let limit): RecordRequestCoding(action: .list, after: after, limit: limit)
      case .show(let id, let full): RecordRequestCoding(action: .show, id: id, full: full)
      case .restore(let id): RecordRequestCoding(action: .restore, id: id)
      }
    try coding.encode(to: encoder)
  }
}
