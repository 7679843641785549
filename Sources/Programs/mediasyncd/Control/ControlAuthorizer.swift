import ControlProtocol
import EventLoop
import Journal
import Logging
import ServiceHost

/// Lets in what a peer may ask for, and writes down who has changed what. On the loop alone.
///
/// Sound as `@unchecked Sendable`: made and used on the loop.
final class ControlAuthorizer: @unchecked Sendable {
  /// Refusals are told at most so often: whoever is refused could ask again and again.
  private static let refusalInterval: Duration = .seconds(60)

  private let policy: ControlPolicy
  private let logger: Logger
  private var lastRefusal: Duration?
  /// A check reads the whole machine and asks the hub; who may only read may ask for so many.
  private var checks = RateLimiter(burst: 5, interval: .seconds(12))
  private var untold = 0

  init(policy: ControlPolicy, logger: Logger) {
    self.policy = policy
    self.logger = logger
  }

  /// Why the request may not be carried out; `nil` where it may.
  func refusal(_ request: ControlRequest, from peer: ControlServer.Peer) -> ControlReply? {
    let act = request.act
    guard act.isChange else {
      logger.debug("asked on the control socket", metadata: fields(act, peer))
      return nil
    }
    guard policy.allowsChange(by: peer.credentials) else {
      noteRefusal(act, peer)
      return .error(.forbidden, policy.refusal(of: act.words, to: peer.credentials))
    }
    let sender = peer.credentials.map { " by uid \($0.user) (pid \($0.process))" } ?? ""
    logger.record(
      .controlChange, "\(act.words) requested\(sender)",
      fields: fields(act, peer).merging(request.given) { $1 })
    return nil
  }

  /// Why a check may not be made now; `nil` where it may.
  func pace(of peer: ControlServer.Peer) -> ControlReply? {
    guard !policy.allowsChange(by: peer.credentials), let wait = checks.admit(now: BootClock.now) else {
      return nil
    }
    let seconds = max(1, wait.components.seconds + 1)
    return .error(.busy, "the daemon was asked to check too often; ask again in \(seconds) s")
  }

  private func noteRefusal(_ act: ControlAct, _ peer: ControlServer.Peer) {
    let now = BootClock.now
    if let lastRefusal, now - lastRefusal < Self.refusalInterval {
      untold += 1
      return
    }
    var fields = fields(act, peer)
    if untold > 0 { fields["untold"] = .stringConvertible(untold) }
    logger.record(.controlRefused, fields: fields)
    lastRefusal = now
    untold = 0
  }

  private func fields(_ act: ControlAct, _ peer: ControlServer.Peer) -> Logger.Metadata {
    var fields: Logger.Metadata = ["verb": "\(act.words)"]
    if let credentials = peer.credentials {
      fields["peer_uid"] = .stringConvertible(credentials.user)
      fields["peer_pid"] = .stringConvertible(credentials.process)
    }
    return fields
  }
}

extension ControlRequest {
  /// What a change was given, for who looks up later what became of what.
  fileprivate var given: Logger.Metadata {
    switch self {
    case .logLevel(let level?): ["level": "\(level)"]
    case .pause(let seconds?): ["for_seconds": .stringConvertible(seconds)]
    case .conflicts(.restore(let id)), .conflicts(.dismiss(let id)), .quarantine(.drop(let id)),
      .history(.restore(let id)):
      ["record": .stringConvertible(id)]
    case .quarantine(.retry(let id)): ["record": id.map { .stringConvertible($0) } ?? "all"]
    case .changes(.accept(let through?)), .changes(.refuse(let through?)):
      ["through": .stringConvertible(through)]
    case .conflicts(.dismissAll), .quarantine(.dropAll(nil)): ["record": "all"]
    case .quarantine(.dropAll(let entity?)): ["record": "all", "entity": "\(entity.prefix(60))"]
    case .task(let task): task.given
    case .hello, .status, .version, .metrics, .check, .wait, .watch, .logLevel(nil), .trigger, .pause(nil),
      .resume,
      .reload, .conflicts(.list), .conflicts(.show), .quarantine(.list), .quarantine(.show),
      .changes(.show), .changes(.accept(nil)), .changes(.refuse(nil)), .history(.list), .history(.show):
      [:]
    }
  }
}

extension MaintenanceTaskRequest {
  fileprivate var given: Logger.Metadata {
    switch self {
    case .verify(let repair): repair ? ["with": "repair"] : [:]
    case .adopt(let dryRun): dryRun ? ["with": "dry-run"] : [:]
    case .resync(let join): join ? ["with": "join"] : [:]
    }
  }
}
