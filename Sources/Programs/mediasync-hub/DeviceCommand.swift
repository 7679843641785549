import ArgumentParser
import ControlProtocol
import HubStore
import SyncCore
import SyncWire

/// `mediasync-hub device`: the devices that a library's history is kept for. It also works while the hub
/// serves, and takes effect at once.
struct DeviceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device", abstract: "Lists a library's devices, and declares one gone.",
    subcommands: [List.self, Forget.self])

  /// The option that names a library.
  struct LibraryOptions: ParsableArguments {
    @Option(help: "The library.")
    var library: String

    /// Opens the library if it exists.
    func open(in hub: HubData, directory: String) throws(CommandError) -> HubLibrary {
      do throws(HubStoreError) {
        if try hub.libraryNames().contains(library) { return try hub.library(library) }
      } catch {
        throw CommandError(error, directory: directory)
      }
      throw CommandError("there is no library \(library) in \(directory)")
    }
  }

  /// Lists every device that the hub has ever seen.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the devices, how far each has pulled, and when the hub last saw it.")

    @OptionGroup var data: DataOptions
    @OptionGroup var library: LibraryOptions
    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let hub = try CommandError.open(data.directory)
      let library = try library.open(in: hub, directory: data.directory)
      do throws(HubStoreError) {
        let devices = try library.devices()
        let tokens = try hub.tokens.list().filter { $0.library == self.library.library }
        // A person knows a device by the name in the newest token that is bound to it.
        let names = Dictionary(
          tokens.compactMap { token in token.boundTo.map { ($0, token.device) } }, uniquingKeysWith: { $1 })
        if json {
          print(PlainJSON.text(Self.json(devices, names)))
        } else if devices.isEmpty {
          print("no device has connected yet")
        } else {
          for device in devices { print(SafeText.line(Self.line(device, names[device.id]))) }
        }
      } catch {
        throw CommandError(error, directory: data.directory)
      }
    }

    private static func line(_ device: HubLibrary.Device, _ name: String?) -> String {
      "\(device.id)  \(name ?? "-")  pulled to \(device.processed)  last seen \(device.lastSeen ?? "never")"
        + (device.reading.map { "  holds later changes up to \($0) until a person there decides" } ?? "")
        + (device.isGone ? "  gone" : "")
    }

    private static func json(_ devices: [HubLibrary.Device], _ names: [DeviceID: String]) -> String {
      var writer = JSONWriter()
      writer.beginArray()
      for device in devices {
        writer.beginObject()
        writer.name("device_id")
        writer.string(device.id.rawValue)
        writer.name("pulled")
        writer.integer(device.processed.rawValue)
        for (name, text) in [("device", names[device.id]), ("last_seen", device.lastSeen)] {
          writer.name(name)
          if let text { writer.string(text) } else { writer.null() }
        }
        if let reading = device.reading {
          writer.name("held_to")
          writer.integer(reading.rawValue)
        }
        writer.name("gone")
        writer.bool(device.isGone)
        writer.endObject()
      }
      writer.endArray()
      return String(decoding: writer.bytes, as: UTF8.self)
    }
  }

  /// Declares a device gone.
  struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Declares a device gone: the hub keeps nothing for it any more.",
      discussion: "If it comes back, it starts over from a snapshot automatically and counts again.")

    @OptionGroup var data: DataOptions
    @OptionGroup var library: LibraryOptions
    @Argument(help: "The device's id, from device list.")
    var device: String

    func run() throws {
      let hub = try CommandError.open(data.directory)
      let library = try library.open(in: hub, directory: data.directory)
      let isKnown: Bool
      do throws(HubStoreError) { isKnown = try library.forget(DeviceID(rawValue: device)) } catch {
        throw CommandError(error, directory: data.directory)
      }
      guard isKnown else { throw CommandError("there is no device \(device); see mediasync-hub device list") }
    }
  }
}
