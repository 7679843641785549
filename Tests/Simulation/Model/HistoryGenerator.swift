import SampleApplication

extension History {
  /// Makes the history of a seed. Each has its own character: only some kinds of edits and some kinds of
  /// faults occur in it, so that those meet each other often enough.
  package init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var setup = Setup()
    setup.devices = random.number(2...(random.chance(70) ? 3 : 4))
    setup.batch = random.number(1...12)
    setup.page = random.number(1...12)
    setup.piece = random.number(1...12)
    setup.slice = random.number(1...5)
    setup.listens = random.chance(70)
    setup.seed = random.next()
    let character = Character(&random, devices: setup.devices)
    let count = random.number(15...75)
    var steps: [Step] = []
    for device in 0..<setup.devices {
      steps.append(Step(.addMedia, device: device, seed: random.next()))
    }
    while steps.count < count { steps += character.next(&random) }
    steps += Self.addedAgain(seed, devices: setup.devices)
    steps = Self.withUpgrades(steps, seed, devices: setup.devices)
    steps = Self.withBlobs(steps, seed, devices: setup.devices)
    steps = Self.withPipelines(steps, seed, devices: setup.devices)
    steps += Self.putBack(seed, devices: setup.devices)
    steps += Self.shortenedLogs(seed, devices: setup.devices)
    steps = Self.withDeletions(steps, seed, devices: setup.devices)
    self.init(setup: setup, steps: steps)
  }

  /// In one of eight histories a person who is in step adds a hard-deleted medium again, and continues to
  /// write while the hub answers that it is the old one under another name. Often the hub's clock was set
  /// back just before: then others' earlier edits count as later. Separate random numbers keep the other
  /// steps unchanged.
  private static func addedAgain(_ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: ~seed)
    guard random.chance(12) else { return [] }
    let device = random.number(0...(devices - 1))
    var steps = [Step(.run, amount: random.number(20_000...90_000), seed: random.next())]
    if random.chance(60) {
      steps.append(Step(.hubClock, amount: -random.number(1...10_000_000), seed: random.next()))
    }
    steps.append(Step(.addAgain, device: device, seed: random.next()))
    // The changes are sent some 300 ms later.
    steps.append(Step(.run, amount: random.number(300...380), seed: random.next()))
    steps.append(Step(.updateMedia, device: device, seed: random.next()))
    return steps
  }

  /// In one of five histories applications are upgraded, each at its own time, and people add what the later
  /// schema allows; at the end a cycle of keywords is renamed. Separate random numbers, as above.
  private static func withUpgrades(_ steps: [Step], _ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0x5C4E_3A11)
    guard random.chance(20) else { return steps }
    var steps = steps
    for device in 0..<devices where random.chance(70) {
      let place = random.number(0...steps.count)
      steps.insert(Step(.upgradeSchema, device: device, seed: random.next()), at: place)
    }
    let edits: [Step.Kind] = [
      .addTranscript, .addTranscript, .batchChunks, .batchChunks, .addMedia, .addMedia,
    ]
    for _ in 0..<random.number(3...15) {
      let step = Step(
        edits[random.number(0...5)], device: random.number(0...(devices - 1)), seed: random.next())
      steps.insert(step, at: random.number(devices...steps.count))
    }
    guard random.chance(50) else { return steps }
    steps.append(Step(.run, amount: 150_000, seed: random.next()))
    steps.append(Step(.rotateKeywords, device: random.number(0...(devices - 1)), seed: random.next()))
    return steps
  }

  /// In one of eight histories people put bytes in place of a medium's author. Separate random numbers.
  private static func withBlobs(_ steps: [Step], _ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0xB10B)
    guard random.chance(12) else { return steps }
    var steps = steps
    for _ in 0..<random.number(1...5) {
      let step = Step(.writeBlob, device: random.number(0...(devices - 1)), seed: random.next())
      steps.insert(step, at: random.number(devices...steps.count))
    }
    return steps
  }

  /// In one of six histories somebody sends two requests to the daemon in one write. Separate random numbers.
  private static func withPipelines(_ steps: [Step], _ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0x0F1F_E11E)
    guard random.chance(17) else { return steps }
    var steps = steps
    for _ in 0..<random.number(1...8) {
      let step = Step(.pipeline, device: random.number(0...(devices - 1)), seed: random.next())
      steps.insert(step, at: random.number(devices...steps.count))
    }
    return steps
  }

  /// In one of five histories somebody restores a library's state of a moment ago, while the daemon runs and
  /// people write: in place, or by copying over the file. Often changes to or from the hub are in transfer.
  /// Separate random numbers.
  private static func putBack(_ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0x9E37_79B9_7F4A_7C15)
    guard random.chance(20) else { return [] }
    let device = random.number(0...(devices - 1))
    let edits: [Step.Kind] = [.addMedia, .updateMedia, .updatePartial, .setKeywords, .trash, .moveURL]
    func work(_ most: Int) -> [Step] {
      (0..<random.number(1...most)).flatMap { _ in
        let person = random.chance(60) ? device : random.number(0...(devices - 1))
        return [
          Step(edits.randomElement(using: &random) ?? .addMedia, device: person, seed: random.next()),
          Step(.run, amount: random.number(1...(random.chance(50) ? 400 : 8000)), seed: random.next()),
        ]
      }
    }
    var steps = [Step(.run, amount: random.number(1...60_000), seed: random.next())]
    steps.append(Step(.backUp, device: device, seed: random.next()))
    steps += work(5)
    if random.chance(50) { steps.append(Step(.events, amount: random.number(1...6), seed: random.next())) }
    steps.append(
      Step(random.chance(65) ? .restoreInPlace : .copyOver, device: device, seed: random.next()))
    return steps + work(4)
  }

  /// In one of five histories somebody deletes very much at the end, once or twice, when everybody has had
  /// the time to come to rest; every device then has a brake that holds even a few rows. People continue to
  /// write, and accept or refuse. Separate random numbers.
  private static func withDeletions(_ steps: [Step], _ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0xB4A_4E00)
    guard random.chance(20) else { return steps }
    func anybody(_ kind: Step.Kind, amount: Int = 0) -> Step {
      Step(kind, device: random.number(0...(devices - 1)), amount: amount, seed: random.next())
    }
    let edits: [Step.Kind] = [.updateMedia, .updatePartial, .addTranscript, .setKeywords, .undelete]
    var steps = steps
    for _ in 0..<random.number(1...2) {
      for _ in 0..<4 { steps.append(anybody(.addMedia)) }
      steps.append(anybody(.run, amount: random.number(60_000...150_000)))
      if random.chance(40) { steps.append(anybody(.updateMedia)) }
      steps.append(anybody(.deleteMuch, amount: random.number(2...5)))
      for _ in 0..<random.number(0...3) {
        steps.append(anybody(.run, amount: random.number(1...8000)))
        steps.append(anybody(edits.randomElement(using: &random) ?? .updateMedia))
      }
      if random.chance(70) { steps.append(anybody(.decide, amount: random.number(0...1))) }
    }
    return steps
  }

  /// In one of five histories logs are emptied or pruned at the end, each time after everybody had the time
  /// to come to rest: then edits since may have no entry. Separate random numbers keep the other steps
  /// unchanged.
  private static func shortenedLogs(_ seed: UInt64, devices: Int) -> [Step] {
    var random = SeededGenerator(seed: seed ^ 0x106_5407)
    guard random.chance(20) else { return [] }
    let kinds: [Step.Kind] = [.updateMedia, .updatePartial, .trash, .addTranscript, .addUnvectorized]
    var steps: [Step] = []
    for _ in 0..<random.number(1...3) {
      let device = random.number(0...(devices - 1))
      steps.append(Step(.run, amount: random.number(60_000...150_000), seed: random.next()))
      for _ in 0..<random.number(1...4) {
        let editor = random.chance(80) ? device : random.number(0...(devices - 1))
        let kind = kinds.randomElement(using: &random) ?? .updateMedia
        steps.append(Step(kind, device: editor, seed: random.next()))
      }
      let kind: Step.Kind = random.chance(30) ? .resetLog : .pruneLog
      steps.append(Step(kind, device: device, amount: random.number(1...5), seed: random.next()))
    }
    return steps
  }

  /// The kinds of steps in a history, and their frequency.
  private struct Character {
    var edits: [Step.Kind]
    var faults: [Step.Kind]
    var editShare: Int
    var faultShare: Int
    var devices: Int

    init(_ random: inout SeededGenerator, devices: Int) {
      self.devices = devices
      edits = [.addMedia] + (Step.edits + Step.namings).filter { _ in random.chance(45) }
      let share = random.number(0...40)
      faults =
        Character.faults.filter { _ in random.chance(share) }
        + (random.chance(50) ? Character.copies.filter { _ in random.chance(share) } : [])
      editShare = random.number(25...60)
      faultShare = faults.isEmpty ? 0 : random.number(5...30)
    }

    /// The faults that a history may hold.
    static let faults: [Step.Kind] = [
      .editBetween, .holdLock, .read, .trigger, .pause, .resume, .kill, .killAtWrite, .fullDisk, .ioError,
      .clock,
      .loseRequest, .loseReply, .duplicate, .late, .cutRequest, .cutReply, .cutBody, .refuse, .away, .hubKill,
      .hubKillAtWrite, .hubIOError, .hubClock,
    ]

    /// Operations on whole files, and what the hub drops.
    static let copies: [Step.Kind] = [
      .backUp, .restoreLibrary, .copyLibrary, .hubBackUp, .hubRestore, .hubRetain, .declareGone,
    ]

    func next(_ random: inout SeededGenerator) -> [Step] {
      let device = random.number(0...(devices - 1))
      let roll = random.number(1...100)
      if roll <= editShare, let kind = edits.randomElement(using: &random) {
        return [Step(kind, device: device, seed: random.next())]
      }
      if roll <= editShare + faultShare, let kind = faults.randomElement(using: &random) {
        return [Step(kind, device: device, amount: Self.amount(kind, &random), seed: random.next())]
      }
      if random.chance(60) { return [Step(.events, amount: random.number(1...8), seed: random.next())] }
      let span = [20, 200, 2000, 20_000, 90_000].randomElement(using: &random) ?? 200
      return [Step(.run, amount: random.number(1...span), seed: random.next())]
    }

    private static func amount(_ kind: Step.Kind, _ random: inout SeededGenerator) -> Int {
      switch kind {
      case .kill, .hubKill, .away, .holdLock: return random.number(1...(random.chance(70) ? 2000 : 100_000))
      case .killAtWrite, .ioError, .hubKillAtWrite, .hubIOError, .fullDisk:
        return random.number(1...(random.chance(70) ? 8 : 40))
      case .clock, .hubClock:
        let span = random.chance(50) ? 5000 : 10_000_000
        return random.number(-span...span)
      case .loseRequest, .loseReply, .duplicate, .late, .cutRequest, .cutReply, .cutBody, .refuse:
        return random.number(1...3)
      case .hubRetain: return random.number(1...(random.chance(50) ? 2000 : 200_000))
      case .editBetween, .read: return random.number(1...6)
      case .pause: return random.chance(50) ? 0 : random.number(1...20_000)
      default: return 0
      }
    }
  }
}
