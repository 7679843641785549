import ArgumentParser
import ControlProtocol
import Dispatch
import EventLoop
import Glibc
import Settings

/// `mediasyncd check`: what `mediasyncctl doctor` runs where no daemon answers.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look at configuration, credential, library and hub; change nothing.",
    discussion: """
      As this user sees them, who need not be the daemon's: mediasyncctl doctor asks a daemon that runs, and says what \
      to do. Leaves with 1 where something is wrong.
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
      // Every text of a report is bounded, and so is their number.
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
