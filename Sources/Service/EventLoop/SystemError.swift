import Glibc

/// A failed system call: the operation, and its error number.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The operation, such as `epoll_create`.
  package let operation: String
  /// The system's error number.
  package let number: Int32

  /// Takes the operation, and the error number; by default the thread's current `errno`.
  package init(_ operation: String, number: Int32 = errno) {
    self.operation = operation
    self.number = number
  }

  /// The operation and the system's own text.
  package var description: String { "\(operation): \(words)" }

  /// The system's own text.
  package var words: String { String(cString: strerror(number)) }
}
