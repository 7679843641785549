extension Cycle.State {
  /// The states without their associated values.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case resting, opening, negotiating, loading, comparing, sending, renewing, completingPush, pulling,
      snapshotting
    case onTask, listening, waiting, blocked, probing, paused
  }

  /// The state without its associated values.
  package var kind: Kind {
    switch self {
    case .resting: .resting
    case .opening: .opening
    case .negotiating: .negotiating
    case .loading: .loading
    case .comparing: .comparing
    case .sending: .sending
    case .renewing: .renewing
    case .completingPush: .completingPush
    case .pulling: .pulling
    case .snapshotting: .snapshotting
    case .onTask: .onTask
    case .listening: .listening
    case .waiting: .waiting
    case .blocked: .blocked
    case .probing: .probing
    case .paused: .paused
    }
  }
}

extension Cycle.State.Kind {
  /// The other states that one event may lead to. A test feeds every event in every state and compares.
  package var successors: Set<Cycle.State.Kind> {
    switch self {
    case .resting: Self.beginning.union(Self.ending)
    case .opening: Self.ending.union([.negotiating, .loading, .snapshotting])
    case .negotiating: Self.ending.union([.loading, .snapshotting])
    case .loading: Self.ending.union([.sending, .completingPush, .pulling, .comparing, .snapshotting])
    case .comparing: Self.ending.union([.loading, .snapshotting])
    case .sending: Self.ending.union([.completingPush, .loading, .renewing, .snapshotting])
    case .renewing: Self.ending.union([.loading])
    case .completingPush: Self.ending.union([.loading, .pulling, .snapshotting])
    case .pulling: Self.ending.union([.listening, .resting, .onTask, .snapshotting, .loading])
    case .snapshotting: Self.ending.union([.loading])
    case .onTask: Self.ending.union([.loading, .listening, .resting, .snapshotting])
    case .listening: Self.ending.union([.pulling, .resting, .negotiating, .loading, .snapshotting])
    case .waiting: Self.beginning.union([.blocked, .paused])
    case .blocked: [.probing, .opening, .negotiating, .waiting, .paused]
    case .probing: [.negotiating, .blocked, .waiting, .paused]
    case .paused: Self.beginning
    }
  }

  /// How a cycle begins: the state depends on what is known already.
  private static let beginning: Set<Cycle.State.Kind> = [.opening, .negotiating, .loading, .snapshotting]
  /// How every state may end.
  private static let ending: Set<Cycle.State.Kind> = [.waiting, .blocked, .paused]
}
