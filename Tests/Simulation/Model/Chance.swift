import SampleApplication

/// Everything that is left to chance in a history. Each step brings its own seed, so that a history with some steps
/// taken out changes nothing for the others but what follows from it.
final class Chance {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Begins the numbers of another seed.
  func begin(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A number from a range.
  func number(_ range: ClosedRange<Int>) -> Int { generator.number(range) }

  /// True so often of 100.
  func percent(_ share: Int) -> Bool { generator.chance(share) }

  /// One of several.
  func one<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[number(0...(elements.count - 1))]
  }

  /// A seed for something that draws for itself.
  func seed() -> UInt64 { generator.next() }

  /// From 0 up to, not including, 1.
  func fraction() -> Double { Double(generator.next() >> 11) / Double(UInt64(1) << 53) }

  /// A random uuid.
  func uuid() -> String { generator.uuid() }
}
