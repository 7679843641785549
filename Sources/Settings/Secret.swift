/// A token or a key. It never shows in a log, a status or an error: whatever prints it prints `(secret)`.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The secret itself, for the request header and for nothing else.
  package let text: String

  /// Takes the text as it stood in a file, a credential or a variable, with the white space around it cut
  /// off. `nil` where nothing is left, or where it holds what cannot stand in a header: spaces, line ends,
  /// control characters, more than 4096 bytes.
  package init?(_ text: String) {
    let text = text.trimmingSpaces
    guard (1...4096).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      return nil
    }
    self.text = text
  }

  /// Says only that there is one.
  package var description: String { "(secret)" }
  /// Says only that there is one.
  package var debugDescription: String { description }
  /// Shows nothing of it to `dump` and the test library either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
