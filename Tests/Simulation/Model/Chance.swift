import SampleApplication

/// All random choices of a history. Each step has its own seed, so that removing some steps changes the
/// others only through what follows from it.
final class Chance {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Starts the sequence of another seed.
  func begin(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// A number from a range.
  func number(_ range: ClosedRange<Int>) -> Int { generator.number(range) }

  /// True with a probability of `share` in 100.
  func percent(_ share: Int) -> Bool { generator.chance(share) }

  /// A random element; `nil` for an empty list.
  func one<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[number(0...(elements.count - 1))]
  }

  /// A seed for a part that draws its own numbers.
  func seed() -> UInt64 { generator.next() }

  /// A number from 0 up to, not including, 1.
  func fraction() -> Double { Double(generator.next() >> 11) / Double(UInt64(1) << 53) }

  /// A random uuid.
  func uuid() -> String { generator.uuid() }
}
