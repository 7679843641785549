/// What daemon, control tool and hub are: all are built from one source.
package enum Build {
  /// The version of this build.
  package static let version = "0.1.0"
}
