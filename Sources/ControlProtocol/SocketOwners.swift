/// To whom a control socket belongs, as root must know before it says anything there: whoever has put a socket of their own
/// in the daemon's place would be told what root asks, and root would be told whatever they like.
package struct SocketOwners: Hashable, Sendable {
  /// A folder on the way to the socket.
  package struct Folder: Hashable, Sendable {
    /// Where it is.
    package var path: String
    /// Whose it is.
    package var owner: UInt32
    /// Whether anybody may put something into it.
    package var isOpenToAll: Bool
    /// Whether nobody may take away or rename what is another's in it.
    package var isSticky: Bool

    /// Takes every part.
    package init(path: String, owner: UInt32, isOpenToAll: Bool, isSticky: Bool) {
      (self.path, self.owner, self.isOpenToAll, self.isSticky) = (path, owner, isOpenToAll, isSticky)
    }
  }

  /// The user who listens.
  package var listener: UInt32
  /// The owner of the socket's file.
  package var file: UInt32
  /// The folders above it, the one that it lies in first.
  package var folders: [Folder]

  /// Takes every part.
  package init(listener: UInt32, file: UInt32, folders: [Folder]) {
    (self.listener, self.file, self.folders) = (listener, file, folders)
  }

  /// Why root must not talk there; `nil` where it may. All that is not root's must be one user's: who runs the daemon
  /// decides what it says. Root itself listens where systemd does so for a daemon.
  package var refusal: String? {
    let owners = ([listener, file] + folders.map(\.owner)).filter { $0 != 0 }
    if let first = owners.first, let other = owners.first(where: { $0 != first }) {
      return "the socket and its folders are not one user's (\(first) and \(other))"
    }
    for (place, folder) in folders.enumerated() {
      // In a sticky folder anybody may make a socket, but nobody may replace one.
      if folder.isOpenToAll, place == 0 || !folder.isSticky {
        return "anybody may put a socket into its folder \(folder.path)"
      }
    }
    return nil
  }
}
