import EventLoop
import Testing

@Suite struct LoopExecutorTests {
  private actor Counter {
    let loop: LoopExecutor
    var count = 0
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    init(loop: LoopExecutor) { self.loop = loop }
    func increment() -> Int {
      count += 1
      return count
    }
  }

  @Test func `a handler enters an actor on the loop without a task`() async {
    let loop = LoopExecutor()
    let counter = Counter(loop: loop)
    #expect(await counter.increment() == 1)
    let entered = Signpost<Int>()
    loop.run { entered.pass(counter.assumeIsolated { $0.increment() }) }
    #expect(entered.next() == 2)
  }

  @Test func `the loop knows whether the caller is on it`() {
    let loop = LoopExecutor()
    let other = LoopExecutor()
    #expect(loop.isIsolatingCurrentContext() == false)
    let answers = Signpost<[Bool?]>()
    loop.run { answers.pass([loop.isIsolatingCurrentContext(), other.isIsolatingCurrentContext()]) }
    #expect(answers.next() == [true, false])
  }

  @Test func `entering from another thread crashes and does not race`() async {
    await #expect(processExitsWith: .failure) {
      LoopExecutor().checkIsolated()
    }
  }
}
