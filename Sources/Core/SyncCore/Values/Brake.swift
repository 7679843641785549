/// How much changes from elsewhere may take from a library before a person is asked (docs/decisions/0028).
package struct Brake: Hashable, Sendable {
  /// What counts unless somebody says otherwise.
  package static let standard = Brake(rows: 50, share: 0.25)
  /// Nothing is counted and nothing is held.
  package static let off = Brake(rows: 0, share: 0)

  /// Live rows of one entity that may go, or lose a text, within the window; 0 switches the brake off.
  package var rows: Int
  /// The share of the entity's live rows at the window's start that may, from 0 to 1; 0 switches the brake off.
  package var share: Double
  /// How far back is counted.
  package var window: Duration

  /// Takes both bounds; a day is counted back unless somebody says otherwise.
  package init(rows: Int, share: Double, window: Duration = .seconds(24 * 3600)) {
    self.rows = rows
    self.share = share
    self.window = window
  }

  /// Whether anything is counted.
  package var isOn: Bool { rows > 0 && share > 0 }

  /// Whether so many rows are too many: more than either bound allows.
  ///
  /// - Parameter live: the entity's live rows at the window's start.
  package func holds(_ count: Int, of live: Int) -> Bool {
    isOn && count > rows && Double(count) > share * Double(live)
  }
}

/// What a change from elsewhere takes from a live row.
package enum RowRemoval: String, Hashable, Sendable, CaseIterable {
  /// The row is deleted, or the link goes.
  case deleted
  /// A text column is empty afterwards.
  case emptied
  /// The row is folded into another that is here, and goes.
  case folded
}

/// Changes from elsewhere that wait for a person's word, because they would take too much.
package struct Hold: Hashable, Sendable {
  /// Since when.
  package var since: Instant
  /// Up to where the hub's log has been read to count what they take; the pulled cursor stays before them.
  package var read: Position
  /// How many rows they take.
  package var rows: Int

  /// Takes every part.
  package init(since: Instant, read: Position, rows: Int) {
    self.since = since
    self.read = read
    self.rows = rows
  }
}

/// What a person is shown of changes that are held.
package struct HeldChanges: Hashable, Sendable {
  /// The rows of one entity.
  package struct Count: Hashable, Sendable {
    /// The entity.
    package var entity: String
    /// How many of its rows are taken, and how.
    package var rows: [RowRemoval: Int]
    /// Takes both.
    package init(entity: String, rows: [RowRemoval: Int]) {
      self.entity = entity
      self.rows = rows
    }
  }
  /// Whoever wrote rows last, as the hub names them.
  package struct Client: Hashable, Sendable {
    /// The client id; `nil` where the hub does not say.
    package var name: String?
    /// How many of the rows.
    package var rows: Int
    /// Takes both.
    package init(name: String?, rows: Int) {
      self.name = name
      self.rows = rows
    }
  }
  /// One of the rows.
  package struct Sample: Hashable, Sendable {
    /// The row.
    package var row: RowName
    /// What people call it.
    package var title: String?
    /// What is taken.
    package var removal: RowRemoval
    /// Takes every part.
    package init(row: RowName, title: String?, removal: RowRemoval) {
      self.row = row
      self.title = title
      self.removal = removal
    }
  }

  /// Since when.
  package var since: Instant
  /// Where the library stands: nothing behind it was taken in.
  package var from: Position
  /// Up to where accepting or refusing counts.
  package var through: Position
  /// By entity, in the catalogue's order.
  package var counts: [Count]
  /// Who took them, whoever took most first.
  package var clients: [Client]
  /// The first of the rows.
  package var samples: [Sample]

  /// How many rows in all.
  package var total: Int { counts.reduce(0) { $0 + $1.rows.values.reduce(0, +) } }

  /// Takes every part.
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
  /// Whether they were accepted.
  package var isAccepted: Bool
  /// Up to where.
  package var through: Position
  /// The rows that it was about.
  package var rows: Int
  /// Rows and links that are queued for the hub, because they are to stay.
  package var queued: Int

  /// Takes every part.
  package init(isAccepted: Bool, through: Position, rows: Int, queued: Int) {
    self.isAccepted = isAccepted
    self.through = through
    self.rows = rows
    self.queued = queued
  }
}

/// Where a document from elsewhere comes from, for whoever counts what it takes.
package struct ChangeSource: Hashable, Sendable {
  /// The position in the hub's log that it states; `nil` where the hub names none.
  package var position: Position?
  /// The client that wrote the row last, as the hub names it.
  package var client: String?
  /// The version that the hub gives the row, where it gives one.
  package var version: Int64?

  /// Takes every part.
  package init(position: Position?, client: String?, version: Int64? = nil) {
    self.position = position
    self.client = client
    self.version = version
  }

  /// An entry of the log, or of a snapshot.
  package init(_ entry: Entry) {
    self.init(position: Position(entry.changeID), client: entry.clientID, version: entry.version)
  }
}
