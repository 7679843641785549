/// Converts between bytes and lower-case hexadecimal digits.
package enum HexText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The bytes as digits.
  package static func of(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// One byte as two digits.
  package static func of(_ byte: UInt8) -> String { of(CollectionOfOne(byte)) }

  /// Decodes the text; `nil` unless it consists of pairs of lower-case digits.
  package static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// Decodes the text as one byte; `nil` unless it is two lower-case digits.
  package static func byte(_ text: String) -> UInt8? {
    guard let bytes = bytes(text), bytes.count == 1 else { return nil }
    return bytes[0]
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
