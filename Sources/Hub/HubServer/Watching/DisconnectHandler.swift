import NIOCore

/// Detects that a client disconnects while its long poll is parked. This side keeps half-closed connections
/// open, so the channel's own close future does not fire until the hub writes.
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Never

  // Used on the channel's event loop only.
  private var isGone = false
  private var onGone: (@Sendable () -> Void)?

  func channelInactive(context: ChannelHandlerContext) {
    gone()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event as? ChannelEvent == .inputClosed { gone() }
    context.fireUserInboundEventTriggered(event)
  }

  private func gone() {
    isGone = true
    onGone?()
    onGone = nil
  }

  /// Calls `body` when the client disconnects, or at once if it already has. A connection carries one request
  /// at a time, so a new watch replaces the last one.
  static func watcher(_ channel: any Channel, _ body: @escaping @Sendable () -> Void) {
    channel.eventLoop.execute {
      guard let watcher = try? channel.pipeline.syncOperations.handler(type: DisconnectHandler.self) else {
        return
      }
      if watcher.isGone { body() } else { watcher.onGone = body }
    }
  }
}
