import Foundation
import Simulation
import Testing

/// Histories run one after the other: each needs the process-wide fault injection for itself.
@Suite(.serialized)
struct SimulationTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a seed gives the same trace every time`(seed: UInt64) throws {
    let first = try Simulation.run(History(seed: seed), detail: .events)
    let second = try Simulation.run(History(seed: seed), detail: .events)
    #expect(first.trace == second.trace)
    #expect(first.trace.count > 20)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `nothing is lost and all end equal, whatever happens`(share: UInt64) throws {
    for seed in (10_000 + share * 15)..<(10_000 + (share + 1) * 15) {
      let violation = try Simulation.run(History(seed: seed)).violation
      #expect(violation == nil, "seed \(seed): mediasync-simulate --seed \(seed) shows how")
    }
  }

  @Test(arguments: try Regressions.all())
  func `past failures do not return`(regression: Regressions.Regression) throws {
    let violation = try Simulation.run(regression.history).violation
    #expect(violation == nil, "\(regression.name)")
  }

  @Test(arguments: try Mutations.all())
  func `every mutation still finds the code that it changes`(patch: String) throws {
    let check = Process()
    check.executableURL = URL(filePath: "/usr/bin/env")
    check.arguments = ["git", "apply", "--check", "Tests/Simulation/Mutations/\(patch)"]
    check.currentDirectoryURL = Mutations.root
    try check.run()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, "\(patch) no longer fits: make it anew")
  }

  @Test func `a history is parsed from its own text`() throws {
    let history = History(seed: 4711)
    let read = try #require(History(history.description))
    #expect(read.description == history.description)
    #expect(read.steps == history.steps)
  }

  @Test func `shrinking keeps only the steps that fail`() {
    let history = History(seed: 12)
    let culprits = [history.steps[3], history.steps[9]]
    var shrinking = Shrinking { candidate in culprits.allSatisfy(candidate.steps.contains) }
    #expect(shrinking.shrunk(history).steps == culprits)
  }
}

/// The histories in `Tests/Simulation/regressions.txt`: each begins with a comment that says what it found.
enum Regressions {
  /// One history.
  struct Regression: Sendable, CustomTestStringConvertible {
    var name: String
    var history: History
    var testDescription: String { name }
  }

  /// A block that contains no history.
  struct Unreadable: Error {
    var block: String
  }

  static func all() throws -> [Regression] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Simulation/regressions.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n\n").compactMap { block in
      let lines = block.split(separator: "\n")
      guard lines.contains(where: { !$0.hasPrefix("#") }) else { return nil }
      guard let history = History(String(block)) else { throw Unreadable(block: String(block)) }
      let name = lines.first.map { String($0.drop { $0 == "#" || $0 == " " }) } ?? "?"
      return Regression(name: name, history: history)
    }
  }
}

/// The patches that `make mutations` applies, one at a time.
enum Mutations {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func all() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: root.appending(path: "Tests/Simulation/Mutations").path
    ).filter { $0.hasSuffix(".patch") }.sorted()
  }
}
