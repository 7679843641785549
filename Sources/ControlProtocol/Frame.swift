import FoundationEssentials

/// A message on the control socket: one line of JSON, and its line feed.
package enum Frame {
  /// The longest line, its line feed included.
  package static let maxBytes = 64 << 10
  /// The longest reply, its line feed included: records hold texts. Only a client takes one so long.
  package static let replyMaxBytes = 8 << 20

  /// A message as bytes, at most `limit` of them. The messages of this module always encode.
  package static func encode(
    _ message: some Encodable, limit: Int = maxBytes
  ) throws(FrameError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(message) else {
      throw .malformed(reason: "cannot be written as JSON")
    }
    guard data.count < limit else { throw .tooLong }
    return [UInt8](data) + [0x0A]
  }

  /// A line, with or without its line feed, as a message.
  package static func decode<Message: Decodable>(
    _ type: Message.Type, from line: [UInt8]
  ) throws(FrameError) -> Message {
    do {
      return try JSONDecoder().decode(type, from: Data(line))
    } catch let error as FrameError {
      throw error
    } catch let error as DecodingError {
      throw .malformed(reason: reason(error))
    } catch {
      throw .malformed(reason: "not JSON")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): "\(path(context)) has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "not JSON" : "\(path(context)) has a value that is not known"
    @unknown default: "not a message"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? "the message" : path
  }
}

/// Why bytes are no message.
package enum FrameError: Error, Hashable, Sendable {
  /// Longer than a frame may be.
  case tooLong
  /// Not a message; `reason` is for people.
  case malformed(reason: String)
  /// A request of a verb that this build does not know.
  case unknownVerb(String)
}

/// Cuts a stream of bytes into lines, holding at most one frame.
package struct LineSplitter: Sendable {
  private var pending: [UInt8] = []
  private let limit: Int

  /// Begins with nothing; a line is at most `limit` bytes, its line feed included.
  package init(limit: Int = Frame.maxBytes) { self.limit = limit }

  /// Takes in what has come and gives the lines that are whole now, without line feeds. After `.tooLong`
  /// the stream is of no more use.
  package mutating func take(_ bytes: some Sequence<UInt8>) throws(FrameError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for byte in bytes {
      if byte == 0x0A {
        lines.append(pending)
        pending.removeAll(keepingCapacity: true)
      } else {
        guard pending.count < limit - 1 else { throw .tooLong }
        pending.append(byte)
      }
    }
    return lines
  }
}
