import FoundationEssentials

/// A message on the control socket: one line of JSON with a line feed.
package enum Frame {
  /// The maximum length of a line in bytes, with its line feed.
  package static let maxBytes = 64 << 10
  /// The maximum length of a reply in bytes, with its line feed. Records contain texts. Only a client accepts
  /// this length.
  package static let replyMaxBytes = 8 << 20

  /// Encodes a message into at most `limit` bytes.
  ///
  /// - Throws: `tooLong`, or `malformed` if it has no JSON form. The messages of this module have one.
  package static func encode(
    _ message: some Encodable, limit: Int = maxBytes
  ) throws(FrameError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(message) else {
      throw .malformed(reason: "has no JSON form")
    }
    guard data.count < limit else { throw .tooLong }
    return [UInt8](data) + [0x0A]
  }

  /// Decodes a line, with or without its line feed.
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
      context.codingPath.isEmpty ? "not JSON" : "\(path(context)) has an unknown value"
    @unknown default: "not a message"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? "the message" : path
  }
}

/// Why bytes are not a valid message.
package enum FrameError: Error, Hashable, Sendable {
  /// The line exceeds the limit.
  case tooLong
  /// Not a message; `reason` is for people.
  case malformed(reason: String)
  /// A request with a verb that this build does not know.
  case unknownVerb(String)
}

/// Splits a stream of bytes into lines. It buffers at most one line.
package struct LineSplitter: Sendable {
  private var pending: [UInt8] = []
  private let limit: Int

  /// - Parameter limit: the maximum length of a line in bytes, with its line feed.
  package init(limit: Int = Frame.maxBytes) { self.limit = limit }

  /// Adds received bytes and returns the lines that are now complete, without line feeds. Do not use the
  /// splitter after `.tooLong`.
  package mutating func append(_ bytes: some Sequence<UInt8>) throws(FrameError) -> [[UInt8]] {
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
