import CLinux
import Glibc

/// Calls a handler on the loop for signals, in place of their default action. If a signal arrives several
/// times before the loop handles it, the handler may be called once. Only one source may exist for each
/// signal.
///
/// The signal handler writes to a pipe. `signalfd` would need the signal blocked in every thread, and we
/// cannot mask the threads of Dispatch and of the Swift runtime.
package final class SignalSource {
  private let signals: [Int32]
  private let writeEnd: Int32
  private let source: FileSource
  private var isCancelled = false

  /// Handles `signals` from now on: normally SIGTERM, SIGINT and SIGHUP.
  package init(
    loop: LoopExecutor, signals: [Int32] = [SIGTERM, SIGINT, SIGHUP],
    handler: @escaping @Sendable (Int32) -> Void
  ) throws(SystemError) {
    var ends: (Int32, Int32) = (-1, -1)
    let made = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) { clinux_pipe($0) }
    }
    guard made == 0 else { throw SystemError("pipe2") }
    self.signals = signals
    let readEnd = ends.0
    writeEnd = ends.1
    source = FileSource(loop: loop, descriptor: readEnd, closing: true) {
      var numbers = [UInt8](repeating: 0, count: 64)
      let count = read(readEnd, &numbers, numbers.count)
      guard count > 0 else { return }
      var told: Set<UInt8> = []
      for number in numbers[0..<count] where told.insert(number).inserted { handler(Int32(number)) }
    }
    for signal in signals {
      guard clinux_signal_to(signal, writeEnd) == 0 else { throw SystemError("sigaction") }
    }
  }

  /// Restores the default action of the signals.
  package func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    for signal in signals { _ = clinux_signal_to(signal, -1) }
    source.cancel()
    _ = close(writeEnd)
  }

  deinit { cancel() }
}
