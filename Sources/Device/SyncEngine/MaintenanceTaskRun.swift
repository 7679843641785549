import SyncCore
import SyncWire

/// The state of a comparison: the buckets and rows left to examine, and what was found.
struct MaintenanceTaskRun {
  /// Who started it.
  enum Purpose {
    /// Somebody's maintenance task.
    case task(MaintenanceTask)
    /// The cycle itself.
    case cycle(ComparisonReason)
  }

  let purpose: Purpose
  private(set) var report = MaintenanceTaskReport()
  /// The local checksums of the buckets in hand.
  var local: [BucketName: [String: RowDigest]] = [:]
  private(set) var conflicts = 0
  private(set) var hasQueued = false
  private var groups: [[BucketName]] = []
  private var candidates: [RowName] = []
  private var next = 0

  /// The most rows whose checksums are in memory at once.
  private static let rowsHeld = 100_000
  /// Rows in one request: their names make its request line.
  private static let rowsAsked = 100

  /// Rows that the hub has and this library still lacks.
  private(set) var lacking = 0
  /// The library's schema version at the start, for a comparison of late columns.
  let schema: Int64?

  init(_ purpose: Purpose, at: Position, schema: Int64?) {
    self.purpose = purpose
    self.schema = schema
    report.at = at
  }

  /// How to handle a row that differs.
  var repair: RepairAction {
    switch purpose {
    case .task(.verify(let repairs)): repairs ? .fetch : .none
    case .task(.adopt(let isDryRun)): isDryRun ? .none : .queue
    case .task(.fillColumns): .fill
    case .task(.fetchChildren): .fetchChildren
    case .task(.resync), .task(.join): .none
    case .cycle(.logGap): .queueEdit
    }
  }

  /// Finds the buckets that differ, in groups whose rows are examined together.
  mutating func add(_ summary: DigestSummary, local: [String: BucketSums]) {
    report.compared = local.values.reduce(0) { $0 + Int($1.rows) }
    for entity in summary.entities {
      guard let sums = local[entity.name] else { continue }
      let perBucket = max(Int(max(sums.rows, 0)) / 256, 1)
      let size = max(Self.rowsHeld / perBucket, 1)
      let numbers = sums.differing(from: entity.sums)
      for start in stride(from: 0, to: numbers.count, by: size) {
        groups.append(
          numbers[start..<min(start + size, numbers.count)].map {
            BucketName(entity: entity.name, number: $0)
          })
      }
    }
    groups.reverse()
  }

  /// The next buckets to examine.
  mutating func nextGroup() -> [BucketName]? {
    local = [:]
    return groups.popLast()
  }

  /// Whether the hub names more rows than any library holds.
  var isOverrun: Bool { candidates.count > Self.candidatesMax }

  private static let candidatesMax = 4_000_000

  /// Finds the rows of a bucket that differ.
  mutating func add(_ reply: DigestBucket, of bucket: BucketName) {
    let here = local[bucket] ?? [:]
    var there: Set<String> = []
    for row in reply.rows {
      there.insert(row.uuid)
      if here[row.uuid] != row.digest { candidates.append(RowName(bucket.entity, row.uuid)) }
    }
    candidates += here.keys.filter { !there.contains($0) }.sorted().map { RowName(bucket.entity, $0) }
  }

  /// The next rows to request.
  mutating func nextCandidates() -> [RowName]? {
    guard next < candidates.count else { return nil }
    let end = min(next + Self.rowsAsked, candidates.count)
    defer { next = end }
    return Array(candidates[next..<end])
  }

  /// The hub's states of the requested rows. Rows that it left out for size are requested again. Returns
  /// `nil` if it left out all of them.
  mutating func rows(_ asked: [RowName], _ reply: RowsReply) -> [HubRow]? {
    var states: [RowName: HubRow.State] = [:]
    var unreadable: Set<RowName> = []
    for found in reply.rows {
      switch found.entry {
      case .entry(let entry): states[RowName(entry.row.entity, found.asked ?? entry.row.uuid)] = .held(entry)
      case .malformed(let malformed):
        if let row = malformed.row, asked.contains(row) { unreadable.insert(row) }
      }
    }
    for unknown in reply.unknown { states[unknown.row] = unknown.forgotten ? .forgotten : .unknown }
    let rows = asked.compactMap { row in states[row].map { HubRow(row: row, state: $0) } }
    guard !rows.isEmpty || !unreadable.isEmpty else { return nil }
    report.unsettled += unreadable.count
    candidates += asked.filter { states[$0] == nil && !unreadable.contains($0) }
    return rows
  }

  /// Adds what the examination of some rows found and did.
  mutating func add(_ result: ExaminationResult) {
    for difference in result.differences {
      report.counts[difference.kind, default: 0] += 1
      if report.differences.count < MaintenanceTaskReport.listedMax { report.differences.append(difference) }
      if case .task(.adopt(isDryRun: true)) = purpose, difference.kind == .missingAtHub {
        report.queued += 1
      }
    }
    report.waiting += result.waiting.prefix(MaintenanceTaskReport.listedMax - report.waiting.count)
    report.unsettled += result.unsettled
    report.repaired += result.repaired
    report.queued += result.queued
    lacking += result.lacking
    conflicts += result.conflicts
    hasQueued = hasQueued || result.queued > 0
  }
}

extension MaintenanceTaskReport {
  /// Reports what a rebuild did.
  init(_ step: SnapshotStep) {
    self.init()
    at = step.progress.start.position
    compared = step.progress.rows
    queued = step.progress.requeued
  }
}
