import Dispatch
import Glibc

/// Calls a handler on the loop while a descriptor is ready to be read or written. For a descriptor that stays
/// open for as long as the source; where many come and go, use `DescriptorSet`.
package final class FileSource {
  /// What the descriptor is to be ready for.
  package enum Readiness: Sendable { case read, write }

  private let source: any DispatchSourceProtocol
  private var isSuspended = false
  private var isCancelled = false

  /// Starts to watch. With `closing`, the descriptor belongs to the source from now on and is closed once
  /// Dispatch has let go of it: closing it earlier would hand its number to someone else while it is watched.
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

  /// Stops for good. From the loop, no handler runs after this; repeated calls are ignored.
  package func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    source.cancel()
    // Dispatch traps where a suspended source is released.
    resume()
  }

  deinit { cancel() }
}
