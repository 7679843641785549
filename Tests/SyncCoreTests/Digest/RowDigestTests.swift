import Testing

@testable import SyncCore

/// The comparison of rows (docs/protocol.md §4, digest).
struct RowDigestTests {
  private let row = RowName("Media", "m")

  /// Replaces SHA-256, which the core does not have: FNV-1a, four times.
  private func hash(_ bytes: [UInt8]) -> [UInt8] {
    (0..<4 as Range<UInt64>).flatMap { round in
      let word = bytes.reduce(0xCBF2_9CE4_8422_2325 ^ round) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
  }

  private func bytes(_ document: Document) -> [UInt8] { RowDigest.canonicalBytes(of: document, row) }

  @Test func `local columns and empty values are not compared`() {
    let document: Document = ["title": "a", "version": .integer(2)]
    #expect(bytes(document) == bytes(document.overlaid(with: ["last_modified": "2026-01-01T00:00:00.000Z"])))
    #expect(bytes(document) == bytes(document.overlaid(with: ["author": .null])))
    #expect(bytes(document) != bytes(document.overlaid(with: ["author": ""])))
    #expect(bytes(document) != bytes(document.overlaid(with: ["version": .integer(3)])))
  }

  @Test func `a number and its text are equal, as a column's affinity makes them`() {
    #expect(bytes(["n": .integer(5)]) == bytes(["n": .text("5")]))
    #expect(bytes(["n": .real(5)]) == bytes(["n": .integer(5)]))
    #expect(bytes(["n": .real(0.1)]) == bytes(["n": .text("0.1")]))
    #expect(bytes(["n": .integer(5)]) != bytes(["n": .integer(6)]))
  }

  @Test func `no two rows give the same bytes by chance`() {
    #expect(bytes(["a": "b", "c": "d"]) != bytes(["a": "bc", "d": ""]))
    #expect(bytes(["ab": "c"]) != bytes(["a": "bc"]))
    #expect(
      RowDigest.canonicalBytes(of: [:], RowName("Media", "m"))
        != RowDigest.canonicalBytes(of: [:], RowName("Mediam", "")))
  }

  @Test func `a sum shows no order, and removing a row leaves no trace`() {
    let digests = (0..<9).map { RowDigest(of: ["n": .integer($0)], row, sha256: hash) }
    var forwards = RowDigest.zero
    var backwards = RowDigest.zero
    for digest in digests { forwards ^= digest }
    for digest in digests.reversed() { backwards ^= digest }
    #expect(forwards == backwards)
    #expect(forwards != .zero)
    for digest in digests { forwards ^= digest }
    #expect(forwards == .zero)
  }

  @Test func `a digest travels as 32 digits`() {
    let digest = RowDigest(of: ["n": .integer(1)], row, sha256: hash)
    #expect(digest.text.utf8.count == 32)
    #expect(RowDigest(text: digest.text) == digest)
    for text in ["", "00", String(repeating: "g", count: 32), String(repeating: "0", count: 33)] {
      #expect(RowDigest(text: text) == nil)
    }
  }

  @Test func `two sides find the buckets that differ`() {
    var ours = BucketSums()
    var theirs = BucketSums()
    for number in 0..<600 as Range<Int64> {
      let uuid = "row-\(number)"
      let bucket = BucketSums.bucket(of: uuid, sha256: hash)
      let digest = RowDigest(of: ["n": .integer(number)], RowName("Media", uuid), sha256: hash)
      ours.add(digest, to: bucket)
      if number != 17 { theirs.add(digest, to: bucket) }
    }
    #expect(ours.differing(from: theirs) == [BucketSums.bucket(of: "row-17", sha256: hash)])
    #expect(ours.differing(from: ours).isEmpty)
    #expect(ours.rows == 600)
  }
}
