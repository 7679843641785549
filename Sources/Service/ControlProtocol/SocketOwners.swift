/// The owners of a control socket. Root checks them before it sends anything: someone who put their own
/// socket in the daemon's place would read root's requests and could answer anything.
package struct SocketOwners: Hashable, Sendable {
  /// A folder in the socket's path.
  package struct Folder: Hashable, Sendable {
    /// The folder's path.
    package var path: String
    /// The owner's user id.
    package var owner: UInt32
    /// Whether anyone may write to it.
    package var isOpenToAll: Bool
    /// Whether the sticky bit is set, so that users cannot delete or rename each other's files.
    package var isSticky: Bool

    /// Takes the folder's properties.
    package init(path: String, owner: UInt32, isOpenToAll: Bool, isSticky: Bool) {
      (self.path, self.owner, self.isOpenToAll, self.isSticky) = (path, owner, isOpenToAll, isSticky)
    }
  }

  /// The id of the user that listens.
  package var listener: UInt32
  /// The user id of the owner of the socket's file.
  package var file: UInt32
  /// The folders above the socket, the innermost first.
  package var folders: [Folder]

  /// - Parameter folders: the folders above the socket, the innermost first.
  package init(listener: UInt32, file: UInt32, folders: [Folder]) {
    (self.listener, self.file, self.folders) = (listener, file, folders)
  }

  /// Why root must not use the socket; `nil` if it may. Everything that root does not own must belong to one
  /// user, the daemon's. Root is the listener if systemd listens for the daemon.
  package var refusal: String? {
    let owners = ([listener, file] + folders.map(\.owner)).filter { $0 != 0 }
    if let first = owners.first, let other = owners.first(where: { $0 != first }) {
      return "the socket and its folders belong to different users (\(first) and \(other))"
    }
    for (place, folder) in folders.enumerated() {
      // In a sticky folder anyone can create a socket, but nobody can replace another user's.
      if folder.isOpenToAll, place == 0 || !folder.isSticky {
        return "anyone can put a socket into its folder \(folder.path)"
      }
    }
    return nil
  }
}
