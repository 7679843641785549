/// Finds the shortest history that still fails: removes steps, in halves, quarters and finally one by one, as
/// long as the rest fails in the same way.
package struct Shrinking {
  private let fails: (History) -> Bool
  private var runsLeft: Int

  /// `fails` runs a history and returns whether it still fails in the same way; it is called at most
  /// `runsMax` times.
  package init(runsMax: Int = 3000, fails: @escaping (History) -> Bool) {
    self.fails = fails
    runsLeft = runsMax
  }

  /// The shortest history found.
  package mutating func shrunk(_ history: History) -> History {
    var history = history
    var size = max(history.steps.count / 2, 1)
    while runsLeft > 0 {
      var isShorter = false
      var at = history.steps.count
      while at > 0, runsLeft > 0 {
        let start = max(0, at - size)
        var candidate = history
        candidate.steps.removeSubrange(start..<at)
        if stillFails(candidate) {
          history = candidate
          isShorter = true
        }
        at = start
      }
      if size == 1, !isShorter { break }
      size = max(size / 2, 1)
    }
    return simpler(history)
  }

  /// Fewer devices, if fewer suffice.
  private mutating func simpler(_ history: History) -> History {
    var history = history
    while history.setup.devices > 1, runsLeft > 0 {
      var candidate = history
      candidate.setup.devices -= 1
      guard !candidate.steps.contains(where: { $0.device >= candidate.setup.devices }), stillFails(candidate)
      else {
        break
      }
      history = candidate
    }
    return history
  }

  private mutating func stillFails(_ history: History) -> Bool {
    runsLeft -= 1
    return fails(history)
  }
}
