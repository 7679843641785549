/// Meaningless words, and sometimes a test of an escape or an encoding.
package enum SampleText {
  private static let syllables = [
    "al", "be", "cu", "dra", "el", "fo", "gri", "ha", "is", "jo", "ka", "lo", "mi", "nor", "pe", "ren", "sha",
    "tor", "du", "vi",
  ]
  private static let oddities = [
    "Ω≈ç√", "日本語テキスト", "Zürich", "quote\"s and 'apostrophes'", "tab\there", "line\nbreak", "back\\slash",
    "emoji 👩‍👩‍👧",
  ]

  /// One word.
  package static func word(_ random: inout SeededGenerator) -> String {
    (0..<random.number(2...4)).map { _ in syllables[random.number(0...(syllables.count - 1))] }.joined()
  }

  /// The given number of words.
  package static func words(_ count: Int, _ random: inout SeededGenerator) -> String {
    (0..<count).map { _ in
      random.number(1...60) == 1 ? oddities[random.number(0...(oddities.count - 1))] : word(&random)
    }.joined(separator: " ")
  }

  /// Words until the text has about the given number of bytes.
  package static func text(bytes: Int, _ random: inout SeededGenerator) -> String {
    var result = word(&random)
    while result.utf8.count < bytes { result += " " + words(8, &random) }
    return result
  }
}
