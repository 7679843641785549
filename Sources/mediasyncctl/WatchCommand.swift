import ArgumentParser
import ControlProtocol

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Say what happens as it happens, until interrupted.",
    discussion: """
      On a terminal the last line is how things stand, drawn anew. With --json, and with --plain or where the output is \
      no terminal, a line for every event. Whoever reads too slowly misses events and is told how many; the daemon never \
      waits.
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
