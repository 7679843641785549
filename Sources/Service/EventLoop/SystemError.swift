import Glibc

/// A call to the system that failed: what was tried, and the error number that it left.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, such as `epoll_create`.
  package let operation: String
  /// The system's error number.
  package let number: Int32

  /// Takes the operation and, unless told otherwise, the thread's present `errno`.
  package init(_ operation: String, number: Int32 = errno) {
    self.operation = operation
    self.number = number
  }

  /// The operation and the system's own words.
  package var description: String { "\(operation): \(words)" }

  /// The system's own words.
  package var words: String { String(cString: strerror(number)) }
}
