extension HubConnection {
  /// The hub's address, the credentials for it, and the limits of requests.
  package struct Configuration: Hashable, Sendable {
    /// The protocol's base URL, `http` or `https`, such as `http://host:5000/sync`.
    package var baseURL: String
    /// Sent as `Authorization: Bearer …`.
    package var bearerToken: String?
    /// Sent as `X-API-KEY: …`.
    package var apiKey: String?
    /// A PEM file with certificates to trust in place of the system's.
    package var caFile: String?
    /// A PEM file with the client certificate.
    package var clientCert: String?
    /// The private key of `clientCert`, if it is in another file.
    package var clientKey: String?
    /// How long connecting may take.
    package var connectTimeout: Duration
    /// How long a request may make no progress, not counting its `wait`. A request that makes progress may
    /// take any time.
    package var requestTimeout: Duration
    /// The value of the `User-Agent` header.
    package var userAgent: String
    /// The largest accepted reply in bytes, after decompression.
    package var maxReplyBytes: Int
    /// Whether `baseURL` is the complete URL. Then no path is appended, and all of it except the host is a
    /// secret.
    private(set) var isWhole = false

    /// Takes every part. Only the base URL has no default.
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

    /// For a complete URL that is requested without the hub's credentials. A reply may have up to 64 KiB.
    package init(wholeURL url: String, requestTimeout: Duration, userAgent: String) {
      self.init(
        baseURL: url, connectTimeout: requestTimeout, requestTimeout: requestTimeout, userAgent: userAgent,
        maxReplyBytes: 64 << 10)
      isWhole = true
    }

    /// The host alone, for people.
    package var host: String { Target.host(of: baseURL) }

    /// `text` with the secrets replaced by `***`, for error texts.
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
