extension Cycle {
  /// A pull under way: at most one page asked for, one waiting, one being applied. It goes on while the push has its turn;
  /// only applying waits until then, because a batch that is on its way is answered as the library stood before.
  package struct Pull: Hashable, Sendable {
    /// Where the next page is asked from.
    var since: Position
    /// A page is asked for.
    var isFetching = true
    /// Since when, by boot time; `nil` for one that the hub held back.
    var askedAt: Duration?
    /// What waits for its turn.
    var ready: Ready?
    /// Since when a page is being applied, by boot time.
    var applyingSince: Duration?
    /// How long the last page was on its way.
    var fetchTook: Duration = .zero
    /// The hub has more behind what was asked for.
    var hasMore = false
    /// Something was pushed since the page was asked for: the log has grown behind it.
    var mustAskAgain = false
    /// The log holds more to push: the push has its turn after this page.
    var yields = false
    /// The hub wants the library to start over; it does when no batch is under way.
    var refusal: SnapshotReason?
    /// Layer 1: the `latest_change_id` of the last empty page (protocol.md §2, traps).
    var emptyLatest: Position?

    /// What can be put into the library.
    enum Ready: Hashable, Sendable {
      /// The oldest page in hand.
      case page
      /// Layer 1: an empty page, whose end two replies agree on.
      case proven(Position)
    }

    /// Begins with a request from there.
    init(since: Position, askedAt: Duration?) { (self.since, self.askedAt) = (since, askedAt) }

    /// A page is being applied.
    var isApplying: Bool { applyingSince != nil }
    /// Nothing is under way and nothing is left.
    var isOver: Bool { !isFetching && !isApplying && ready == nil && refusal == nil }
  }

  /// A batch on its way.
  package struct Push: Hashable, Sendable {
    /// Changes in it.
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

  /// Keeps what has become of the pull, whoever has the turn; `nil`: it is over.
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
