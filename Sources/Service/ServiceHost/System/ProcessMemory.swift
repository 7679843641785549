import CLinux

/// What this process keeps of the machine's memory.
package enum ProcessMemory {
  /// Keeps the heap from growing for good with what was needed for a moment. Called once, before there are threads.
  package static func prepare() { clinux_memory_prepare() }

  /// Gives back what is free of the heap, and the pages of the program that are not in use, such as those of its
  /// start. What is needed again is mapped again, from the system's own copy of the file. Takes a millisecond or so;
  /// for after a large piece of work.
  package static func release() { clinux_memory_release() }
}
