import CCrypto
import Glibc
import Settings

/// The files that curl reads at each connection, where it would fail at the next one only.
struct CertificateFiles {
  let hub: DaemonSettings.Hub

  /// What is wrong with them, with the key that names them; empty where nothing is.
  func problems() -> [String] {
    let files = [("ca_file", hub.caFile), ("client_cert", hub.clientCert), ("client_key", hub.clientKey)]
    let unreadable = files.compactMap { key, path -> String? in
      guard let path, access(path, R_OK) != 0 else { return nil }
      return "hub.\(key): \(path): \(String(cString: strerror(errno)))"
    }
    guard unreadable.isEmpty else { return unreadable }
    var problems: [String] = []
    if let path = hub.caFile, ccrypto_check_pem(path, nil) != 0 {
      problems.append("hub.ca_file: \(path) holds no certificate (PEM)")
    }
    guard let certificate = hub.clientCert, let key = hub.clientKey else { return problems }
    switch ccrypto_check_pem(certificate, key) {
    case 0: break
    case 1: problems.append("hub.client_cert: \(certificate) holds no certificate (PEM)")
    case 2: problems.append("hub.client_key: \(key) holds no private key (PEM) without a password")
    default: problems.append("hub.client_key: \(key) is not the key of the certificate in \(certificate)")
    }
    return problems
  }
}
