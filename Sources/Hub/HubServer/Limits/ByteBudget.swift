import Synchronization

/// Limits how many bytes of requests and replies the hub holds at once, in total and per token. A request
/// beyond the limit is answered with 503. So memory stays bounded whatever clients do, and no client can use
/// it all.
final class ByteBudget: Sendable {
  /// A share of the budget. It returns to the budget when the object is released.
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

    /// Enlarges the share. Returns false if the budget has no room.
    func grow(by more: Int) -> Bool {
      guard budget.reserve(more, token) else { return false }
      bytes.withLock { $0 += more }
      return true
    }
  }

  private struct State {
    var taken = 0
    var byToken: [Int64: Int] = [:]
  }

  /// The limit for all tokens together, in bytes.
  let most: Int
  /// The limit for one token, in bytes.
  let mostOfToken: Int
  private let state = Mutex(State())

  /// Takes the limits, in bytes.
  init(most: Int, mostOfToken: Int) {
    self.most = most
    self.mostOfToken = mostOfToken
  }

  /// 64 MiB per token, or more if a single body may be that large, and four times as much in total.
  convenience init(bytesMax: Int) {
    let ofToken = max(64 << 20, 2 * Self.cost(ofUpload: bytesMax))
    self.init(most: 4 * ofToken, mostOfToken: ofToken)
  }

  /// The cost of a `/send` with a body of so many bytes: the body, and the values parsed from it.
  static func cost(ofUpload bytes: Int) -> Int { 3 * bytes }

  /// Takes a share of so many bytes; `nil` if the budget has no room.
  func share(of bytes: Int, for token: Int64) -> Share? {
    reserve(bytes, token) ? Share(self, token, bytes) : nil
  }

  /// The bytes that are held now.
  var taken: Int { state.withLock { $0.taken } }

  private func reserve(_ bytes: Int, _ token: Int64) -> Bool {
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
