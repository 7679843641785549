import Foundation
import SampleApplication

/// A control socket that answers every line with a scripted text: a daemon of another version.
final class FakeDaemon {
  let path: String
  private let descriptor: Int32
  private let answers: [String]

  /// Listens in `directory`; gives one answer per received line, starting over on every connection.
  init(in directory: String, answers: [String]) throws {
    path = directory + "/fake.sock"
    self.answers = answers
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let descriptor = descriptor
    let bound = try UnixAddress.with(path) { bind(descriptor, $0, $1) == 0 }
    guard bound, listen(descriptor, 8) == 0 else {
      throw ProgramFailure("no socket at \(path): errno \(errno)")
    }
    let (listening, answers) = (descriptor, answers)
    Thread.detachNewThread { Self.serve(listening, answers) }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func serve(_ listening: Int32, _ answers: [String]) {
    while true {
      let client = accept(listening, nil, nil)
      guard client >= 0 else { return }
      var rest = answers[...]
      var byte: UInt8 = 0
      while !rest.isEmpty, recv(client, &byte, 1, 0) == 1 {
        guard byte == 0x0A, let answer = rest.popFirst() else { continue }
        let bytes = Array((answer + "\n").utf8)
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
      close(client)
    }
  }
}
