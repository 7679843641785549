import CLinux
import EventLoop

/// Tells when a route into some network appears (rtnetlink). That a link or a route is gone is not told: it proves
/// nothing, the hub may be reached another way. Needs `AF_NETLINK` in a unit's `RestrictAddressFamilies=`.
package final class RouteWatch {
  private let source: FileSource

  /// Starts to watch; `handler` is called on the loop, once for all routes of a moment.
  package init(
    loop: LoopExecutor, handler: @escaping @Sendable (_ isDefault: Bool) -> Void
  ) throws(SystemError) {
    let descriptor = clinux_route_watch_create()
    guard descriptor >= 0 else { throw SystemError("netlink") }
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      let routes = clinux_route_watch_take(descriptor)
      guard routes & Int32(CLINUX_ROUTE) != 0 else { return }
      handler(routes & Int32(CLINUX_DEFAULT_ROUTE) != 0)
    }
  }

  /// Stops for good.
  package func cancel() { source.cancel() }
}
