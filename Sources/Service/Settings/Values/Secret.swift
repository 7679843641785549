/// A token or a key. It prints as `(secret)`, so that it never appears in a log, a status or an error.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The secret itself. Use it only for the request header.
  package let text: String

  /// Takes the text of a file, a credential or a variable, without the white space around it. Returns `nil`
  /// if nothing is left, if it exceeds 4096 bytes, or if it has spaces, line ends, control characters or
  /// non-ASCII characters, which cannot be in a header.
  package init?(_ text: String) {
    let text = text.trimmingSpaces
    guard (1...4096).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      return nil
    }
    self.text = text
  }

  /// A fixed text instead of the secret.
  package var description: String { "(secret)" }
  /// A fixed text instead of the secret.
  package var debugDescription: String { description }
  /// An empty mirror, which hides the secret from `dump` and the test library.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
