/// Future events, ordered by virtual time; of two events due at once the one requested first.
struct EventQueue {
  private struct Event {
    var due: Duration
    var number: Int
    var action: () -> Void

    static func < (left: Event, right: Event) -> Bool { (left.due, left.number) < (right.due, right.number) }
  }

  private var heap: [Event] = []
  private var asked = 0

  /// The time of the next event.
  var next: Duration? { heap.first?.due }

  /// Adds an event.
  mutating func add(at due: Duration, _ action: @escaping () -> Void) {
    asked += 1
    heap.append(Event(due: due, number: asked, action: action))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Removes and returns the next event.
  mutating func removeNext() -> (due: Duration, action: () -> Void)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.due, first.action)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      if least == parent { return }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
