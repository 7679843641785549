import Foundation
import Fuzzing
import Testing

/// The bounded part of the fuzzing: a number of seeds for every target, and every kept input.
@Suite struct SeededTests {
  /// The number of seeds for each target, by their cost.
  private static let seeds: [String: UInt64] = [
    "wire": 1500, "query": 1500, "control": 800, "settings": 800, "library": 120, "hub": 100,
  ]

  @Test(arguments: FuzzTargets.all.map(\.name))
  func `the invariants hold for every seed`(name: String) throws {
    let target = try #require(FuzzTargets.named(name))
    for seed in 1...(Self.seeds[name] ?? 50) {
      do { try target.run(target.input(seed: seed)) } catch {
        Issue.record(
          "\(name), seed \(seed): \(error); mediasync-fuzz --target \(name) --seed \(seed) --runs 1")
      }
    }
  }

  @Test(arguments: FuzzTargets.all.map(\.name))
  func `inputs that broke something once break nothing now`(name: String) throws {
    let target = try #require(FuzzTargets.named(name))
    for (file, input) in try CorpusFolder.inputs(of: name) {
      do { try target.run(input) } catch { Issue.record("\(name)/\(file): \(error)") }
    }
  }

  @Test(arguments: FuzzTargets.all.map(\.name))
  func `a seed always gives the same input`(name: String) throws {
    let target = try #require(FuzzTargets.named(name))
    for seed in UInt64(1)...20 { #expect(target.input(seed: seed) == target.input(seed: seed)) }
  }

  @Test func `a failing input is minimised`() {
    let input = Array("first line\nthe bad word is here\nlast line".utf8)
    let small = Minimiser.minimise(input) { String(decoding: $0, as: UTF8.self).contains("bad") }
    #expect(String(decoding: small, as: UTF8.self) == "bad")
  }
}
