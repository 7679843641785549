import HTTPTypes
import HubStore
import Hummingbird
import Journal
import Logging
import SyncCore
import SyncWire

/// Lets requests in by their token (protocol.md §3, auth). Every request asks anew, so that a revoked token stops
/// at once.
struct Gate: Sendable {
  let data: HubData
  let lane: BlockingLane
  let logger: Logger
  let now: @Sendable () -> Instant

  private static let apiKey = HTTPField.Name("X-API-KEY")

  /// What the request's token opens.
  func grant(for request: Request) async throws(Problem) -> TokenStore.Grant {
    guard let token = Self.token(in: request) else {
      throw Problem(
        status: 401, code: .unauthorized, detail: "a token is missing: Authorization: Bearer, or X-API-KEY")
    }
    let now = now()
    let standing = try await asking { [data] () throws(HubStoreError) in
      // What a file that was moved away says counts no more.
      try data.checkPlace()
      return try data.tokens.standing(of: token, now: now)
    }
    switch standing {
    case .valid(let grant): return grant
    case .revoked: throw Problem(status: 403, code: .tokenRevoked, detail: "this token was revoked")
    case .unknown: throw Problem(status: 401, code: .unauthorized, detail: "this token is not known here")
    }
  }

  /// Lets the device speak under the grant, or not.
  func admit(_ device: DeviceID?, to grant: TokenStore.Grant) async throws(Problem) {
    let isAdmitted = try await asking { [data] () throws(HubStoreError) in
      try data.tokens.admits(device, to: grant)
    }
    guard isAdmitted else {
      throw Problem(
        status: 403, code: .tokenOfAnotherDevice,
        detail: "this token speaks for another device; mediasync-hub token rebind lets it be bound anew")
    }
  }

  private func asking<Result: Sendable>(
    _ question: @escaping @Sendable () throws(HubStoreError) -> Result
  ) async throws(Problem) -> Result {
    do { return try await lane.run(question) } catch {
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
