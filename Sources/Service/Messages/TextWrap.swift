/// Wraps paragraphs into lines.
package enum TextWrap {
  /// Returns a paragraph as lines of at most `width` characters, each after `indent`. A longer word gets a
  /// longer line.
  package static func wrapped(_ paragraph: String, width: Int, indent: String = "") -> String {
    var lines: [String] = []
    var line = ""
    for word in paragraph.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, indent.count + line.count + 1 + word.count > width {
        lines.append(indent + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(indent + line) }
    return lines.joined(separator: "\n")
  }
}
