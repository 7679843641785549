import EventLoop
import Glibc
import Testing

// Signals belong to the whole process: one test at a time.
@Suite(.serialized) struct SourceTests {
  private func makePipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  @Test func `a signal reaches the loop and does not end the process`() throws {
    let loop = LoopExecutor()
    let heard = Signpost<Int32>()
    let source = try SignalSource(loop: loop, signals: [SIGHUP, SIGUSR1]) { heard.pass($0) }
    kill(getpid(), SIGHUP)
    #expect(heard.next() == SIGHUP)
    kill(getpid(), SIGUSR1)
    #expect(heard.next() == SIGUSR1)
    loop.queue.sync { source.cancel() }
  }

  @Test func `a source reports readiness, pauses, and closes its descriptor when cancelled`() throws {
    let loop = LoopExecutor()
    let ends = makePipe()
    let heard = Signpost<UInt8>()
    let source = FileSource(loop: loop, descriptor: ends.read, closing: true) {
      var byte: UInt8 = 0
      if read(ends.read, &byte, 1) == 1 { heard.pass(byte) }
    }
    write(ends.write, [7 as UInt8], 1)
    #expect(heard.next() == 7)
    loop.queue.sync { source.suspend() }
    write(ends.write, [8 as UInt8], 1)
    #expect(heard.next(within: 0.1) == nil)
    loop.queue.sync { source.resume() }
    #expect(heard.next() == 8)
    loop.queue.sync {
      source.suspend()
      source.cancel()
    }
    let end = BootClock.now + .seconds(5)
    // Checked at the other end: the number itself may already be another test's descriptor.
    func isReadEndClosed() -> Bool {
      var asked = pollfd(fd: ends.write, events: Int16(POLLOUT), revents: 0)
      return poll(&asked, 1, 0) == 1 && Int32(asked.revents) & POLLERR != 0
    }
    while !isReadEndClosed(), BootClock.now < end { loop.queue.sync {} }
    #expect(isReadEndClosed())
    close(ends.write)
  }

  @Test func `a descriptor's number may be used again right after its removal`() throws {
    let loop = LoopExecutor()
    let heard = Signpost<String>()
    let set = try DescriptorSet(loop: loop)
    try loop.queue.sync {
      let first = makePipe()
      let second = makePipe()
      try set.add(first.read, .read) { _ in heard.pass("first") }
      write(first.write, [1 as UInt8], 1)
      write(second.write, [1 as UInt8], 1)
      set.remove(first.read)
      // The old number now names the second pipe.
      dup2(second.read, first.read)
      close(second.read)
      let number = first.read
      try set.add(number, .read) { ready in
        var byte: UInt8 = 0
        read(number, &byte, 1)
        heard.pass(ready.contains(.read) ? "second" : "neither")
      }
    }
    #expect(heard.next() == "second")
    #expect(heard.next(within: 0.05) == nil)
    loop.queue.sync { set.cancel() }
  }

  @Test func `a handler that removes another runs last`() throws {
    let loop = LoopExecutor()
    let heard = Signpost<Int>()
    let set = try DescriptorSet(loop: loop)
    try loop.queue.sync {
      let pipes = [makePipe(), makePipe()]
      for (index, ends) in pipes.enumerated() {
        try set.add(ends.read, .read) { _ in
          heard.pass(index)
          for ends in pipes { set.remove(ends.read) }
        }
        write(ends.write, [1 as UInt8], 1)
      }
    }
    #expect(heard.next() != nil)
    #expect(heard.next(within: 0.05) == nil)
  }
}
