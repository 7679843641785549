extension Cycle {
  /// A pull under way: at most one page requested, one waiting, one being applied. It continues during the
  /// push's turn, except that no page is applied until the push is over: the hub answers a batch by the
  /// library's earlier state.
  package struct Pull: Hashable, Sendable {
    /// The position that the next page is requested from.
    var since: Position
    /// A page is requested.
    var isFetching = true
    /// When it was requested, by boot time; `nil` if the hub delayed the reply on purpose.
    var askedAt: Duration?
    /// What is ready to be applied.
    var ready: Ready?
    /// When the current page began to be applied, by boot time; `nil` if none is.
    var applyingSince: Duration?
    /// How long the last request took.
    var fetchTook: Duration = .zero
    /// The hub has more after what was requested.
    var hasMore = false
    /// The device pushed something after the request: the log has grown.
    var mustAskAgain = false
    /// The local log has more to push: after this page it is the push's turn.
    var yields = false
    /// The hub wants a rebuild from a snapshot. It starts when no batch is under way.
    var refusal: SnapshotReason?
    /// Layer 1: the `latest_change_id` of the last empty page (docs/protocol.md §2, traps).
    var emptyLatest: Position?

    /// What can be applied to the library.
    enum Ready: Hashable, Sendable {
      /// The oldest page in hand.
      case page
      /// Layer 1: an empty page. Two replies agree on its end.
      case proven(Position)
    }

    /// Begins with a request from this position.
    init(since: Position, askedAt: Duration?) { (self.since, self.askedAt) = (since, askedAt) }

    /// Whether a page is being applied.
    var isApplying: Bool { applyingSince != nil }
    /// Whether nothing is under way and nothing is left.
    var isOver: Bool { !isFetching && !isApplying && ready == nil && refusal == nil }
  }

  /// A batch under way.
  package struct Push: Hashable, Sendable {
    /// The number of changes in it.
    var count: Int
    /// The last change id that it covers.
    var last: ChangeID
    /// When it was sent, by boot time.
    var began: Duration
  }

  /// The pull under way, whoever has the turn.
  var pull: Pull? {
    switch state {
    case .pulling(let pull): pull
    case .loading(let pull), .sending(_, let pull), .completingPush(let pull): pull
    case .resting, .opening, .negotiating, .comparing, .renewing, .snapshotting, .onTask, .listening,
      .waiting,
      .blocked, .probing, .paused:
      nil
    }
  }

  /// Whether pages may be applied now.
  var isPulling: Bool { if case .pulling = state { true } else { false } }

  /// Stores the pull's new state, whoever has the turn; `nil` means that it is over.
  mutating func keep(_ pull: Pull?) {
    switch state {
    case .pulling: if let pull { state = .pulling(pull) }
    case .loading: state = .loading(pull)
    case .sending(let push, _): state = .sending(push, pull)
    case .completingPush: state = .completingPush(pull)
    case .resting, .opening, .negotiating, .comparing, .renewing, .snapshotting, .onTask, .listening,
      .waiting,
      .blocked, .probing, .paused:
      preconditionFailure("nothing is pulled in this state")
    }
  }
}
