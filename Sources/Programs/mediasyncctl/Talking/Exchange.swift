import ArgumentParser
import ControlProtocol
import FoundationEssentials
import Glibc

/// Sends one request, prints the answer, and ends the program with the exit code for scripts.
struct Exchange {
  /// The daemon's socket.
  let path: String
  /// Whether to print JSON.
  let isJSON: Bool
  private let style: TerminalStyle

  /// Takes the socket from the option after the verb, else from the one before it, else uses the default.
  init(_ parent: Mediasyncctl, _ options: VerbOptions) {
    path = Self.socket(parent, options)
    isJSON = options.json
    style = Terminal.style(plain: options.plain)
  }

  /// Returns the path of the daemon's socket.
  static func socket(_ parent: Mediasyncctl, _ options: VerbOptions) -> String {
    options.socket ?? parent.socket
      ?? ControlSocketPath.forClient(ProcessInfo.processInfo.environment) { access($0, F_OK) == 0 }
  }

  /// Sends a request. If there is no answer, prints why and throws the exit code.
  func ask(_ request: ControlRequest) throws(ExitCode) -> (ControlPayload, ControlHello) {
    do throws(ControlCallError) {
      return try ControlCall(path: path).ask(request)
    } catch {
      throw failed(error)
    }
  }

  /// Prints why there is no answer: a line for people, and with `--json` an object for scripts. Returns the
  /// exit code.
  func failed(_ error: ControlCallError) -> ExitCode {
    Output.complain("mediasyncctl: \(SafeText.line(error.message))")
    if isJSON {
      try? Output.json(Failure(error: Failure.Detail(code: error.code, message: error.message)))
    }
    return ExitCode(error.exitCode)
  }

  /// Sends a request and prints the answer, with texts in full if `full` is true. Throws the exit code if it
  /// is not 0.
  func run(_ request: ControlRequest, full: Bool = false) throws {
    let (payload, daemon) = try ask(request)
    let lines = isJSON ? [try jsonLine(payload)] : lines(payload, request, full: full, daemon)
    Output.lines(lines)
    if case .trigger = request, payload.status?.state == .paused {
      Output.complain(
        "mediasyncctl: syncing is paused, so no cycle was started; to continue: mediasyncctl resume")
      throw ExitCode(ControlOutcome.paused.exitCode)
    }
    if let outcome = payload.outcome, outcome != .inStep {
      if outcome == .timedOut {
        Output.complain("mediasyncctl: not in step before the timeout")
      }
      throw ExitCode(outcome.exitCode)
    }
    if let code = payload.answer?.exitCode, code != 0 { throw ExitCode(code) }
  }

  /// The output of `--json`: the answer with its keys at the top level, or the whole reply if the answer has
  /// none.
  private func jsonLine(_ payload: ControlPayload) throws(ExitCode) -> String {
    if let text = payload.answer?.json { return text }
    let bytes: [UInt8]?
    if let view = payload.logLevel {
      bytes = try? Frame.encode(Marked(value: view, already: payload.already))
    } else if payload.outcome == nil, let status = payload.status {
      bytes = try? Frame.encode(Marked(value: status, already: payload.already))
    } else {
      bytes = try? Frame.encode(payload, limit: Frame.replyMaxBytes)
    }
    guard let bytes else { throw ExitCode(70) }
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Sends a request for each record. Continues after a failure, and throws the exit code of the first one.
  func run(each ids: [Int64], _ request: (Int64) -> ControlRequest) throws {
    var failed: ExitCode?
    for id in ids {
      do { try run(request(id)) } catch let code as ExitCode { failed = failed ?? code }
    }
    if let failed { throw failed }
  }

  private func lines(
    _ payload: ControlPayload, _ request: ControlRequest, full: Bool, _ daemon: ControlHello
  ) -> [String] {
    if let answer = payload.answer { return answer.lines(full: full, width: Terminal.width) }
    if let version = payload.version { return [SafeText.line(version)] }
    if let metrics = payload.metrics {
      return metrics.split(separator: "\n").map { SafeText.line(String($0)) }
    }
    if let report = payload.reload { return report.lines.map { SafeText.line($0) } }
    let already = payload.already == true ? UnchangedText.line(request).map { [$0] } ?? [] : []
    if let view = payload.logLevel { return already + [view.line] }
    guard let status = payload.status else { return [] }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    guard case .status = request else {
      return already + [style.colored(SafeText.line(StatusText.firstLine(status, now: now)), status.state)]
    }
    var lines = StatusText.lines(status, now: now).map(SafeText.line)
    lines[0] = style.colored(lines[0], status.state)
    if daemon.build != Build.version {
      let build = SafeText.line(daemon.build)
      lines.append(
        "Daemon     \(build), this is mediasyncctl \(Build.version): restart mediasyncd after an upgrade")
    }
    return lines
  }
}

/// A failure as JSON.
private struct Failure: Encodable {
  struct Detail: Encodable {
    let code: String
    let message: String
  }
  let error: Detail
}

/// A value with its keys at the top level, and `already`: whether the state was the same before.
private struct Marked<Value: Encodable>: Encodable {
  let value: Value
  let already: Bool?

  private enum Key: String, CodingKey { case already }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(already, forKey: .already)
  }
}
