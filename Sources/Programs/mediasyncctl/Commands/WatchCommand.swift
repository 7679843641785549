import ArgumentParser
import ControlProtocol

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print events as they happen, until interrupted.",
    discussion: """
      On a terminal, the last line shows the status and is redrawn. With --json or --plain, or if the output is not a \
      terminal, the command prints one line per event. The daemon never waits: a slow reader misses events, and the \
      output says how many.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    let exchange = Exchange(parent, options)
    let reader: any EventReader =
      if options.json {
        JSONEvents()
      } else if Terminal.style(plain: options.plain).redraws {
        LiveEvents(style: Terminal.style(plain: options.plain))
      } else {
        PlainEvents()
      }
    do throws(ControlCallError) {
      try Watch(path: exchange.path).run(reader)
    } catch {
      reader.ended()
      throw exchange.failed(error)
    }
  }
}
