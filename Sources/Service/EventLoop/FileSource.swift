import Dispatch
import Glibc

/// Calls a handler on the loop while a descriptor is ready for reading or writing. Suits a descriptor that
/// stays open as long as the source. If many come and go, use `DescriptorSet`.
package final class FileSource {
  /// What the descriptor is watched for.
  package enum Readiness: Sendable { case read, write }

  private let source: any DispatchSourceProtocol
  private var isSuspended = false
  private var isCancelled = false

  /// Starts watching. With `closing`, the source owns the descriptor and closes it once Dispatch has released
  /// it. Closing it earlier would free its number for reuse while Dispatch still watches it.
  package init(
    loop: LoopExecutor, descriptor: Int32, readiness: Readiness = .read, closing: Bool = false,
    handler: @escaping @Sendable () -> Void
  ) {
    switch readiness {
    case .read: source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: loop.queue)
    case .write: source = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: loop.queue)
    }
    source.setEventHandler(handler: handler)
    if closing { source.setCancelHandler { _ = close(descriptor) } }
    source.resume()
  }

  /// Stops calling the handler until `resume()`.
  package func suspend() {
    guard !isSuspended, !isCancelled else { return }
    isSuspended = true
    source.suspend()
  }

  /// Calls the handler again.
  package func resume() {
    guard isSuspended else { return }
    isSuspended = false
    source.resume()
  }

  /// Stops for good. Called on the loop, it guarantees that no handler runs afterwards. Ignores repeated
  /// calls.
  package func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    source.cancel()
    // Dispatch traps if a suspended source is released.
    resume()
  }

  deinit { cancel() }
}
