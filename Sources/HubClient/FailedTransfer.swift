import CCurl
import Glibc
import SyncCore

/// Turns what curl says of a failed transfer into what the engine knows.
struct FailedTransfer {
  let code: CURLcode
  /// curl's own text; may be empty.
  let text: String
  /// The system's error number; 0 where there is none.
  let systemError: Int32
  /// Whether the connection stood when it failed.
  let wasConnected: Bool
  let configuration: HubConnection.Configuration

  private var detail: String {
    let said = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    return configuration.withoutSecrets(said)
  }

  /// The error as the engine knows it.
  var error: TransportError {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return .hostUnknown(host: Target.host(of: configuration.baseURL))
    case CURLE_COULDNT_CONNECT:
      return .unreachable(detail: systemError > 0 ? systemText : detail)
    case CURLE_OPERATION_TIMEDOUT:
      // Only making a connection has a time limit of curl's. The kernel's own comes with its number.
      return systemError == ETIMEDOUT
        ? .unreachable(detail: systemText) : .timedOut(after: configuration.connectTimeout)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT:
      return .untrusted(detail: detail)
    case CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      if detail.contains("wrong version number") || detail.contains("packet length too long") {
        return .withoutTLS(detail: detail)
      }
      // A server that refuses our certificate says so in a TLS alert: during the handshake in TLS 1.2, after it
      // in TLS 1.3.
      if detail.contains("alert") || detail.contains("certificate") { return .untrusted(detail: detail) }
      return .interrupted(detail: detail)
    case CURLE_UNSUPPORTED_PROTOCOL where wasConnected:
      // "Received HTTP/0.9": something on the way answers in the hub's place, and will not for ever.
      return .interrupted(detail: "what answered speaks no HTTP")
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN,
      CURLE_BAD_FUNCTION_ARGUMENT,
      CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_CRL_BADFILE:
      return .unusable(detail: detail)
    default:
      return .interrupted(detail: detail)
    }
  }

  private var systemText: String {
    let words = String(cString: strerror(systemError))
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}
