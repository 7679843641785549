/// The secrets that the daemon may show to a hub.
package enum SecretKind: String, Sendable, CaseIterable {
  /// The bearer token. The raw value is the name of the systemd credential.
  case token
  /// The API key.
  case apiKey = "api_key"
}

/// Why a secret could not be read. Its text names the place and what to do, and nothing of the secret.
package enum SecretError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file that the configuration names is not there.
  case missing(path: String)
  /// It cannot be read, and why.
  case unreadable(path: String, reason: String)
  /// Others than its owner may read or write it.
  case readableByOthers(path: String)
  /// It holds nothing.
  case empty(path: String)
  /// It holds more than one word, or what cannot stand in a header.
  case malformed(path: String)

  /// One line that says what to do.
  package var description: String {
    switch self {
    case .missing(let path): "\(path): there is no such file; put the secret there, then chmod 600 \(path)"
    case .unreadable(let path, let reason):
      "\(path): \(reason); the daemon's user must own it, or hand it over with systemd's LoadCredential="
    case .readableByOthers(let path): "\(path): others can read this secret; run: chmod 600 \(path)"
    case .empty(let path): "\(path): is empty; it must hold the secret and nothing else"
    case .malformed(let path): "\(path): must hold one secret of visible characters and nothing else"
    }
  }
}

/// Finds a secret: in the file that the configuration names, else among systemd's credentials, else in the
/// environment. It reads anew each time, so that a changed file counts at the next try.
package struct SecretSource: Sendable {
  private let hub: DaemonSettings.Hub
  private let credentials: String?

  /// Takes the hub's settings and the environment, of which only `CREDENTIALS_DIRECTORY` is looked at here.
  package init(hub: DaemonSettings.Hub, environment: [String: String]) {
    self.hub = hub
    self.credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { folder in
      folder.hasPrefix("/") ? folder.split(separator: "/").reduce("") { $0 + "/" + $1 } : nil
    }
  }

  /// The secret; `nil` where none is configured anywhere, which is no error: a hub may ask for none.
  package func read(_ kind: SecretKind) throws(SecretError) -> Secret? {
    if let path = configuredPath(kind) {
      guard let secret = try read(path: path) else { throw .missing(path: path) }
      return secret
    }
    if let credentials, let secret = try read(path: PathText.joined(credentials, kind.rawValue)) {
      return secret
    }
    switch kind {
    case .token: return hub.token
    case .apiKey: return hub.apiKey
    }
  }

  /// The files that hold secrets now or may come to: what to watch for a new credential.
  package var paths: [String] {
    SecretKind.allCases.compactMap { kind in
      configuredPath(kind) ?? credentials.map { PathText.joined($0, kind.rawValue) }
    }
  }

  private func configuredPath(_ kind: SecretKind) -> String? {
    switch kind {
    case .token: hub.tokenFile
    case .apiKey: hub.apiKeyFile
    }
  }

  private func read(path: String) throws(SecretError) -> Secret? {
    switch TextFile.read(path, limit: 16_384) {
    case .missing: return nil
    case .unusable(let reason), .unreachable(let reason): throw .unreadable(path: path, reason: reason)
    case .text(let text, let mode):
      guard mode & 0o077 == 0 || isCredential(path) else { throw .readableByOthers(path: path) }
      guard !text.trimmingSpaces.isEmpty else { throw .empty(path: path) }
      guard let secret = Secret(text) else { throw .malformed(path: path) }
      return secret
    }
  }

  /// Whether systemd guards the file: its credentials are readable for the group in some set-ups, but their
  /// folder is not.
  private func isCredential(_ path: String) -> Bool {
    guard let credentials else { return false }
    return PathText.folder(of: path) == credentials
  }
}
