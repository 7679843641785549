extension String {
  /// Whether both are the same bytes. Swift's `==` calls two spellings of one character equal ("é" as one scalar
  /// and as two, the Kelvin sign and "K"); SQLite does not, and a device and a hub that disagree on it do not
  /// converge.
  package func isSameText(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { mine.elementsEqual($0) }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// The text on one line of bounded length, for logs, terminals and status, whoever wrote it: what would end the
  /// line, steer a terminal or turn the writing direction becomes a space.
  package func onOneLine(scalarsMax: Int = 300) -> String {
    var line = String.UnicodeScalarView()
    for scalar in unicodeScalars.prefix(scalarsMax) {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: line.append(" ")
      default: line.append(scalar)
      }
    }
    return String(line)
  }

  /// Whether nothing in it would end a line, steer a terminal or turn the writing direction.
  package var isPlainLine: Bool { isSameText(as: onOneLine(scalarsMax: .max)) }

  /// Whether it can name something: not empty, not long, and nothing in it that ends a text or a line.
  package func isName(bytesMax: Int = 512) -> Bool {
    !isEmpty && utf8.count <= bytesMax && !utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }
}
