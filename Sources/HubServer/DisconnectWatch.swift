import NIOCore

/// Notices that a client has gone while its long poll is parked. Half-closed connections stay open on this side, so
/// the channel's own close future says nothing until someone writes.
final class DisconnectWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Never

  // Touched on the channel's event loop alone.
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

  /// Calls `body` when the client goes, or at once where it has gone. A connection carries one request at a time:
  /// a new watch takes the place of the last one.
  static func watch(_ channel: any Channel, _ body: @escaping @Sendable () -> Void) {
    channel.eventLoop.execute {
      guard let watch = try? channel.pipeline.syncOperations.handler(type: DisconnectWatch.self) else {
        return
      }
      if watch.isGone { body() } else { watch.onGone = body }
    }
  }
}
