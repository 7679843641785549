import Foundation
import SampleApplication

/// `mediasync-bench --programs DIR [--only NAME]… [--media N] [--json]`: measures the real programs and says
/// whether they meet the targets of docs/promises.md. Exits with 1 if they miss one.
@main struct Benchmark {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // Hidden: the process that acts as the application (`Neighbour`).
    if arguments.first == "neighbour", arguments.count == 3 {
      Neighbour.behave(library: arguments[1], until: arguments[2])
      return
    }
    do {
      let options = try Options(arguments)
      exit(try measure(options) ? 0 : 1)
    } catch {
      FileHandle.standardError.write(Data("mediasync-bench: \(error)\n".utf8))
      exit(2)
    }
  }

  private static func measure(_ options: Options) throws -> Bool {
    let scene = try Scene(options)
    defer { scene.remove() }
    let report = Report(json: options.json)
    let parts: [(String, (Scene, Report) throws -> Void)] = [
      ("catch-up", CatchUp.measure), ("latency", EditLatency.measure), ("status", StatusLatency.measure),
      ("neighbour", Neighbour.measure), ("idle", Idle.measure),
      ("snapshot", SnapshotCatchUp.measure),
    ]
    for (name, part) in parts where options.only.isEmpty || options.only.contains(name) {
      report.begin(name)
      try part(scene, report)
    }
    return report.end()
  }
}

/// The options of the command line.
struct Options {
  /// The directory of the binaries.
  var programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
  /// The parts to run; all if empty.
  var only: Set<String> = []
  /// The number of media in the generated library.
  var media = 2000
  /// Whether to print one JSON line per figure in addition to the table.
  var json = false

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(_ option: String) throws -> String {
      guard let value = rest.popFirst() else { throw ProgramFailure("\(option) needs a value") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--programs": programs = URL(fileURLWithPath: try value(option)).path
      case "--only": only.insert(try value(option))
      case "--media": media = Int(try value(option)) ?? media
      case "--json": json = true
      default:
        throw ProgramFailure(
          "unknown option \(option); known: --programs DIR, --only catch-up|latency|status|neighbour|idle|snapshot, "
            + "--media N, --json")
      }
    }
  }
}
