import HTTPTypes
import Hummingbird
import NIOCore
import SyncWire

/// Writes replies. Their bytes count against the budget until the client's machine has received them. A reply
/// ends if its token is revoked.
struct ReplyWriter: Sendable {
  /// The receiver of a reply.
  struct Receiver: Sendable {
    let token: Int64
    let channel: any Channel
  }

  let budget: ByteBudget
  let streams: OpenStreams

  /// The bytes of one write. Small writes show how fast the client reads, and the connection holds no more
  /// than it can send.
  private static let slice = 32 * 1024
  /// The share of the budget for a streamed reply; most parts are smaller.
  private static let partBytes = 512 * 1024

  /// The answer if the budget has no room.
  static let tooMuch = Problem(
    status: 503, code: .busy, detail: "the hub has too many requests and replies in progress; try again")

  /// Replies with one JSON document.
  func json(_ body: [UInt8], to receiver: Receiver) throws(Problem) -> Response {
    TimeoutHandler.hold(try share(of: body.count, receiver), with: receiver.channel)
    let bytes = ByteBuffer(bytes: body)
    guard body.count > Self.slice else {
      return Response(
        status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: bytes))
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(contentLength: body.count) { [self] writer in
        try await during(receiver) { try await write(bytes, to: &writer) }
        try await writer.finish(nil)
      })
  }

  /// Streams lines of unknown total length. It asks for the next part once the client has received the last
  /// one. If a part fails, the reply ends there and the connection closes.
  ///
  /// - Parameter next: returns the next part; `nil` after the last.
  func lines(
    to receiver: Receiver, _ next: @escaping @Sendable () async throws(Problem) -> [UInt8]?
  ) throws(Problem) -> Response {
    TimeoutHandler.hold(try share(of: Self.partBytes, receiver), with: receiver.channel)
    return Response(
      status: .ok, headers: [.contentType: SnapshotRequest.contentType],
      body: ResponseBody { [self] writer in
        try await during(receiver) {
          while let lines = try await next() {
            let extra = try self.share(of: max(0, lines.count - Self.partBytes), receiver)
            try await write(ByteBuffer(bytes: lines), to: &writer)
            withExtendedLifetime(extra) {}
          }
        }
        try await writer.finish(nil)
      })
  }

  private func share(of bytes: Int, _ receiver: Receiver) throws(Problem) -> ByteBudget.Share {
    guard let share = budget.share(of: bytes, for: receiver.token) else { throw Self.tooMuch }
    return share
  }

  private func during(_ receiver: Receiver, _ work: () async throws -> Void) async throws {
    try await streams.during(receiver.token, end: { receiver.channel.close(promise: nil) }, work)
  }

  private func write(_ bytes: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
    var rest = bytes
    while rest.readableBytes > 0, let slice = rest.readSlice(length: min(Self.slice, rest.readableBytes)) {
      try await writer.write(slice)
    }
  }
}
