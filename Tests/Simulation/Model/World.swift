import Foundation
import SampleApplication
import SyncCore

/// Everything of one history: virtual time, the hub, the devices, and the typed values.
///
/// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
final class World: @unchecked Sendable {
  /// The wall clock's time at the beginning, for a correct clock: 2026-01-01.
  static let epoch: Int64 = 1_767_225_600_000

  let setup: History.Setup
  let directory: String
  let chance: Chance
  let trace: Trace
  let executor = VirtualExecutor()
  let typed = TypedValues()
  var rivals = RivalTexts()
  var things = DistinctThings()
  let wire = WireInspection()
  /// The number of changes from elsewhere that each device applies without consent.
  var brake = Brake.standard
  private(set) var now: Duration = .zero
  private(set) var devices: [DeviceMachine] = []
  /// The first failure of an application.
  private(set) var suffering: Violation?
  private var events = EventQueue()
  private var hubMachine: HubMachine?

  init(setup: History.Setup, directory: String, detail: Trace.Detail) throws {
    self.setup = setup
    self.directory = directory
    chance = Chance(seed: setup.seed)
    trace = Trace(detail)
    hubMachine = HubMachine(self)
    for _ in 0..<setup.devices { try addDevice(from: nil) }
  }

  /// The hub, which exists as long as the world.
  var hub: HubMachine {
    guard let hubMachine else { preconditionFailure("the world has a hub from its beginning on") }
    return hubMachine
  }

  /// Adds a machine with a library: an empty one, or a copy.
  @discardableResult
  func addDevice(from copy: String?) throws -> DeviceMachine {
    let device = try DeviceMachine(self, index: devices.count, copyOf: copy)
    devices.append(device)
    after(.milliseconds(chance.number(1...50))) { [device] in device.start() }
    return device
  }

  /// The device with a step's number; there may be more or fewer than when the step was made.
  func device(_ number: Int) -> DeviceMachine { devices[number % devices.count] }

  // MARK: - Time

  /// Schedules an action after a span of virtual time.
  func after(_ span: Duration, _ action: @escaping () -> Void) { events.add(at: now + span, action) }

  /// Advances the time during an action.
  func spend(_ span: Duration) { now += span }

  /// Runs the next event; returns false if there is none before `end`.
  func happen(before end: Duration) -> Bool {
    guard let next = events.next, next <= end, let (due, action) = events.removeNext() else { return false }
    now = max(now, due)
    action()
    executor.drain()
    return true
  }

  /// Advances the virtual time and runs the events.
  func run(_ span: Duration) {
    let end = now + span
    while happen(before: end) {}
    now = max(now, end)
  }

  /// Runs the given number of events, within ten minutes.
  func run(events count: Int) {
    let end = now + .seconds(600)
    for _ in 0..<count where !happen(before: end) { return }
  }

  /// The application failed for a reason other than a short wait (promise 6).
  func suffered(_ device: DeviceMachine, _ what: String) {
    trace("\(device.name): the application fails: \(what)")
    suffering = suffering ?? Violation("the application never fails for us", "\(device.name): \(what)")
  }

  /// Adds a line to the trace, without the files' directory, which differs from run to run.
  func trace(_ line: @autoclosure () -> String) {
    trace.add(now, line().replacingOccurrences(of: directory + "/", with: ""))
  }

  /// Adds a message's body to the trace.
  func trace(body: [UInt8]) {
    guard trace.detail == .messages, !body.isEmpty else { return }
    trace(String(decoding: body, as: UTF8.self))
  }

  /// Closes every file.
  func close() {
    for device in devices { device.leave() }
    hubMachine?.leave()
    devices = []
    hubMachine = nil
    events = EventQueue()
  }
}

extension Duration {
  /// Whole milliseconds, for the trace.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
