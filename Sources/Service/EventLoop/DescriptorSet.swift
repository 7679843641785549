import CLinux

/// Watches many descriptors through one Dispatch source and an epoll set. A change takes effect before the
/// call returns: a descriptor may be closed, and its number reused, right after `remove`. Dispatch's own
/// sources release a descriptor only later, which does not suit curl's sockets.
///
/// `@unchecked`: all state is touched on the loop's queue only; every entry point checks that.
package final class DescriptorSet: @unchecked Sendable {
  /// What a descriptor is ready for, or should be watched for.
  package struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits, as CLinux numbers them.
    package let rawValue: UInt32
    /// Takes the bits, as CLinux numbers them.
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    /// There is something to read, or the other end has stopped writing.
    package static let read = Readiness(rawValue: 1)
    /// There is room to write.
    package static let write = Readiness(rawValue: 2)
    /// The connection is gone in both directions. Always reported, never requested.
    package static let hangUp = Readiness(rawValue: 4)
  }

  private struct Watched {
    let token: UInt64
    let handler: (Readiness) -> Void
  }

  private let loop: LoopExecutor
  private let set: Int32
  private var source: FileSource?
  private var watched: [Int32: Watched] = [:]
  private var descriptors: [UInt64: Int32] = [:]
  private var lastToken: UInt64 = 0

  /// Makes an empty set.
  package init(loop: LoopExecutor) throws(SystemError) {
    self.loop = loop
    set = clinux_set_create()
    guard set >= 0 else { throw SystemError("epoll_create1") }
    source = FileSource(loop: loop, descriptor: set, closing: true) { [weak self] in self?.handleReady() }
  }

  /// Watches a descriptor that is not in the set yet.
  package func add(
    _ descriptor: Int32, _ readiness: Readiness, handler: @escaping (Readiness) -> Void
  ) throws(SystemError) {
    loop.checkIsolated()
    lastToken += 1
    guard clinux_set_add(set, descriptor, readiness.rawValue, lastToken) == 0 else {
      throw SystemError("epoll_ctl add")
    }
    if let old = watched[descriptor] { descriptors[old.token] = nil }
    watched[descriptor] = Watched(token: lastToken, handler: handler)
    descriptors[lastToken] = descriptor
  }

  /// Changes what a descriptor is watched for; an empty set leaves only `hangUp`.
  package func change(_ descriptor: Int32, _ readiness: Readiness) throws(SystemError) {
    loop.checkIsolated()
    guard let entry = watched[descriptor],
      clinux_set_change(set, descriptor, readiness.rawValue, entry.token) == 0
    else { throw SystemError("epoll_ctl change") }
  }

  /// Whether the descriptor is watched.
  package func contains(_ descriptor: Int32) -> Bool { watched[descriptor] != nil }

  /// Stops watching a descriptor; ignores one that is not watched.
  package func remove(_ descriptor: Int32) {
    loop.checkIsolated()
    guard let entry = watched.removeValue(forKey: descriptor) else { return }
    descriptors[entry.token] = nil
    _ = clinux_set_remove(set, descriptor)
  }

  /// Stops watching every descriptor; others may be added.
  package func removeAll() {
    for descriptor in Array(watched.keys) { remove(descriptor) }
  }

  /// Stops watching for good.
  package func cancel() {
    watched = [:]
    descriptors = [:]
    source?.cancel()
  }

  private func handleReady() {
    var ready = [clinux_ready](repeating: clinux_ready(), count: 64)
    let count = clinux_set_take(set, &ready, Int32(ready.count))
    guard count > 0 else { return }
    for one in ready[0..<Int(count)] {
      // An earlier handler may have removed the descriptor, and another one may have its number now.
      guard let descriptor = descriptors[one.token], let entry = watched[descriptor] else { continue }
      entry.handler(Readiness(rawValue: one.events))
    }
  }

  deinit { source?.cancel() }
}
