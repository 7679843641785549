import Foundation
import Synchronization

/// A person at a device who keeps working while everything else is killed and cut: its own thread with the
/// sample application's own connection.
package final class Typist: Sendable {
  /// The committed edits, and the library's answers to the failed ones.
  package struct Outcome: Sendable {
    /// Edits committed.
    package var edits = 0
    /// Edits that the library refused, by SQLite's extended code: a taken key, a lock.
    package var refused: [Int32: Int] = [:]
    /// An error that no library should ever return.
    package var trouble: String?
  }

  private let outcome = Mutex(Outcome())
  private let isStopping = Atomic<Bool>(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts to type. `pause` is the number of milliseconds between two edits; `most` is the maximum number of
  /// edits.
  package init(
    library: String, device: String, seed: UInt64, record: TypedRecord, pause: ClosedRange<Int>,
    most: Int = .max
  ) {
    let thread = Thread { [self] in
      type(library: library, device: device, seed: seed, record: record, pause: pause, most: most)
      ended.signal()
    }
    thread.start()
  }

  /// The outcome so far.
  package var soFar: Outcome { outcome.withLock { $0 } }

  /// Stops typing, and returns the outcome.
  @discardableResult
  package func stop() -> Outcome {
    isStopping.store(true, ordering: .relaxed)
    return finish()
  }

  /// Waits until it has made all its edits.
  @discardableResult
  package func finish() -> Outcome {
    ended.wait()
    ended.signal()
    return soFar
  }

  private func type(
    library path: String, device: String, seed: UInt64, record: TypedRecord, pause: ClosedRange<Int>,
    most: Int
  ) {
    do {
      let library = try SampleLibrary(path, client: "app-\(device)", seed: Self.seed(seed, device))
      var edits = TypedEdits(library: library, device: device, seed: seed)
      while !isStopping.load(ordering: .relaxed), soFar.edits < most {
        do {
          record.add(try edits.next())
          outcome.withLock { $0.edits += 1 }
        } catch {
          guard Self.isOrdinary(error) else { throw error }
          outcome.withLock { $0.refused[error.code, default: 0] += 1 }
        }
        usleep(UInt32(edits.number(pause) * 1000))
      }
    } catch {
      outcome.withLock { $0.trouble = "\(device): \(error)" }
    }
  }

  /// A seed of this device alone, so that its random uuids are unique too.
  private static func seed(_ seed: UInt64, _ device: String) -> UInt64 {
    var mixed = SeededGenerator(seed: device.utf8.reduce(seed) { $0 &* 1_000_003 &+ UInt64($1) })
    return mixed.next()
  }

  /// A lock (5, 261, 517), a taken key (19 and its extended codes), a full disk (13), or a row that the
  /// sample itself found changed (0).
  private static func isOrdinary(_ failure: SampleFailure) -> Bool {
    [0, 5, 13, 19].contains(failure.code & 0xFF)
  }
}
