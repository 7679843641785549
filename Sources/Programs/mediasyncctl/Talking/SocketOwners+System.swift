import ControlProtocol
import Glibc

extension SocketOwners {
  /// Asks the kernel for the user that listens on a connected socket, and for the owners of the socket's file
  /// and folders. Returns `nil` if one of them is unknown.
  init?(of descriptor: Int32, at path: String) {
    // The three fields of struct ucred, which Swift does not import: process, user, group.
    var credentials: [UInt32] = [0, 0, 0]
    var size = socklen_t(credentials.count * 4)
    var file = stat()
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0,
      let real = realpath(path, nil)
    else { return nil }
    defer { free(real) }
    var place = String(cString: real)
    guard stat(place, &file) == 0 else { return nil }
    var folders: [Folder] = []
    while let slash = place.lastIndex(of: "/"), place != "/" {
      place = slash == place.startIndex ? "/" : String(place[..<slash])
      var found = stat()
      guard stat(place, &found) == 0 else { return nil }
      folders.append(
        Folder(
          path: place, owner: found.st_uid, isOpenToAll: found.st_mode & S_IWOTH != 0,
          isSticky: found.st_mode & S_ISVTX != 0))
    }
    self.init(listener: credentials[1], file: file.st_uid, folders: folders)
  }
}
