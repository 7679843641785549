import HTTPTypes
import HubStore
import Hummingbird
import Journal
import Logging
import SyncCore
import SyncWire

/// Authenticates requests by their token (docs/protocol.md §3, Auth). It checks the token on every request,
/// so that a revoked token stops at once.
struct Authenticator: Sendable {
  let data: HubData
  let worker: SerialWorker
  let logger: Logger
  let now: @Sendable () -> Instant

  private static let apiKey = HTTPField.Name("X-API-KEY")

  /// Checks the request's token and returns what it opens.
  ///
  /// - Throws: a 401 or 403 problem if the token is missing, unknown or revoked; a 5xx problem if the token
  ///   file cannot be read.
  func grant(for request: Request) async throws(Problem) -> TokenStore.Grant {
    guard let token = Self.token(in: request) else {
      throw Problem(
        status: 401, code: .unauthorized, detail: "no token; send one as Authorization: Bearer or X-API-KEY")
    }
    let now = now()
    let validity = try await asking { [data] () throws(HubStoreError) in
      // The answer of a file that was moved away does not count.
      try data.checkPlace()
      return try data.tokens.validity(of: token, now: now)
    }
    switch validity {
    case .valid(let grant): return grant
    case .revoked: throw Problem(status: 403, code: .tokenRevoked, detail: "this token was revoked")
    case .unknown: throw Problem(status: 401, code: .unauthorized, detail: "the hub does not know this token")
    }
  }

  /// Checks that the token may speak for this device.
  ///
  /// - Throws: a 403 problem if the token is bound to another device.
  func admit(_ device: DeviceID?, to grant: TokenStore.Grant) async throws(Problem) {
    let isAdmitted = try await asking { [data] () throws(HubStoreError) in
      try data.tokens.admits(device, to: grant)
    }
    guard isAdmitted else {
      throw Problem(
        status: 403, code: .tokenOfAnotherDevice,
        detail: "this token is bound to another device; mediasync-hub token rebind unbinds it")
    }
  }

  private func asking<Result: Sendable>(
    _ question: @escaping @Sendable () throws(HubStoreError) -> Result
  ) async throws(Problem) -> Result {
    do { return try await worker.run(question) } catch {
      logger.record(.hubTokensUnusable, "tokens: \(error.text)")
      throw Problem(error)
    }
  }

  private static func token(in request: Request) -> String? {
    if let header = request.headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      if parts.count == 2, parts[0].lowercased() == "bearer" {
        return parts[1].trimmingSpaces()
      }
    }
    return apiKey.flatMap { request.headers[$0] }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    let kept = drop { $0 == " " }
    return String(kept.prefix { $0 != " " })
  }
}
