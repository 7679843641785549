import EventLoop
import Glibc

/// Why the control socket cannot be opened.
package enum ControlSocketError: Error, Hashable, Sendable {
  /// Another daemon answers there.
  case taken(path: String)
  /// Something else than a socket stands there.
  case notASocket(path: String)
  /// The path is empty, or longer than a socket's name can be (107 bytes).
  case badPath(path: String)
  /// The system refused.
  case system(SystemError, path: String)
}

extension ControlSocketError: CustomStringConvertible {
  /// What it is, and what to do, in one line.
  package var description: String {
    switch self {
    case .taken(let path):
      "another daemon answers at \(path): stop it, or give this one a control.socket of its own"
    case .notASocket(let path): "\(path) is not a socket: move it away, or set another control.socket"
    case .badPath(let path):
      "\"\(path)\" cannot be the name of a socket: it has 1 to 107 bytes; set another control.socket"
    case .system(let error, let path): "the control socket \(path) cannot be opened: \(error)"
    }
  }
}

/// A listening Unix socket that owns its name in the file system.
struct ControlSocket {
  let descriptor: Int32
  let path: String
  /// The name's file, where the name is ours to remove.
  private let file: (device: UInt, inode: UInt)?

  /// Listens at `path`, mode 0660. A stale socket, at which nobody answers, is removed first. A missing last
  /// directory is made, mode 0750.
  init(path: String) throws(ControlSocketError) {
    guard let address = Self.address(path) else { throw .badPath(path: path) }
    try Self.clear(path, address)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Self.flags, 0)
    guard descriptor >= 0 else { throw .system(SystemError("socket"), path: path) }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      _ = mkdir(String(path[..<slash]), 0o750)
    }
    // The mode is set before the name exists, so that at no moment anyone else may connect.
    guard fchmod(descriptor, 0o660) == 0, Self.with(address, { bind(descriptor, $0, $1) }) == 0,
      chmod(path, 0o660) == 0, listen(descriptor, 64) == 0
    else {
      let error = SystemError("listen")
      close(descriptor)
      throw error.number == EADDRINUSE ? .taken(path: path) : .system(error, path: path)
    }
    var info = stat()
    _ = lstat(path, &info)
    self.descriptor = descriptor
    self.path = path
    file = (UInt(info.st_dev), UInt(info.st_ino))
  }

  /// Listens on a socket that systemd made, which keeps its name, and listens when we do not.
  init(_ passed: PassedSocket) {
    descriptor = passed.descriptor
    path = passed.path
    file = nil
  }

  /// Stops listening, and removes the name unless it has become another's.
  func end() {
    close(descriptor)
    var info = stat()
    guard let file, lstat(path, &info) == 0, UInt(info.st_dev) == file.device,
      UInt(info.st_ino) == file.inode, let address = Self.address(path)
    else { return }
    // File systems use inode numbers again: only where nobody answers is it ours.
    try? Self.clear(path, address)
  }

  static let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

  private static func clear(_ path: String, _ address: sockaddr_un) throws(ControlSocketError) {
    var info = stat()
    guard lstat(path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
    guard probe >= 0 else { throw .system(SystemError("socket"), path: path) }
    defer { close(probe) }
    // EAGAIN: somebody listens and is busy.
    if Self.with(address, { connect(probe, $0, $1) }) == 0 || errno == EAGAIN { throw .taken(path: path) }
    guard errno == ECONNREFUSED else { throw .system(SystemError("connect"), path: path) }
    guard unlink(path) == 0 else { throw .system(SystemError("unlink"), path: path) }
  }

  private static func address(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { space in
      guard !bytes.isEmpty, bytes.count < space.count, !bytes.contains(0) else { return false }
      space.copyBytes(from: bytes)
      return true
    }
    return fits ? address : nil
  }

  private static func with(
    _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
