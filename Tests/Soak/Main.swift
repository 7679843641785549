import Foundation
import SampleApplication

/// `mediasync-soak --programs DIR [--kills N] [--seconds N] [--seed N] [--media N] [--restores 0]`: rounds of
/// real programs that are killed, behind a network that loses, cuts, repeats and forges, while people work.
/// Exits with 1 and the seed if something is unequal, damaged, or lost.
@main struct Soak {
  static func main() {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      exit(try run(options) ? 0 : 1)
    } catch {
      FileHandle.standardError.write(Data("mediasync-soak: \(error)\n".utf8))
      exit(2)
    }
  }

  private static func run(_ options: Options) throws -> Bool {
    var total = Round.Figures()
    let start = ContinuousClock.now
    var number = 0
    say("seed \(options.seed): \(options.kills) kills, \(options.seconds) s at most")
    while total.kills < options.kills, (ContinuousClock.now - start).inSeconds < Double(options.seconds) {
      number += 1
      let seed = options.seed &+ UInt64(number - 1)
      let round = try Round(
        programs: options.programs, seed: seed, media: options.media, restores: options.restores,
        kills: min(options.killsPerRound, options.kills - total.kills))
      let figures: Round.Figures
      do {
        figures = try round.run()
      } catch {
        say(
          "round \(number) FAILED; again: make soak SEED=\(seed) KILLS=\(options.killsPerRound) RESTORES=\(options.restores ? 1 : 0)"
        )
        say("  its files are in \(round.directory)\n  \(error)")
        return false
      }
      round.remove()
      say("round \(number), seed \(seed): \(figures.described)")
      total.add(figures)
    }
    say("\(number) rounds: \(total.described)")
    say("everything ended equal, nothing was lost, nothing landed twice")
    return true
  }
}

/// Writes a line unbuffered, also into a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// The options of the command line.
struct Options {
  /// The directory of the binaries.
  var programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
  /// The total number of kills.
  var kills = 300
  /// The time in seconds after which no round begins.
  var seconds = 1800
  /// The first round's seed; each further round has the next number.
  var seed: UInt64 = 1
  /// The size of each device's library at the beginning.
  var media = 400
  /// Whether every other round restores the hub from an older copy of its data.
  var restores = true
  /// The number of kills in one round.
  let killsPerRound = 60

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func number(_ option: String) throws -> Int {
      guard let number = rest.popFirst().flatMap({ Int($0) }), number >= 0 else {
        throw ProgramFailure("\(option) needs a number")
      }
      return number
    }
    while let option = rest.popFirst() {
      switch option {
      case "--programs": programs = URL(fileURLWithPath: rest.popFirst() ?? ".").path
      case "--kills": kills = try number(option)
      case "--seconds": seconds = try number(option)
      case "--seed": seed = UInt64(try number(option))
      case "--media": media = try number(option)
      case "--restores": restores = try number(option) != 0
      default:
        throw ProgramFailure(
          "unknown option \(option); known: --programs DIR, --kills N, --seconds N, --seed N, --media N, --restores 0|1"
        )
      }
    }
  }
}
