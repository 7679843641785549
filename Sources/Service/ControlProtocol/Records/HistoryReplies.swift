/// A request about the local history: texts of this device that others replaced.
package enum HistoryRequest: Hashable, Sendable {
  /// Lists records with a number above `after`, at most `limit`.
  case list(after: Int64, limit: Int)
  /// Shows a record with its texts. If `full` is true, they are not cut.
  case show(id: Int64, full: Bool)
  /// Writes a record's texts back as a new local edit.
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
  /// The row's title, for people.
  package var title: String?
  /// The columns whose texts were replaced.
  package var columns: [String]
  /// The client that replaced the texts, as the hub names it.
  package var client: String?
  /// The position of the replacement in the hub's log.
  package var position: Int64?
  /// The time when the texts were replaced here, by this device's clock.
  package var replaced: String

  enum CodingKeys: String, CodingKey {
    case id, entity, title, columns, client, position, replaced
    case uuid = "entity_uuid"
  }

  /// Takes the parts that are always known. Set the others afterwards.
  package init(id: Int64, entity: String, uuid: String, columns: [String], replaced: String) {
    self.id = id
    self.entity = entity
    self.uuid = uuid
    self.columns = columns
    self.replaced = replaced
  }
}

/// A part of the list, as `history list --json` prints it.
package struct HistoryList: Codable, Hashable, Sendable {
  /// The records.
  package var history: [HistoryItem]
  /// The number of all records.
  package var total: Int
  /// The value of `after` for the next part; absent at the end.
  package var next: Int64?

  /// - Parameter next: `nil` at the end of the list.
  package init(history: [HistoryItem], total: Int, next: Int64?) {
    self.history = history
    self.total = total
    self.next = next
  }
}

/// A record with its texts, as `history show --json` prints it.
package struct HistoryView: Codable, Hashable, Sendable {
  /// One replaced text.
  package struct Column: Codable, Hashable, Sendable {
    /// The column's name.
    package var column: String
    /// The text that was replaced.
    package var text: String
    /// Whether the text was cut.
    package var isCut: Bool
    /// The row's current value; absent if the row is not in the library.
    package var now: ColumnValue?

    enum CodingKeys: String, CodingKey {
      case column, text, now
      case isCut = "is_cut"
    }

    /// Takes complete texts. Cuts both to `length` characters.
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

  /// The record as in the list.
  package var record: HistoryItem
  /// Whether the row is in the library.
  package var isHere: Bool
  /// The texts, by column.
  package var values: [Column]

  enum CodingKeys: String, CodingKey {
    case record, values
    case isHere = "is_here"
  }

  /// - Parameter isHere: whether the row is in the library.
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
