import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client is too slow (`ConnectionTimeouts`), or whose reply ends it. It also holds a
/// reply's share of the budget until the client's machine has received the reply.
final class TimeoutHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: ConnectionTimeouts.Limits
  // Used on the channel's event loop only.
  private var pace: ConnectionTimeouts?
  private var timer: (task: Scheduled<Void>, at: NIODeadline)?
  private var endsWithReply = false
  private var shares: [ByteBudget.Share] = []

  /// Takes the time limits.
  init(_ limits: ConnectionTimeouts.Limits) { self.limits = limits }

  /// Holds a share of the budget until the client has received the next reply, or until the connection
  /// closes. A connection carries one reply at a time.
  static func hold(_ share: ByteBudget.Share, with channel: any Channel) {
    channel.eventLoop.execute {
      guard channel.isActive else { return }
      try? channel.pipeline.syncOperations.handler(type: TimeoutHandler.self).shares.append(share)
    }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { open(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { stop() }

  func channelActive(context: ChannelHandlerContext) {
    open(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stop()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let now = context.eventLoop.now
    var isOver = false
    switch unwrapInboundIn(data) {
    case .head: pace?.head(now: now)
    case .body(let part): pace?.body(bytes: part.readableBytes, now: now)
    case .end:
      pace?.end(now: now)
      isOver = endsWithReply
    }
    context.fireChannelRead(data)
    if isOver { context.close(promise: nil) } else { look(context) }
  }

  func read(context: ChannelHandlerContext) {
    pace?.ask(now: context.eventLoop.now)
    look(context)
    context.read()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let now = context.eventLoop.now
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headerFields[.connection] == "close" { endsWithReply = true }
      context.write(data, promise: promise)
    case .body(let part):
      let bytes = part.readableBytes
      let taken = promise ?? context.eventLoop.makePromise()
      pace?.wrote(bytes: bytes, now: now)
      taken.futureResult.assumeIsolated().whenComplete { _ in self.pace?.sent(bytes: bytes) }
      context.write(data, promise: taken)
      look(context)
    case .end:
      let taken = promise ?? context.eventLoop.makePromise()
      taken.futureResult.assumeIsolated().whenComplete { _ in self.replied(context) }
      context.write(data, promise: taken)
    }
  }

  /// If the client is still sending, closing now would reset the connection, and the client might never read
  /// the reply. So the connection closes at the end of the request's body.
  private func replied(_ context: ChannelHandlerContext) {
    shares.removeAll()
    pace?.replied(now: context.eventLoop.now)
    if endsWithReply, pace?.isReceiving == false { context.close(promise: nil) } else { look(context) }
  }

  private func open(_ context: ChannelHandlerContext) {
    guard pace == nil else { return }
    pace = ConnectionTimeouts(limits, now: context.eventLoop.now)
    look(context)
  }

  private func stop() {
    timer?.task.cancel()
    timer = nil
    pace = nil
    shares.removeAll()
  }

  private func look(_ context: ChannelHandlerContext) {
    switch pace?.look(now: context.eventLoop.now) {
    case .close: context.close(promise: nil)
    case .wait(let deadline): wake(at: deadline, context)
    case .rest, nil: break
    }
  }

  /// An earlier timer may stay: when it fires, it looks again.
  private func wake(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
    if let timer, timer.at <= deadline { return }
    timer?.task.cancel()
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      self.timer = nil
      self.look(context)
    }
    timer = (task, deadline)
  }
}
