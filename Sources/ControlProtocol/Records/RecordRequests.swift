/// What can be asked of conflict records: `{"verb":"conflicts","action":"show","id":3,"full":true}`.
package enum ConflictsRequest: Hashable, Sendable {
  /// Those behind number `after`, at most `limit`; with `only`, those in which nothing but these columns lost.
  case list(after: Int64, limit: Int, only: [String])
  /// One with its values; `full` does not cut them.
  case show(id: Int64, full: Bool)
  /// Write the losing values back as a new edit.
  case restore(id: Int64)
  /// Forget it.
  case dismiss(id: Int64)
  /// Forget all of them; with `only`, those in which nothing but these columns lost.
  case dismissAll(only: [String])
}

/// What can be asked of quarantine: `{"verb":"quarantine","action":"retry","id":3}`.
package enum QuarantineRequest: Hashable, Sendable {
  /// Entries behind number `after`, at most `limit`.
  case list(after: Int64, limit: Int)
  /// One with the entry itself; `full` does not cut it.
  case show(id: Int64, full: Bool)
  /// Try again: one, or all.
  case retry(id: Int64?)
  /// Forget it.
  case drop(id: Int64)
  /// Forget all of them, or those of one entity.
  case dropAll(entity: String?)
}

/// What takes both library and hub, and so the time that it takes.
package enum ErrandRequest: Hashable, Sendable {
  /// Prove that the library holds what the hub holds; with `repair` fetch what differs.
  case verify(repair: Bool)
  /// Queue the rows that no log entry speaks of and that the hub lacks.
  case adopt(dryRun: Bool)
  /// Start over from a snapshot; unpushed changes stay. With `join` also where the hub keeps another log than the one
  /// that the library is in step with: what the library holds and that hub lacks is queued.
  case resync(join: Bool)
}

/// The bounds of a list that is asked for.
package enum RecordListBounds {
  /// Records in a piece, unless somebody says otherwise.
  package static let usual = 100
  /// Records in a piece, at most.
  package static let most = 1000
}

/// The members of a request about records, as they stand on the wire.
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
        CodingKeys.id, .init(codingPath: decoder.codingPath, debugDescription: "a record's number"))
    }
    return id
  }

  static func error(_ decoder: any Decoder, _ key: CodingKeys) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath + [key], debugDescription: "not for this"))
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
      // All of them only where that is said outright: a number that was left out is an error.
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
