/// Paragraphs as lines.
package enum TextWrap {
  /// A paragraph in lines of at most `width` characters, where its words allow it, each behind `indent`.
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
