/// What happened to the cycle.
package enum Event: Sendable {
  /// The daemon starts.
  case started
  /// The library is open; `standing` is what it says.
  case opened(Standing)
  /// The library's name stands for another file now: what was read of the old one is not true of it.
  case libraryReplaced
  /// Someone else has written the library.
  case libraryChanged
  /// The library's files moved, and no commit of someone else's is to be seen yet.
  case libraryStirred
  /// A second look found no commit either.
  case libraryUnchanged
  /// The alarm rang.
  case alarmRang
  /// A person, a script or a changed configuration wants a cycle now.
  case triggered
  /// A person wants quiet.
  case paused(Pause)
  /// A person wants work again.
  case resumed
  /// The hub said what it is.
  case negotiated(HubKind)
  /// The next piece of the local log is in hand.
  case loaded(isEmpty: Bool, nothingToSend: Bool, count: Int, last: ChangeID)
  /// The hub took the batch and answered.
  case sent
  /// The hub finds the batch too large (413).
  case refusedAsTooLarge
  /// The hub knows the change ids with other content (409 `device_rewound`).
  case deviceRewound
  /// The new incarnation is kept.
  case renewed
  /// The answers are worked in.
  case settled(Settlement)
  /// A page is in hand.
  case pulled(PageSummary)
  /// The page is in the library.
  case applied(Applied)
  /// Something failed.
  case failed(Failure)
}

/// What a server turned out to be.
package enum HubKind: Hashable, Sendable {
  /// A layer-1 server: no `/capabilities`.
  case layer1
  /// One of our hubs, with its bounds.
  case layer2(log: LogID, maxChanges: Int, maxBytes: Int)
}

/// What a page says of itself.
package struct PageSummary: Hashable, Sendable {
  /// Entries in it.
  package var count: Int
  /// The highest id received, `nil` in an empty page.
  package var last: Position?
  /// The newest position in the log, as the server says.
  package var latest: Position
  /// Layer 2: where to ask from next, with the chain value there; `nil` from a layer-1 server.
  package var next: Position?
  /// Layer 2: the chain value at `next`.
  package var chain: ChainValue?
  /// Layer 2: whether there is more.
  package var hasMore: Bool

  /// Takes every field.
  package init(
    count: Int, last: Position?, latest: Position, next: Position?, chain: ChainValue?, hasMore: Bool
  ) {
    self.count = count
    self.last = last
    self.latest = latest
    self.next = next
    self.chain = chain
    self.hasMore = hasMore
  }
}
