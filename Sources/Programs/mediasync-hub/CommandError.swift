import ControlProtocol
import Foundation
import HubStore

/// A failure as a person sees it: one line on stderr.
struct CommandError: Error, CustomStringConvertible, LocalizedError {
  var description: String
  var errorDescription: String? { description }

  /// Takes the line; control characters in it are made visible.
  init(_ description: String) { self.description = SafeText.line(description) }

  /// Describes a store error in one line.
  init(_ error: HubStoreError, directory: String) { self.init("\(directory): \(error.text)") }

  /// Opens the hub's directory.
  static func open(_ directory: String, options: HubData.Options = .init()) throws(CommandError) -> HubData {
    do { return try HubData(directory: directory, options: options) } catch {
      throw CommandError(error, directory: directory)
    }
  }
}
