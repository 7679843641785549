/// A request about conflict records: `{"verb":"conflicts","action":"show","id":3,"full":true}`.
package enum ConflictsRequest: Hashable, Sendable {
  /// Lists records with a number above `after`, at most `limit`. With `only`, lists records in which no other
  /// columns lost.
  case list(after: Int64, limit: Int, only: [String])
  /// Shows a record with its values. If `full` is true, they are not cut.
  case show(id: Int64, full: Bool)
  /// Writes a record's lost values back as a new edit.
  case restore(id: Int64)
  /// Deletes a record.
  case dismiss(id: Int64)
  /// Deletes all records. With `only`, deletes records in which no other columns lost.
  case dismissAll(only: [String])
}

/// A request about quarantined entries: `{"verb":"quarantine","action":"retry","id":3}`.
package enum QuarantineRequest: Hashable, Sendable {
  /// Lists entries with a number above `after`, at most `limit`.
  case list(after: Int64, limit: Int)
  /// Shows an entry with its content. If `full` is true, it is not cut.
  case show(id: Int64, full: Bool)
  /// Retries an entry, or all if `nil`.
  case retry(id: Int64?)
  /// Deletes an entry.
  case drop(id: Int64)
  /// Deletes all entries, or those of one entity.
  case dropAll(entity: String?)
}

/// A maintenance task. It needs library and hub, and may take long.
package enum MaintenanceTaskRequest: Hashable, Sendable {
  /// Checks that the library holds what the hub holds. With `repair`, fetches rows that differ.
  case verify(repair: Bool)
  /// Queues rows that the hub lacks and that the application's log does not mention.
  case adopt(dryRun: Bool)
  /// Starts over from a snapshot and keeps changes that are not pushed yet. With `join`, the hub may keep
  /// another log than the library followed: the daemon then queues what the library has and that hub lacks.
  case resync(join: Bool)
}

/// The bounds of a requested list.
package enum RecordListBounds {
  /// The default number of records in a part.
  package static let usual = 100
  /// The maximum number of records in a part.
  package static let most = 1000
}

/// The members of a request about records on the wire.
struct RecordRequestCoding: Codable {
  enum Action: String, Codable { case list, show, restore, dismiss, retry, drop }
  var action: Action
  var after: Int64?
  var limit: Int?
  var id: Int64?
  var full: Bool?
  var all: Bool?
  var only: [String]?
  var entity: String?

  enum CodingKeys: String, CodingKey { case action, after, limit, id, full, all, only, entity }

  func listBounds(_ decoder: any Decoder) throws -> (after: Int64, limit: Int) {
    let (after, limit) = (after ?? 0, limit ?? RecordListBounds.usual)
    guard after >= 0, (1...RecordListBounds.most).contains(limit) else {
      throw Self.error(decoder, limit < 1 || limit > RecordListBounds.most ? .limit : .after)
    }
    return (after, limit)
  }

  func needed(_ decoder: any Decoder) throws -> Int64 {
    guard let id else {
      throw DecodingError.keyNotFound(
        CodingKeys.id, .init(codingPath: decoder.codingPath, debugDescription: "needs a record's number"))
    }
    return id
  }

  static func error(_ decoder: any Decoder, _ key: CodingKeys) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath + [key], debugDescription: "not allowed here"))
  }
}

extension ConflictsRequest: Codable {
  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let coding = try RecordRequestCoding(from: decoder)
    switch coding.action {
    case .list:
      let (after, limit) = try coding.listBounds(decoder)
      self = .list(after: after, limit: limit, only: coding.only ?? [])
    case .show: self = .show(id: try coding.needed(decoder), full: coding.full ?? false)
    case .restore: self = .restore(id: try coding.needed(decoder))
    case .dismiss:
      // Delete all only if the request says so. A missing number is an error.
      self =
        coding.all == true && coding.id == nil
        ? .dismissAll(only: coding.only ?? []) : .dismiss(id: try coding.needed(decoder))
    case .retry, .drop: throw RecordRequestCoding.error(decoder, .action)
    }
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    let coding =
      switch self {
      case .list(let after, let limit, let only):
        RecordRequestCoding(action: .list, after: after, limit: limit, only: only.isEmpty ? nil : only)
      case .show(let id, let full): RecordRequestCoding(action: .show, id: id, full: full)
      case .restore(let id): RecordRequestCoding(action: .restore, id: id)
      case .dismiss(let id): RecordRequestCoding(action: .dismiss, id: id)
      case .dismissAll(let only):
        RecordRequestCoding(action: .dismiss, all: true, only: only.isEmpty ? nil : only)
      }
    try coding.encode(to: encoder)
  }
}

extension QuarantineRequest: Codable {
  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let coding = try RecordRequestCoding(from: decoder)
    switch coding.action {
    case .list:
      let (after, limit) = try coding.listBounds(decoder)
      self = .list(after: after, limit: limit)
    case .show: self = .show(id: try coding.needed(decoder), full: coding.full ?? false)
    case .retry: self = .retry(id: coding.id)
    case .drop:
      self =
        coding.all == true && coding.id == nil
        ? .dropAll(entity: coding.entity) : .drop(id: try coding.needed(decoder))
    case .restore, .dismiss: throw RecordRequestCoding.error(decoder, .action)
    }
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    let coding =
      switch self {
      case .list(let after, let limit): RecordRequestCoding(action: .list, after: after, limit: limit)
      case .show(let id, let full): RecordRequestCoding(action: .show, id: id, full: full)
      case .retry(let id): RecordRequestCoding(action: .retry, id: id)
      case .drop(let id): RecordRequestCoding(action: .drop, id: id)
      case .dropAll(let entity): RecordRequestCoding(action: .drop, all: true, entity: entity)
      }
    try coding.encode(to: encoder)
  }
}
