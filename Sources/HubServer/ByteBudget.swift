import Synchronization

/// How many bytes of requests and replies the hub holds at once, for everybody and for each token. Whoever would go beyond
/// is told to come again: so memory stays bounded whatever clients do, and one of them cannot take it all.
final class ByteBudget: Sendable {
  /// A part of the budget, held until it is let go of.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let token: Int64
    private let bytes: Mutex<Int>

    fileprivate init(_ budget: ByteBudget, _ token: Int64, _ bytes: Int) {
      self.budget = budget
      self.token = token
      self.bytes = Mutex(bytes)
    }

    deinit { budget.give(back: bytes.withLock { $0 }, token) }

    /// Makes the part larger; false where the budget has no room.
    func grow(by more: Int) -> Bool {
      guard budget.take(more, token) else { return false }
      bytes.withLock { $0 += more }
      return true
    }
  }

  private struct State {
    var taken = 0
    var byToken: [Int64: Int] = [:]
  }

  /// For everybody together.
  let most: Int
  /// For one token.
  let mostOfToken: Int
  private let state = Mutex(State())

  /// Takes the bounds, in bytes.
  init(most: Int, mostOfToken: Int) {
    self.most = most
    self.mostOfToken = mostOfToken
  }

  /// A quarter of a gibibyte, and a quarter of it for each token; more only where single bodies may be that large.
  convenience init(bytesMax: Int) {
    let ofToken = max(64 << 20, 2 * Self.cost(ofUpload: bytesMax))
    self.init(most: 4 * ofToken, mostOfToken: ofToken)
  }

  /// What a `/send` of so many bytes takes: its body, and what is read from it.
  static func cost(ofUpload bytes: Int) -> Int { 3 * bytes }

  /// A part of so many bytes; `nil` where the budget has no room.
  func share(of bytes: Int, for token: Int64) -> Share? {
    take(bytes, token) ? Share(self, token, bytes) : nil
  }

  /// Bytes that are held now.
  var taken: Int { state.withLock { $0.taken } }

  private func take(_ bytes: Int, _ token: Int64) -> Bool {
    state.withLock { state in
      let ofToken = state.byToken[token] ?? 0
      guard bytes <= most - state.taken, bytes <= mostOfToken - ofToken else { return false }
      state.taken += bytes
      state.byToken[token] = ofToken + bytes
      return true
    }
  }

  private func give(back bytes: Int, _ token: Int64) {
    state.withLock { state in
      state.taken -= bytes
      let left = (state.byToken[token] ?? bytes) - bytes
      state.byToken[token] = left > 0 ? left : nil
    }
  }
}
