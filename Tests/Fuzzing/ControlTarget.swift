import ControlProtocol
import SampleApplication

/// The control protocol: lines on the socket, cut anywhere, and how they are parsed.
struct ControlTarget: FuzzTarget {
  let name = "control"

  private static let requests: [String] = [
    #"{"verb":"status"}"#, #"{"verb":"trigger","wait":true}"#, #"{"verb":"pause","for_seconds":7200}"#,
    #"{"verb":"resume"}"#, #"{"verb":"wait","timeout_seconds":1.5}"#, #"{"verb":"version"}"#,
    #"{"verb":"conflicts","limit":10}"#, #"{"verb":"conflict","id":3}"#, #"{"verb":"restore","id":3}"#,
    #"{"verb":"quarantine","id":1}"#, #"{"verb":"verify","repair":true}"#,
    #"{"verb":"changes","action":"accept","through":920}"#, #"{"verb":"history","action":"show","id":5}"#,
    #"{"ok":false,"error":{"code":"busy","message":"too many"}}"#, #"{"ok":true,"version":"1"}"#,
  ]

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    Array((0...random.number(0...3)).map { _ in random.pick(Self.requests) }.joined(separator: "\n").utf8)
  }

  func run(_ input: [UInt8]) throws {
    let stream = input + [0x0A]
    let whole = Result { try Self.lines(stream, step: stream.count) }
    let pieces = Result { try Self.lines(stream, step: 7) }
    guard (try? whole.get()) == (try? pieces.get()) else {
      throw Finding("a stream that is cut differently gives other lines")
    }
    for line in (try? whole.get()) ?? [] {
      if let request = try? Frame.decode(ControlRequest.self, from: line) {
        let again = try Frame.decode(ControlRequest.self, from: Frame.encode(request))
        guard again == request else { throw Finding("a request changed on its way: \(request)") }
      }
      if let reply = try? Frame.decode(ControlReply.self, from: line), let bytes = try? Frame.encode(reply) {
        guard try Frame.decode(ControlReply.self, from: bytes) == reply else {
          throw Finding("a reply changed on its way: \(reply)")
        }
      }
    }
  }

  private static func lines(_ stream: [UInt8], step: Int) throws -> [[UInt8]] {
    var splitter = LineSplitter()
    var lines: [[UInt8]] = []
    for start in stride(from: 0, to: stream.count, by: max(step, 1)) {
      lines += try splitter.append(stream[start..<min(start + step, stream.count)])
    }
    return lines
  }
}
