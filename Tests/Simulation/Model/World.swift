import Foundation
import SampleApplication
import SyncCore

/// Everything of one history: virtual time, the hub, the devices, and what people have typed.
///
/// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
final class World: @unchecked Sendable {
  /// The wall clock's time at the beginning, where a clock is right: 2026-01-01.
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
  /// How much changes from elsewhere may take on each device before somebody is asked.
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

  /// The hub. It is there as long as the world is.
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

  /// Asks for something to happen after a span of virtual time.
  func after(_ span: Duration, _ action: @escaping () -> Void) { events.add(at: now + span, action) }

  /// Time that passes while something is being done.
  func spend(_ span: Duration) { now += span }

  /// Lets the next thing happen; false where there is none before `end`.
  func happen(before end: Duration) -> Bool {
    guard let next = events.next, next <= end, let (due, action) = events.take() else { return false }
    now = max(now, due)
    action()
    executor.drain()
    return true
  }

  /// Lets time pass.
  func run(_ span: Duration) {
    let end = now + span
    while happen(before: end) {}
    now = max(now, end)
  }

  /// Lets so many things happen, within ten minutes.
  func run(events count: Int) {
    let end = now + .seconds(600)
    for _ in 0..<count where !happen(before: end) { return }
  }

  /// The application failed where waiting would have done (promise 6).
  func suffered(_ device: DeviceMachine, _ what: String) {
    tell("\(device.name): the application fails: \(what)")
    suffering = suffering ?? Violation("the application never fails for us", "\(device.name): \(what)")
  }

  /// Adds a line to the trace. Where the files lie differs from run to run and is left out.
  func tell(_ line: @autoclosure () -> String) {
    trace.add(now, line().replacingOccurrences(of: directory + "/", with: ""))
  }

  /// Tells what a message says.
  func tell(body: [UInt8]) {
    guard trace.detail == .messages, !body.isEmpty else { return }
    tell(String(decoding: body, as: UTF8.self))
  }

  /// Lets go of every file.
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
