import HubStore

/// What becomes of the descriptors that the process may have: connections that are open, library files that are kept open,
/// and a reserve for everything else. The runtime itself ends the process where it gets none.
package struct DescriptorPlan: Hashable, Sendable {
  /// Connections at once.
  package let connections: Int
  /// Libraries that are kept open.
  package let libraries: Int

  /// More connections than this are not taken, whatever the system allows: each costs memory as well.
  private static let connectionsMax = 10_000
  private static let librariesMax = 32
  /// The tokens, the event loops, a library that is opened while another is closed.
  private static let reserve = 96

  /// Divides so many descriptors. With fewer than 256 the hub still works, with few connections.
  package init(descriptors: Int) {
    let free = max(32, descriptors - Self.reserve)
    libraries = min(Self.librariesMax, max(1, free / 4 / HubData.descriptorsOfLibrary))
    connections = min(Self.connectionsMax, max(8, free - libraries * HubData.descriptorsOfLibrary))
  }
}
