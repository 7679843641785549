import CLinux
import EventLoop

/// Tells when routes and addresses come, change and go (rtnetlink). Needs `AF_NETLINK` in a unit's
/// `RestrictAddressFamilies=`.
package final class RouteMonitor {
  /// What became of the network.
  package enum News: Hashable, Sendable {
    /// There is a way into some network that was not there before.
    case appeared
    /// Some way is gone. It proves nothing: the hub may be reached another way, or by the next one that comes.
    case went
  }

  private let source: FileSource

  /// Starts to watch; `handler` is called on the loop, once for all news of a moment.
  package init(
    loop: LoopExecutor, handler: @escaping @Sendable (News) -> Void
  ) throws(SystemError) {
    let descriptor = clinux_route_watch_create()
    guard descriptor >= 0 else { throw SystemError("netlink") }
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      let routes = clinux_route_watch_take(descriptor)
      guard routes & Int32(CLINUX_ROUTES_MOVED) != 0 else { return }
      handler(routes & Int32(CLINUX_ROUTE_APPEARED) != 0 ? .appeared : .went)
    }
  }

  /// Stops for good.
  package func cancel() { source.cancel() }
}
