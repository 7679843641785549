import SyncCore
import SyncEngine

/// The store's queue: one piece of work at a time, in order. Anything else may happen between a request, its
/// work and its completion.
///
/// Sound as `@unchecked Sendable`, like every port here: a history runs on one thread from beginning to end.
final class SimulatedLibraryPort: LibraryPort, @unchecked Sendable {
  private unowned let device: DeviceMachine
  private let life: Int
  private var waiting: [() -> Void] = []
  private var isWorking = false
  private var workCount = 0

  init(_ device: DeviceMachine, life: Int) {
    self.device = device
    self.life = life
  }

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    waiting.append { [device, life] in
      let result = device.work { (session) throws(StoreError) in try work(session.current()) }
      device.after(.milliseconds(device.world.chance.number(0...3)), life) { _ in completion(result) }
    }
    resume()
  }

  func look(completion: @escaping @Sendable (Result<LookResult, StoreError>) -> Void) {
    waiting.append { [device, life] in
      let result = device.work { (session) throws(StoreError) in try session.look() }
      device.after(.milliseconds(device.world.chance.number(0...3)), life) { _ in completion(result) }
    }
    resume()
  }

  func release(completion: @escaping @Sendable () -> Void) {
    waiting.append { [device, life] in
      device.rest()
      device.after(.zero, life) { _ in completion() }
    }
    resume()
  }

  /// Closes the file when nothing has needed it for a moment.
  private func restSoon() {
    workCount += 1
    let count = workCount
    device.after(.milliseconds(300), life) { [self] _ in
      if workCount == count, waiting.isEmpty { device.rest() }
    }
  }

  /// The process is gone.
  func forget() { waiting = [] }

  func reopen() {
    waiting.append { [device] in device.forgetLibrary() }
    resume()
  }

  private func resume() {
    guard !isWorking, !waiting.isEmpty else { return }
    isWorking = true
    device.after(.milliseconds(device.world.chance.number(0...5)), life) { [self] _ in
      let next = waiting.removeFirst()
      next()
      isWorking = false
      restSoon()
      resume()
    }
  }
}

/// Work outside the loop.
final class SimulatedWorkPort: WorkPort, @unchecked Sendable {
  private unowned let device: DeviceMachine
  private let life: Int

  init(_ device: DeviceMachine, life: Int) {
    self.device = device
    self.life = life
  }

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable () -> Outcome, completion: @escaping @Sendable (Outcome) -> Void
  ) {
    device.after(.milliseconds(device.world.chance.number(0...3)), life) { _ in completion(work()) }
  }
}

/// A device's clocks, its alarm, and its random numbers.
final class DeviceTime: TimePort, @unchecked Sendable {
  private unowned let device: DeviceMachine
  private let life: Int

  init(_ device: DeviceMachine, life: Int) {
    self.device = device
    self.life = life
  }

  func now() -> Moment {
    Moment(wall: Instant(milliseconds: device.wallMilliseconds), boot: device.world.now)
  }

  func random() -> Double { device.world.chance.fraction() }
  func randomIdentifier() -> String { device.world.chance.uuid() }
  func setAlarm(after span: Duration?) { device.setAlarm(after: span, life: life) }
}

/// The messages that people would read of a device.
final class RecordingObserver: EngineObserver, @unchecked Sendable {
  private unowned let device: DeviceMachine

  init(_ device: DeviceMachine) { self.device = device }

  func report(_ transition: Transition, cycle: Int) { device.record("\(transition)") }
  func statusChanged(_ status: EngineStatus) {}
  func finished(_ outcome: CycleOutcome, took duration: Duration?) {}
}
