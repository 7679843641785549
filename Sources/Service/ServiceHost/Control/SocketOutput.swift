import Glibc

/// What is still to be written to a socket that does not block.
enum SocketOutput {
  /// Writes as much as there is room for, and takes it out of `unwritten`; `false` where the connection is broken.
  static func write(_ unwritten: inout ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    while !unwritten.isEmpty {
      let count = unwritten.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      unwritten.removeFirst(count)
    }
    // Not even the room of what is written stays taken.
    unwritten = []
    return true
  }
}
