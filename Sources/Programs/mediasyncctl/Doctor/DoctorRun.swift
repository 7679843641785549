import ControlProtocol
import FoundationEssentials
import Glibc

/// Checks the unit, the socket and the daemon itself. The daemon does the other checks if it answers, else
/// `mediasyncd check` does, run as the daemon's user if this tool runs as root.
struct DoctorRun {
  let socket: String
  let unitName: String?
  let configuration: String?

  /// Runs all checks.
  func run() -> CheckReport {
    var first: [Check] = []
    let unit = ServiceUnit.find(named: unitName, environment: ProcessInfo.processInfo.environment)
    if !ServiceUnit.isSystemdHere {
      first.append(.note("unit", .noSystemd, "systemd does not run here"))
    } else if let unit {
      first += unit.checks()
    } else {
      first.append(.wrong("unit", .unitMissing, "systemd does not know \(unitName ?? "mediasyncd.service")"))
    }
    let (checks, isAnswering) = daemon()
    first += checks
    var report = (isAnswering ? asked() : nil) ?? checkedByItself(unit)
    if let library = report.database, let sandbox = unit?.sandbox(library: library) { first.append(sandbox) }
    report.checks = first + report.checks
    return report
  }

  private func daemon() -> (checks: [Check], isAnswering: Bool) {
    let status: Status
    do throws(ControlCallError) {
      guard let answered = try ControlCall(path: socket).ask(.status).0.status else {
        return (
          [.wrong("daemon", .checkFailed, "the daemon at \(socket) sent no status")], false
        )
      }
      status = answered
    } catch {
      let message = error.message
      switch error {
      case .forbidden, .untrusted: return ([.wrong("daemon", .socketForbidden, message)], false)
      case .noDaemon: return ([.wrong("daemon", .daemonSilent, message)], false)
      case .skewed: return ([.wrong("daemon", .daemonOutdated, message)], false)
      case .refused(let refusal):
        let isOld = [.versionMismatch, .unknownVerb].contains(refusal.code)
        return ([.wrong("daemon", isOld ? .daemonOutdated : .checkFailed, message)], false)
      case .garbled: return ([.wrong("daemon", .checkFailed, message)], false)
      }
    }
    let line = StatusText.firstLine(status, now: Int64(Date().timeIntervalSince1970 * 1000))
    let check: Check =
      switch status.state {
      case .inSync, .syncing: .ok("daemon", line)
      case .waiting: .wrong("daemon", .daemonWaiting, line)
      case .blocked: .wrong("daemon", .daemonBlocked, line)
      case .paused: .note("daemon", .daemonPaused, line)
      }
    return ([check], true)
  }

  private func asked() -> CheckReport? {
    (try? ControlCall(path: socket).ask(.check))?.0.check
  }

  private func checkedByItself(_ unit: ServiceUnit?) -> CheckReport {
    var program = ChildProgram(arguments: [Self.daemonPath, "check", "--json"])
    if let configuration {
      program = ChildProgram(arguments: program.arguments + ["--config", configuration])
    }
    program.environment["MEDIASYNC_CONTROL_SOCKET"] = socket
    if let user = unit?.user, geteuid() == 0, unit?.isUsers == false {
      // Run as the daemon's user, because root has more permissions. Only root can read the token, which
      // systemd passes to the daemon. Only that user and root can read a process's environment.
      let arguments =
        ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] + program.arguments
      program = ChildProgram(arguments: arguments, environment: program.environment)
      if let token = unit?.tokenFile.flatMap(Self.secret) {
        program.environment["MEDIASYNC_HUB_TOKEN"] = token
      }
    }
    if let end = program.run(),
      let report = try? Frame.decode(CheckReport.self, from: Array(end.output.utf8))
    {
      return report
    }
    var report = CheckReport()
    report.checks = [
      .wrong("check", .checkFailed, "\(program.arguments.joined(separator: " ")) returned no report")
    ]
    return report
  }

  /// The daemon in this program's folder, else the one in PATH.
  private static var daemonPath: String {
    guard let own = realpath("/proc/self/exe", nil) else { return "mediasyncd" }
    defer { free(own) }
    let path = String(cString: own)
    let beside = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/mediasyncd"
    return access(String(beside), X_OK) == 0 ? String(beside) : "mediasyncd"
  }

  private static func secret(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let word = String(decoding: buffer[0..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return word.count == 1 ? String(word[0]) : nil
  }
}
