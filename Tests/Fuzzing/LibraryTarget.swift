import LibraryStore
import SampleApplication
import SyncCore
import SyncWire

/// Applies a hub's messages to a real library, one per line: `page`, `answers`, `snapshot` or `rows` and the
/// body. Whatever comes, no transaction fails permanently, nothing is injected, and unnamed rows stay
/// unchanged.
struct LibraryTarget: FuzzTarget {
  let name = "library"

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    guard let scene = try? SampleScene.shared.get() else { return [] }
    let messages = scene.messages
    var lines: [[UInt8]] = []
    for _ in 0...random.number(0...2) {
      switch random.number(0...9) {
      case 0...4: lines.append(Array("page ".utf8) + messages.page(&random).encoded())
      case 5: lines.append(Array("page ".utf8) + messages.page(&random, isLayerOne: true).encoded())
      case 6...7: lines.append(Array("answers ".utf8) + messages.answers(&random).encoded())
      case 8: lines.append(Array("rows ".utf8) + messages.rows(&random).encoded())
      default:
        // A snapshot has its own lines; here a NUL replaces their ends.
        let body = messages.snapshot(&random).encodedLines.map { $0 == 0x0A ? 0x00 : $0 }
        lines.append(Array("snapshot ".utf8) + body)
      }
    }
    return Array(lines.joined(separator: [0x0A]))
  }

  func run(_ input: [UInt8]) throws {
    let scene = try SampleScene.shared.get()
    try scene.withCopies { path, _ in
      try takeIn(input, path)
      let problems = try scene.before.problems(after: path)
      guard problems.isEmpty else { throw Finding(problems.joined(separator: "\n")) }
    }
  }

  private func takeIn(_ input: [UInt8], _ path: String) throws {
    let library = try SampleScene.open(path)
    for line in input.split(separator: 0x0A).prefix(20) {
      let word = line.prefix { $0 != UInt8(ascii: " ") }
      let body = Array(line.dropFirst(word.count + 1))
      do throws(StoreError) {
        switch String(decoding: word, as: UTF8.self) {
        case "page": try apply(body, to: library)
        case "answers": try completePush(body, in: library)
        case "rows": try examine(body, in: library)
        case "snapshot": try apply(body.map { $0 == 0 ? 0x0A : $0 }, into: library)
        default: break
        }
      } catch {
        throw Finding("the library cannot go on: \(error)")
      }
    }
    _ = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
  }

  /// As in the engine: refuses a page that does not move forward.
  private func apply(_ body: [UInt8], to library: Library) throws(StoreError) {
    let cursor = try library.deviceState().pulled
    guard let reply = try? GetReply(body: body), reply.fault(askedFrom: cursor) == nil else { return }
    let rules: PulledPage.Rules =
      if let extras = reply.extras { .layer2(next: extras.next, chain: extras.chain) } else {
        .layer1(proven: nil)
      }
    _ = try library.apply(PulledPage(entries: reply.entries, rules: rules))
  }

  /// As in the engine: every change has its answer, in order.
  private func completePush(_ body: [UInt8], in library: Library) throws(StoreError) {
    guard let reply = try? SendReply(body: body), let answers = reply.results else { return }
    let batch = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
    guard !batch.changes.isEmpty, answers.map(\.changeID.rawValue) == batch.changes.map(\.entry.changeID)
    else {
      return
    }
    let checkpoint = reply.chain.map { LogCheckpoint(position: reply.latest, chain: $0) }
    _ = try library.completePush(batch, answers: answers, checkpoint: checkpoint)
  }

  private func examine(_ body: [UInt8], in library: Library) throws(StoreError) {
    guard let reply = try? RowsReply(body: body) else { return }
    let found = reply.rows.compactMap { found -> HubRow? in
      guard case .entry(let entry) = found.entry else { return nil }
      return HubRow(row: RowName(entry.row.entity, found.asked ?? entry.row.uuid), state: .held(entry))
    }
    let unknown = reply.unknown.map { HubRow(row: $0.row, state: $0.forgotten ? .forgotten : .unknown) }
    for repair in [RepairAction.none, .fetch, .queue] {
      _ = try library.examine(found + unknown, repair: repair)
    }
  }

  private func apply(_ body: [UInt8], into library: Library) throws(StoreError) {
    guard let reply = try? SnapshotReply(body: body) else { return }
    let rows = reply.rows.compactMap { line -> SnapshotPiece.Row? in
      switch line {
      case .row(let entry): .state(.entry(entry))
      case .malformed(let malformed): .state(.malformed(malformed))
      case .forgotten(let row, let owed): .forgotten(row, owed: owed)
      case .header, .end: nil
      }
    }
    let piece = SnapshotPiece(
      header: LogCheckpoint(position: reply.header.changeID, chain: reply.header.chain), rows: rows,
      isFirst: true,
      isLast: reply.end?.complete ?? false)
    for reason in [SnapshotReason.asked, .hubRestored] { _ = try library.apply(piece, reason: reason) }
  }
}
