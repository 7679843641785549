extension HubConnection {
  /// Where the hub is, how we prove who we are, and what bounds hold.
  package struct Configuration: Hashable, Sendable {
    /// The protocol's base URL, `http` or `https`, such as `http://host:5000/sync`.
    package var baseURL: String
    /// Sent as `Authorization: Bearer …`.
    package var bearerToken: String?
    /// Sent as `X-API-KEY: …`.
    package var apiKey: String?
    /// Certificates to trust in place of the system's: a PEM file.
    package var caFile: String?
    /// Our own certificate: a PEM file.
    package var clientCert: String?
    /// The private key of `clientCert`, where it is not in the same file.
    package var clientKey: String?
    /// How long making a connection may take.
    package var connectTimeout: Duration
    /// How long nothing may move in a request, not counting its `wait`; one that makes progress may take any time.
    package var requestTimeout: Duration
    /// What we call ourselves.
    package var userAgent: String
    /// The largest reply, decompressed, that is taken in, in bytes.
    package var maxReplyBytes: Int
    /// Whether `baseURL` is all of the address: nothing is joined to it, and all of it but the host is a secret.
    private(set) var isWhole = false

    /// Takes every part; only the base URL has no default.
    package init(
      baseURL: String, bearerToken: String? = nil, apiKey: String? = nil, caFile: String? = nil,
      clientCert: String? = nil, clientKey: String? = nil, connectTimeout: Duration = .seconds(10),
      requestTimeout: Duration = .seconds(45), userAgent: String = "mediasyncd",
      maxReplyBytes: Int = 64 << 20
    ) {
      self.baseURL = baseURL
      self.bearerToken = bearerToken
      self.apiKey = apiKey
      self.caFile = caFile
      self.clientCert = clientCert
      self.clientKey = clientKey
      self.connectTimeout = connectTimeout
      self.requestTimeout = requestTimeout
      self.userAgent = userAgent
      self.maxReplyBytes = maxReplyBytes
    }

    /// For a URL that is asked for as it stands, with none of the hub's secrets; its reply hardly counts.
    package init(wholeURL url: String, requestTimeout: Duration, userAgent: String) {
      self.init(
        baseURL: url, connectTimeout: requestTimeout, requestTimeout: requestTimeout, userAgent: userAgent,
        maxReplyBytes: 64 << 10)
      isWhole = true
    }

    /// The host alone, for people.
    package var host: String { Target.host(of: baseURL) }

    /// `text` without our secrets, for error texts (design.md promise 8, issue: secrets never show).
    func withoutSecrets(_ text: String) -> String {
      var text = text
      for secret in [bearerToken, apiKey, isWhole ? baseURL : nil, Target.userInfo(of: baseURL)] {
        guard let secret, !secret.isEmpty else { continue }
        text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
      }
      return text
    }
  }
}
