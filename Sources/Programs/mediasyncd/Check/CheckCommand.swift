import ArgumentParser
import ControlProtocol
import Dispatch
import EventLoop
import Glibc
import Settings

/// `mediasyncd check`: the checks that `mediasyncctl doctor` runs if no daemon answers.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check configuration, credential, library and hub; change nothing.",
    discussion: """
      Checks as the current user, which may not be the daemon's user. mediasyncctl doctor asks a running daemon \
      instead, and says what to do. Exits with 1 if something is wrong.
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(help: "Print JSON.")
  var json = false

  func run() {
    let loaded: LoadedSettings
    do throws(SettingsError) {
      loaded = try options.read()
    } catch {
      var report = CheckReport()
      report.checks = error.problems.map { .wrong("configuration", .configurationInvalid, $0.description) }
      end(report)
    }
    let loop = LoopExecutor()
    let json = json
    loop.run {
      HealthCheck(loop: loop, loaded: loaded, isDaemon: false).run { Self(json: json).end($0) }
    }
    dispatchMain()
  }

  init() {}

  private init(json: Bool) { self.json = json }

  private func end(_ report: CheckReport) -> Never {
    if json {
      // The report fits: the number of its texts and the length of each are bounded.
      let bytes = (try? Frame.encode(report, limit: Frame.replyMaxBytes)) ?? []
      _ = write(STDOUT_FILENO, bytes, bytes.count)
    } else {
      for check in report.checks {
        print("\(check.verdict.rawValue)\t\(check.subject)\t\(SafeText.line(check.found))")
      }
    }
    Glibc.exit(report.checks.contains { $0.verdict == .wrong } ? 1 : 0)
  }
}
