import ArgumentParser
import ControlProtocol
import HubStore
import SyncCore
import SyncWire

/// `mediasync-hub token`: which device may use which library. It also works while the hub serves, and takes
/// effect at once.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Grants, lists and revokes the devices' tokens.",
    subcommands: [Create.self, List.self, Revoke.self, Rebind.self])

  /// Prints a new token and nothing else. It cannot be shown again.
  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints a new token; it cannot be shown again.")

    @OptionGroup var data: DataOptions
    @Option(help: "The library that the token opens: 1 to 64 of a-z, 0-9, - and _.")
    var library: String
    @Option(help: "The device's name, for people.")
    var device: String

    func validate() throws {
      guard HubData.isUsable(library) else {
        throw ValidationError("--library \(library): a library's name is 1 to 64 of a-z, 0-9, - and _")
      }
      guard (1...128).contains(device.utf8.count), device.isPlainLine else {
        throw ValidationError(
          "--device: a device's name has 1 to 128 bytes on one line, without control characters")
      }
    }

    func run() throws {
      let hub = try CommandError.open(data.directory)
      do throws(HubStoreError) {
        print(try hub.tokens.create(library: library, device: device, now: WallClock.now()))
      } catch {
        throw CommandError(error, directory: data.directory)
      }
    }
  }

  /// Lists every token, without its text.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the tokens, without their text.")

    @OptionGroup var data: DataOptions
    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let hub = try CommandError.open(data.directory)
      do throws(HubStoreError) {
        let tokens = try hub.tokens.list()
        if json {
          print(PlainJSON.text(Self.json(tokens)))
        } else if tokens.isEmpty {
          print("no tokens; mediasync-hub token create makes one")
        } else {
          for token in tokens { print(SafeText.line(Self.line(token))) }
        }
      } catch {
        throw CommandError(error, directory: data.directory)
      }
    }

    private static func line(_ token: TokenStore.Token) -> String {
      let state =
        token.revoked.map { "revoked \($0)" } ?? token.lastUsed.map { "last used \($0)" } ?? "never used"
      let bound = token.boundTo.map { "bound to \($0)" } ?? "not bound yet"
      return "\(token.id)  \(token.library)  \(token.device)  \(bound)  created \(token.created)  \(state)"
    }

    private static func json(_ tokens: [TokenStore.Token]) -> String {
      var writer = JSONWriter()
      writer.beginArray()
      for token in tokens {
        writer.beginObject()
        writer.name("id")
        writer.integer(token.id)
        writer.name("library")
        writer.string(token.library)
        writer.name("device")
        writer.string(token.device)
        for (name, text) in [
          ("device_id", token.boundTo?.rawValue), ("created", token.created), ("last_used", token.lastUsed),
          ("revoked", token.revoked),
        ] {
          writer.name(name)
          if let text { writer.string(text) } else { writer.null() }
        }
        writer.endObject()
      }
      writer.endArray()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
  }

  /// Revokes a token for ever.
  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Revokes a token, at once and for ever.")

    @OptionGroup var data: DataOptions
    @Argument(help: "The token's number, from token list.")
    var id: Int64

    func run() throws {
      let hub = try CommandError.open(data.directory)
      let isKnown: Bool
      do throws(HubStoreError) { isKnown = try hub.tokens.revoke(id, now: WallClock.now()) } catch {
        throw CommandError(error, directory: data.directory)
      }
      guard isKnown else { throw CommandError("there is no token \(id); see mediasync-hub token list") }
    }
  }

  /// Lets a token be bound to another device.
  struct Rebind: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Unbinds a token; the next device that uses it is bound to it.")

    @OptionGroup var data: DataOptions
    @Argument(help: "The token's number, from token list.")
    var id: Int64

    func run() throws {
      let hub = try CommandError.open(data.directory)
      let isKnown: Bool
      do throws(HubStoreError) { isKnown = try hub.tokens.rebind(id) } catch {
        throw CommandError(error, directory: data.directory)
      }
      guard isKnown else { throw CommandError("there is no token \(id); see mediasync-hub token list") }
    }
  }
}
