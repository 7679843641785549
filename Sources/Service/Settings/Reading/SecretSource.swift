/// The secrets that the daemon may send to a hub.
package enum SecretKind: String, Sendable, CaseIterable {
  /// The bearer token. The raw value is the name of the systemd credential.
  case token
  /// The API key.
  case apiKey = "api_key"
}

/// Why a secret could not be read. The description names the file and what to do, but never the secret.
package enum SecretError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The configured file does not exist.
  case missing(path: String)
  /// The file cannot be read, for this reason.
  case unreadable(path: String, reason: String)
  /// Users other than the owner have access to the file.
  case readableByOthers(path: String)
  /// The file is empty.
  case empty(path: String)
  /// The file has more than one word, or characters that cannot be in a header.
  case malformed(path: String)

  /// One line that says what to do.
  package var description: String {
    switch self {
    case .missing(let path): "\(path): no such file; put the secret there, then run: chmod 600 \(path)"
    case .unreadable(let path, let reason):
      "\(path): \(reason); make the daemon's user its owner, or use systemd's LoadCredential="
    case .readableByOthers(let path): "\(path): other users can read this secret; run: chmod 600 \(path)"
    case .empty(let path): "\(path): is empty; it must contain the secret and nothing else"
    case .malformed(let path): "\(path): must contain one secret of visible ASCII characters and nothing else"
    }
  }
}

/// Finds a secret: in the configured file, else among systemd's credentials, else in the environment. It
/// reads the file each time, so that a changed file takes effect at the next attempt.
package struct SecretSource: Sendable {
  private let hub: DaemonSettings.Hub
  private let credentials: String?

  /// Takes the hub's settings, and the environment for its `CREDENTIALS_DIRECTORY`.
  package init(hub: DaemonSettings.Hub, environment: [String: String]) {
    self.hub = hub
    self.credentials = environment["CREDENTIALS_DIRECTORY"].flatMap { folder in
      folder.hasPrefix("/") ? folder.split(separator: "/").reduce("") { $0 + "/" + $1 } : nil
    }
  }

  /// Returns the secret; `nil` if none is configured, because a hub may not need one.
  ///
  /// - Throws: `SecretError` if a file exists but is unusable, or if the configured file does not exist.
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

  /// The files that have or may get secrets. Watch them for a new credential.
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

  /// Whether systemd protects the file. In some set-ups the group can read systemd's credentials, but cannot
  /// enter their folder.
  private func isCredential(_ path: String) -> Bool {
    guard let credentials else { return false }
    return PathText.folder(of: path) == credentials
  }
}
