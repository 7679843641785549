import ArgumentParser
import ControlProtocol
import FoundationEssentials
import Glibc

/// One request and its answer: asks, prints, and ends the program with the code that scripts rely on.
struct Exchange {
  private let path: String
  private let json: Bool

  /// Finds the socket: the option after the verb, the one before it, else where it normally is.
  init(_ parent: Mediasyncctl, _ options: VerbOptions) {
    path =
      options.socket ?? parent.socket
      ?? ControlSocketPath.forClient(ProcessInfo.processInfo.environment) { access($0, F_OK) == 0 }
    json = options.json
  }

  /// Asks; says why there is no answer, and throws the exit code then.
  func ask(_ request: ControlRequest) throws(ExitCode) -> ControlPayload {
    do throws(ControlCallError) {
      return try ControlCall(path: path).ask(request)
    } catch {
      Output.complain(error.message)
      throw ExitCode(error.exitCode)
    }
  }

  /// Asks and prints; throws the exit code where it is not 0. `full`: whole texts, where they were asked for.
  func run(_ request: ControlRequest, full: Bool = false) throws {
    let payload = try ask(request)
    Output.lines(try lines(payload, request, full: full))
    if let outcome = payload.outcome, outcome != .inStep {
      if outcome == .timedOut {
        Output.complain("mediasyncctl: not in step within the time given")
      }
      throw ExitCode(outcome.exitCode)
    }
    if let code = payload.answer?.exitCode, code != 0 { throw ExitCode(code) }
  }

  private func lines(
    _ payload: ControlPayload, _ request: ControlRequest, full: Bool
  ) throws(ExitCode) -> [String] {
    if let answer = payload.answer {
      guard json else { return answer.lines(full: full, width: Terminal.width) }
      guard let text = answer.json else { throw ExitCode(70) }
      return [text]
    }
    if json {
      // `status --json` prints the status itself; scripts read its keys at the top.
      let text: [UInt8]?
      if payload.outcome == nil, let status = payload.status {
        text = try? Frame.encode(status)
      } else {
        text = try? Frame.encode(payload)
      }
      guard let text else { throw ExitCode(70) }
      return [String(decoding: text.dropLast(), as: UTF8.self)]
    }
    if let version = payload.version { return [version] }
    if let metrics = payload.metrics { return metrics.split(separator: "\n").map(String.init) }
    guard let status = payload.status else { return [] }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    if case .status = request { return StatusText.lines(status, now: now) }
    return [StatusText.firstLine(status, now: now)]
  }
}
