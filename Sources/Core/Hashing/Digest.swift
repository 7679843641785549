import CCrypto
import SyncCore

/// SHA-256 and random bytes, from OpenSSL.
package enum Digest {
  /// SHA-256 of `bytes`; returns 32 bytes.
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    // Both arrays outlive the call, and `digest` has the 32 bytes that SHA-256 writes.
    let done = bytes.withUnsafeBytes { input in
      digest.withUnsafeMutableBufferPointer { ccrypto_sha256(input.baseAddress, input.count, $0.baseAddress) }
    }
    precondition(done == 1, "OpenSSL has no SHA-256")
    return digest
  }

  /// `count` cryptographically secure random bytes.
  package static func random(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // The array has room for the `count` bytes that OpenSSL writes.
    let done = bytes.withUnsafeMutableBufferPointer { RAND_bytes($0.baseAddress, Int32($0.count)) }
    precondition(done == 1, "the system has no random numbers")
    return bytes
  }

  /// Whether two digests are equal. The time of the comparison does not depend on where they differ.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    // Both arrays hold `left.count` bytes.
    return left.withUnsafeBytes { left in
      right.withUnsafeBytes { CRYPTO_memcmp(left.baseAddress, $0.baseAddress, left.count) == 0 }
    }
  }

  /// A random UUID, version 4, in lower case.
  package static func randomUUID() -> String {
    var bytes = random(16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let text = HexText.of(bytes)
    var result = ""
    for (index, digit) in text.enumerated() {
      if [8, 12, 16, 20].contains(index) { result.append("-") }
      result.append(digit)
    }
    return result
  }
}
