import CLinux

/// What kind of file system holds a file, as far as watching it is concerned.
package enum FileSystemKind {
  // Magic numbers of statfs(2). Behind FUSE there may be a local disk or another machine: we cannot tell.
  private static let network: [Int64: String] = [
    0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x00C3_6400: "Ceph",
    0x5346_414F: "AFS", 0x0102_1997: "9P", 0x7375_7245: "Coda", 0x6573_5546: "FUSE", 0x564C: "NCP",
    0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2",
  ]

  /// The name of the network file system that holds `path`, on which other machines' writes are not told
  /// of and the library has to be polled; `nil` for a local one and where it cannot be told.
  package static func networkName(_ path: String) -> String? { network[clinux_file_system_type(path)] }

  /// Whether the library has to be polled there.
  package static func isNetwork(_ path: String) -> Bool { networkName(path) != nil }
}
