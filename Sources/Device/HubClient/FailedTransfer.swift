import CCurl
import Glibc
import SyncCore

/// Translates curl's result of a failed transfer into an error of the engine.
struct FailedTransfer {
  let code: CURLcode
  /// curl's own text; may be empty.
  let text: String
  /// The system's error number; 0 if there is none.
  let systemError: Int32
  /// Whether the connection was established before the failure.
  let wasConnected: Bool
  let configuration: HubConnection.Configuration

  private var detail: String {
    let said = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    return configuration.withoutSecrets(said)
  }

  /// The error for the engine.
  var error: TransportError {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return .hostUnknown(host: Target.host(of: configuration.baseURL))
    case CURLE_COULDNT_CONNECT:
      return .unreachable(detail: systemError > 0 ? systemText : detail)
    case CURLE_OPERATION_TIMEDOUT:
      // curl's own time limit applies to connecting only. A timeout of the kernel comes with its error
      // number.
      return systemError == ETIMEDOUT
        ? .unreachable(detail: systemText) : .timedOut(after: configuration.connectTimeout)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT:
      return .untrusted(detail: detail)
    case CURLE_SSL_CONNECT_ERROR, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      if detail.contains("wrong version number") || detail.contains("packet length too long") {
        return .withoutTLS(detail: detail)
      }
      // A server that refuses the client certificate sends a TLS alert: during the handshake in TLS 1.2,
      // after it in TLS 1.3.
      if detail.contains("alert") || detail.contains("certificate") { return .untrusted(detail: detail) }
      return .interrupted(detail: detail)
    case CURLE_UNSUPPORTED_PROTOCOL where wasConnected:
      // "Received HTTP/0.9": something in between answers in the hub's place. That is temporary.
      return .interrupted(detail: "the answer is not HTTP")
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
