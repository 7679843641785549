extension String {
  /// Whether both have the same bytes. Swift's `==` treats two spellings of one character as equal ("é" as
  /// one scalar and as two, the Kelvin sign and "K"). SQLite does not, and a device and a hub that disagree
  /// on it do not converge.
  package func isSameText(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { mine.elementsEqual($0) }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// Returns the text as one line of bounded length, for logs, terminals and status. Characters that would
  /// end the line, control a terminal or change the writing direction become spaces.
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

  /// Whether it has no character that would end a line, control a terminal or change the writing direction.
  package var isPlainLine: Bool { isSameText(as: onOneLine(scalarsMax: .max)) }

  /// Whether it can be a name: not empty, not too long, and without control characters.
  package func isName(bytesMax: Int = 512) -> Bool {
    !isEmpty && utf8.count <= bytesMax && !utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }
}
