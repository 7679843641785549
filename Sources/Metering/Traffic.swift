import SyncCore

/// What went to the hub and came back, by endpoint.
package struct Traffic: Sendable {
  /// What is counted apart.
  package enum Endpoint: String, CaseIterable, Sendable {
    /// What the hub is.
    case capabilities
    /// A push.
    case send
    /// A pull that does not wait.
    case get
    /// Checksums.
    case digest
    /// Single rows.
    case rows
    /// A piece of a snapshot.
    case snapshot
    /// Whatever else there may be.
    case other

    init(_ request: HubRequest) {
      self = Endpoint(rawValue: String(request.path.drop { $0 == "/" })) ?? .other
    }
  }

  /// How long requests took, from the first byte out to the last byte in. Long polls are not among them: how long
  /// the hub holds them says nothing.
  package private(set) var durations: [Endpoint: Histogram]
  /// Long polls answered.
  package private(set) var longPolls = 0
  /// Requests that no answer came to.
  package private(set) var unanswered = 0
  /// Bytes of bodies sent.
  package private(set) var sentBytes = 0
  /// Bytes of bodies received, after decompression.
  package private(set) var receivedBytes = 0

  /// Nothing counted yet.
  package init() {
    let histogram = Histogram(bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    durations = Dictionary(uniqueKeysWithValues: Endpoint.allCases.map { ($0, histogram) })
  }

  /// Counts a request that has ended. `bytes`: of the reply's body; `nil` where no reply came.
  package mutating func count(_ request: HubRequest, received bytes: Int?, took duration: Duration) {
    sentBytes += request.body.count
    guard let bytes else {
      unanswered += 1
      return
    }
    receivedBytes += bytes
    if request.wait > .zero {
      longPolls += 1
    } else {
      durations[Endpoint(request)]?.observe(duration)
    }
  }
}
