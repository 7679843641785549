import HubStore

/// Divides the process's file descriptors among connections, open library files and a reserve for everything
/// else. The runtime itself would end the process if it got no descriptor.
package struct DescriptorPlan: Hashable, Sendable {
  /// The most connections at once.
  package let connections: Int
  /// The most libraries that are kept open.
  package let libraries: Int

  /// The most connections, whatever the system allows: each also costs memory.
  private static let connectionsMax = 10_000
  private static let librariesMax = 32
  /// For the tokens, the event loops, and a library that opens while another closes.
  private static let reserve = 96

  /// Divides so many descriptors. With fewer than 256 the hub still works, but with few connections.
  package init(descriptors: Int) {
    let free = max(32, descriptors - Self.reserve)
    libraries = min(Self.librariesMax, max(1, free / 4 / HubData.descriptorsOfLibrary))
    connections = min(Self.connectionsMax, max(8, free - libraries * HubData.descriptorsOfLibrary))
  }
}
