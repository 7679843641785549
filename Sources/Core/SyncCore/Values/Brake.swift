/// How much remote changes may take from a library before a person is asked (docs/decisions/0028).
package struct Brake: Hashable, Sendable {
  /// The bounds unless someone sets others.
  package static let standard = Brake(rows: 50, share: 0.25)
  /// No brake: nothing is counted and nothing is held.
  package static let off = Brake(rows: 0, share: 0)

  /// The number of live rows of one entity that may disappear, or lose a text, within the window; 0 switches
  /// the brake off.
  package var rows: Int
  /// The share, from 0 to 1, of the entity's live rows at the window's start that may; 0 switches the brake
  /// off.
  package var share: Double
  /// The length of the window.
  package var window: Duration

  /// Takes both bounds, and the window.
  package init(rows: Int, share: Double, window: Duration = .seconds(24 * 3600)) {
    self.rows = rows
    self.share = share
    self.window = window
  }

  /// Whether the brake is on.
  package var isOn: Bool { rows > 0 && share > 0 }

  /// Whether this many rows are too many: more than both bounds allow.
  ///
  /// - Parameter live: the entity's live rows at the window's start.
  package func holds(_ count: Int, of live: Int) -> Bool {
    isOn && count > rows && Double(count) > share * Double(live)
  }
}

/// What a remote change takes from a live row.
package enum RowRemoval: String, Hashable, Sendable, CaseIterable {
  /// The row or the link is deleted.
  case deleted
  /// A text column becomes empty.
  case emptied
  /// A row merge joins the row into another row of this library, and deletes it.
  case folded
}

/// Remote changes that would take too much, and wait for a person's decision.
package struct Hold: Hashable, Sendable {
  /// When the hold began.
  package var since: Instant
  /// The position up to which the hub's log has been read to count what the changes take. The pulled cursor
  /// stays before the changes.
  package var read: Position
  /// How many rows they take.
  package var rows: Int

  /// Takes the start of the hold, how far the log has been read, and the number of rows.
  package init(since: Instant, read: Position, rows: Int) {
    self.since = since
    self.read = read
    self.rows = rows
  }
}

/// What a person sees of the held changes.
package struct HeldChanges: Hashable, Sendable {
  /// The affected rows of one entity.
  package struct Count: Hashable, Sendable {
    /// The entity.
    package var entity: String
    /// How many rows the changes take, in each way.
    package var rows: [RowRemoval: Int]
    /// Takes the entity and its counts.
    package init(entity: String, rows: [RowRemoval: Int]) {
      self.entity = entity
      self.rows = rows
    }
  }
  /// The client that last wrote some of the rows, as the hub names it.
  package struct Client: Hashable, Sendable {
    /// The client id; `nil` if the hub does not say.
    package var name: String?
    /// How many of the rows it wrote.
    package var rows: Int
    /// Takes the client id and its number of rows.
    package init(name: String?, rows: Int) {
      self.name = name
      self.rows = rows
    }
  }
  /// One of the affected rows.
  package struct Sample: Hashable, Sendable {
    /// The row.
    package var row: RowName
    /// The title that people know the row by.
    package var title: String?
    /// What the change takes.
    package var removal: RowRemoval
    /// Takes the row, its title, and what the change takes.
    package init(row: RowName, title: String?, removal: RowRemoval) {
      self.row = row
      self.title = title
      self.removal = removal
    }
  }

  /// When the hold began.
  package var since: Instant
  /// The pulled cursor: nothing after it was applied.
  package var from: Position
  /// The position up to which a person's decision counts.
  package var through: Position
  /// The counts by entity, in the catalogue's order.
  package var counts: [Count]
  /// The clients, the one with most rows first.
  package var clients: [Client]
  /// The first of the rows.
  package var samples: [Sample]

  /// The number of rows of all entities.
  package var total: Int { counts.reduce(0) { $0 + $1.rows.values.reduce(0, +) } }

  /// Takes what the hold covers, by entity and by client.
  package init(
    since: Instant, from: Position, through: Position, counts: [Count], clients: [Client], samples: [Sample]
  ) {
    self.since = since
    self.from = from
    self.through = through
    self.counts = counts
    self.clients = clients
    self.samples = samples
  }
}

/// What accepting or refusing held changes did.
package struct HoldEnded: Hashable, Sendable {
  /// True if they were accepted, false if they were refused.
  package var isAccepted: Bool
  /// The position up to which the decision counts.
  package var through: Position
  /// The number of rows that it affected.
  package var rows: Int
  /// The number of rows and links queued for the hub because they stay.
  package var queued: Int

  /// Takes the decision and its effects.
  package init(isAccepted: Bool, through: Position, rows: Int, queued: Int) {
    self.isAccepted = isAccepted
    self.through = through
    self.rows = rows
    self.queued = queued
  }
}

/// Where a remote document comes from, for the count of what it takes.
package struct ChangeSource: Hashable, Sendable {
  /// The position in the hub's log; `nil` if the hub names none.
  package var position: Position?
  /// The client that last wrote the row, as the hub names it.
  package var client: String?
  /// The version that the hub gives the row; `nil` if it gives none.
  package var version: Int64?

  /// Takes the position, the client and the version.
  package init(position: Position?, client: String?, version: Int64? = nil) {
    self.position = position
    self.client = client
    self.version = version
  }

  /// The source of an entry of the log, or of a snapshot.
  package init(_ entry: Entry) {
    self.init(position: Position(entry.changeID), client: entry.clientID, version: entry.version)
  }
}
