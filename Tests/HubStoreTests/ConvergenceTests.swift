import Foundation
import SyncWire
import Testing

@testable import HubStore
@testable import SyncCore

/// Random histories against the real hub: afterwards every device must equal the hub.
struct ConvergenceTests {
  @Test(arguments: 0..<8) func `every device ends equal to the hub`(part: Int) throws {
    for seed in part * 40..<(part + 1) * 40 {
      #expect(try History(seed: UInt64(seed)).run() == nil)
    }
  }

  @Test(arguments: 0..<4) func `devices also end equal if batches interleave`(part: Int) throws {
    for seed in part * 40..<(part + 1) * 40 {
      #expect(try History(seed: UInt64(1000 + seed), steps: 1 + seed % 3).run() == nil)
    }
  }
}

private struct History {
  let seed: UInt64
  /// The number of changes that the hub judges in one step; other devices push in between. `nil`: whole
  /// batches.
  var steps: Int?
  /// Every other history has a column group: its columns move together.
  var catalogue: EntityCatalogue { .model(groups: seed % 2 == 0 ? [] : [["a", "b"]]) }

  /// Runs the history; returns the error, if any.
  func run() throws -> String? {
    let directory = try TemporaryDirectory()
    let hub = try HubLibrary.open(
      at: directory.path("library.sqlite"), catalogue: catalogue, durability: .process,
      stepChanges: steps ?? 250)
    var rng = SeededGenerator(seed: seed)
    var clock = Instant(milliseconds: 1_700_000_000_000)
    var copies: [(index: Int, device: ModelDevice)] = []
    var devices = (0..<3).map { ModelDevice(name: "device-\($0)") }
    for step in 0..<Int.random(in: 5...80, using: &rng) {
      clock = clock + .milliseconds(1)
      let index = Int.random(in: 0..<3, using: &rng)
      let roll = Double.random(in: 0..<1, using: &rng)
      if roll < 0.4 {
        let skew = rng.chance(0.25) ? -5 : 0
        devices[index].edit(&rng, at: clock + .milliseconds(skew), value: "t\(step)")
      } else if roll < 0.7 {
        let edits = rng.chance(0.3)
        let losesReply = rng.chance(0.2)
        // Another device, whose push arrives in between.
        let next = (index + 1) % 3
        var other = devices[next]
        try devices[index].push(
          to: hub, &rng, now: clock, atMost: steps == nil ? 3 : 8, losesReply: losesReply,
          between: steps.map { _ in
            { rng in if rng.chance(0.5) { try other.push(to: hub, &rng, now: clock) } }
          }
        ) { device, rng in
          if edits { device.edit(&rng, at: clock, value: "t\(step)m") }
        }
        devices[next] = other
      } else {
        try devices[index].pull(from: hub, limit: Int.random(in: 1...4, using: &rng), now: clock)
      }
      if rng.chance(0.06) { copies.append((index, devices[index])) }
      if !copies.isEmpty, rng.chance(0.03), let copy = copies.randomElement(using: &rng) {
        devices[copy.index] = copy.device
      }
    }
    for _ in 0..<80 {
      for index in devices.indices {
        try devices[index].push(to: hub, &rng, now: clock)
        try devices[index].pull(from: hub, limit: 4, now: clock)
      }
      // At rest nothing more can happen: the remaining rounds would all be the same.
      let head = try hub.reading { try LogRange.head($0).position }
      if devices.allSatisfy({ $0.pending.isEmpty && $0.parked.isEmpty && $0.cursor == head }) { break }
    }
    return try difference(devices, hub)
  }

  private func difference(_ devices: [ModelDevice], _ hub: HubLibrary) throws -> String? {
    let documents = try hub.currentDocuments().mapValues(ModelDevice.compared)
    for device in devices {
      if !device.pending.isEmpty || !device.parked.isEmpty {
        return "seed \(seed): \(device.name) never came to rest: \(device.pending) \(device.parked)"
      }
      let wrong = Set(documents.keys).union(device.rows.keys).filter { uuid in
        guard let theirs = documents[uuid], let own = device.rows[uuid] else { return true }
        return !theirs.saysTheSame(as: own, besides: [])
      }
      if let first = wrong.min() {
        return """
          seed \(seed): \(device.name) differs in \(wrong.sorted()):
          \(String(describing: device.rows[first])) is \(String(describing: documents[first])) on the hub
          """
      }
    }
    return nil
  }
}

extension EntityCatalogue {
  /// Keyed rows and their children.
  static func model(groups: [[String]]) -> EntityCatalogue {
    EntityCatalogue([
      EntityShape(
        name: "Thing", kind: .row, localColumns: [], parents: [],
        naturalKeys: [.init(columns: ["key"], ignoresCase: false, collision: .sameThing)],
        columnGroups: groups,
        fullText: nil, payloadNames: [:]),
      EntityShape(
        name: "Child", kind: .row, localColumns: [],
        parents: [.init(column: "parent_id", wireName: "parent", entity: "Thing")], naturalKeys: [],
        columnGroups: [], fullText: nil, payloadNames: [:]),
    ])
  }
}
