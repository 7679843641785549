import CFaultVFS
import Foundation
import HubStore
import SyncCore
import SyncWire

/// The hub: its file, and a process that a step may kill.
final class HubMachine {
  private unowned let world: World
  let path: String
  private(set) var library: HubLibrary?
  private var owner: Int32 = 0
  private var dies = false
  private var downUntil: Duration = .zero
  /// The error of its clock.
  var skew: Duration = .zero
  /// The parked long polls.
  private var held: [(name: String, request: HubRequest, deadline: Duration, then: (HubResponse?) -> Void)] =
    []
  /// A saved copy, with the values that were typed by then.
  private var backUp: String?

  init(_ world: World) {
    self.world = world
    path = world.directory + "/hub.sqlite"
  }

  private var wall: Instant { Instant(milliseconds: World.epoch + (world.now + skew).milliseconds) }

  // MARK: - Requests

  /// Answers a request: at once, or for a long poll without entries when there are some. `nil` means that
  /// nobody answers.
  func receive(_ request: HubRequest, name: String, then: @escaping (HubResponse?) -> Void) {
    guard let response = answer(request) else { return then(nil) }
    if request.path == SendRequest.path { world.after(.milliseconds(1)) { [self] in ring() } }
    let isEmpty = response.body.starts(with: Self.emptyPage) && response.status == 200
    guard request.path == GetRequest.path, request.wait > .zero, isEmpty else { return then(response) }
    held.append((name, request, world.now + request.wait, then))
    world.after(request.wait) { [self] in release { $0.name == name } }
  }

  private static let emptyPage = Array("{\"changes\":[]".utf8)

  /// The device has cancelled a request.
  func release(of name: String) { held.removeAll { $0.name == name } }

  /// The log may have grown.
  private func ring() {
    let waiting = held
    held = []
    for poll in waiting {
      guard let response = answer(poll.request) else {
        poll.then(nil)
        continue
      }
      if response.body.starts(with: Self.emptyPage), response.status == 200, poll.deadline > world.now {
        held.append(poll)
      } else {
        poll.then(response)
      }
    }
  }

  private func release(
    _ isDue: ((name: String, request: HubRequest, deadline: Duration, then: (HubResponse?) -> Void)) -> Bool
  ) {
    let due = held.filter { isDue($0) && $0.deadline <= world.now }
    held.removeAll { isDue($0) && $0.deadline <= world.now }
    for poll in due { poll.then(answer(poll.request)) }
  }

  private func answer(_ request: HubRequest) -> HubResponse? {
    guard world.now >= downUntil, let library = opened() else { return nil }
    faultvfs_set_owner(owner)
    let response = library.answer(request, now: wall)
    faultvfs_set_owner(0)
    if dies, faultvfs_has_fired(owner) != 0 {
      dies = false
      kill(for: .seconds(1))
      return nil
    }
    world.wire.inspect(response: response, to: request)
    return response
  }

  private func opened() -> HubLibrary? {
    if let library { return library }
    owner = faultvfs_new_owner()
    faultvfs_set_owner(owner)
    defer { faultvfs_set_owner(0) }
    do {
      let log = LogID(rawValue: "log-\(world.setup.seed)")
      // One change per step, so that a batch takes several steps here too, and the hub may die between any
      // two.
      library = try HubLibrary.open(at: path, durability: .process, newLogID: log, stepChanges: 1)
    } catch {
      world.trace("the hub cannot open its file: \(error)")
    }
    return library
  }

  // MARK: - Faults

  /// `kill -9`, with a restart after a while. Waiting devices see that the connection broke.
  func kill(for span: Duration) {
    world.trace("the hub is killed")
    faultvfs_arm(owner, Int32(FAULTVFS_DIE.rawValue), 0)
    drop()
    downUntil = world.now + span
    let broken = held
    held = []
    for poll in broken { poll.then(nil) }
  }

  func arm(_ kind: faultvfs_kind, after count: Int) {
    guard opened() != nil else { return }
    dies = kind == FAULTVFS_DIE
    faultvfs_arm(owner, Int32(kind.rawValue), Int32(count))
  }

  /// Disarms all faults.
  func disarm() {
    dies = false
    faultvfs_disarm(owner)
    downUntil = .zero
  }

  /// Whether it has ever been up.
  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  private func drop() {
    faultvfs_set_owner(owner)
    library = nil
    faultvfs_set_owner(0)
  }

  /// Saves a copy of the file.
  func putAside() throws {
    drop()
    guard FileManager.default.fileExists(atPath: path) else { return }
    let copy = path + "-aside"
    // The last connection to close leaves nothing next to the file, unless a fault made it fail.
    guard !FileManager.default.fileExists(atPath: path + "-wal") else { return }
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    backUp = copy
    world.trace("the hub's file is copied")
  }

  /// Restores the saved copy of the file; returns false if there is none.
  func restore() throws -> Bool {
    guard let backUp else { return false }
    kill(for: .seconds(1))
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try FileManager.default.copyItem(atPath: backUp, toPath: path)
    world.trace("the hub's file is restored from a copy")
    return true
  }

  /// Runs retention with a very short time.
  func retain(_ retention: Duration) {
    guard world.now >= downUntil, let library = opened() else { return }
    faultvfs_set_owner(owner)
    let report = Result { try library.retain(now: wall, retention: retention) }
    faultvfs_set_owner(0)
    world.trace("the hub forgets: \(report)")
    guard dies, faultvfs_has_fired(owner) != 0 else { return }
    dies = false
    kill(for: .seconds(1))
  }

  /// `mediasync-hub device forget`.
  func declareGone(_ device: DeviceMachine) throws {
    guard world.now >= downUntil, let library = opened(), let id = try device.identity() else { return }
    let isKnown = try? library.forget(DeviceID(rawValue: id))
    world.trace("\(device.name) is declared gone (\(isKnown ?? false))")
  }

  /// Ends the history.
  func leave() {
    held = []
    drop()
  }
}
