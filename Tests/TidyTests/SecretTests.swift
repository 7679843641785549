import Foundation
import Testing

struct SecretTests {
  /// The patterns of well-known makers' keys and tokens. Composed from parts, so that this file does not
  /// match itself.
  private static let patterns: [String] = [
    "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----", "\\bAK" + "IA[0-9A-Z]{16}\\b",
    "\\bgh" + "[pousr]_[A-Za-z0-9]{36}",
    "\\bgithub" + "_pat_[A-Za-z0-9_]{22}", "\\bxox" + "[abprs]-[A-Za-z0-9-]{10}",
    "\\bsk" + "-[A-Za-z0-9]{32}", "\\beyJ" + "[A-Za-z0-9_-]{20,}\\.eyJ",
  ]

  @Test func `no file contains a secret`() throws {
    let expressions = try Self.patterns.map { try Regex($0) }
    for path in SourceTree.allFiles {
      guard let text = SourceTree.text(path) else { continue }
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let found = expressions.contains { line.firstMatch(of: $0) != nil }
        #expect(!found, "\(path):\(index + 1): looks like a secret")
      }
    }
  }
}
