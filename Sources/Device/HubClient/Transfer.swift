import CCurl
import CLinux
import EventLoop
import SyncCore

/// One request in curl: its handle, the memory that curl reads, and the reply so far. It is a class because
/// curl keeps its address for the write callback. The connection holds it until it has left the multi handle.
final class Transfer {
  let ticket: RequestTicket
  let configuration: HubConnection.Configuration
  let completion: @Sendable (Result<HubResponse, TransportError>) -> Void
  let easy: EasyHandle
  /// Decides when the request makes no progress any more.
  private(set) var watch: StallTimer
  /// Its socket, once curl has named it.
  var socket: Int32?
  private let headers: HeaderList
  private let errorText: UnsafeMutableBufferPointer<CChar>
  private var body: [UInt8] = []
  private var isTooLarge = false
  private var redirectsLeft = 3
  private let method: HubRequest.Method
  private let bodySize: Int64

  /// Prepares a request.
  ///
  /// - Throws: `.unusable` if the request cannot be made.
  init(
    ticket: RequestTicket, request: HubRequest, configuration: HubConnection.Configuration,
    sockets: HubSockets,
    completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) throws(TransportError) {
    let base = configuration.baseURL
    guard let url = configuration.isWhole ? Target.whole(base) : Target.url(base: base, request: request)
    else {
      throw .unusable(
        detail: "the hub's URL is not an http or https address: "
          + configuration.withoutSecrets(configuration.baseURL))
    }
    guard let easy = EasyHandle() else { throw .unusable(detail: "no memory for a request") }
    self.ticket = ticket
    self.configuration = configuration
    self.completion = completion
    self.easy = easy
    method = request.method
    bodySize = Int64(request.body.count)
    watch = StallTimer(limit: configuration.requestTimeout, wait: request.wait, at: BootClock.now)
    headers = HeaderList(try Self.headerLines(request, configuration))
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0)
    try prepare(url: url, request: request, sockets: sockets)
  }

  deinit { errorText.deallocate() }

  /// Whether curl is connected and is sending the request, or has sent it.
  var isSent: Bool { easy.size(CURLINFO_PRETRANSFER_TIME_T) > 0 }

  /// The progress so far. Bytes that the kernel still holds do not count as sent.
  private var look: StallTimer.Reading {
    let handed = easy.size(CURLINFO_SIZE_UPLOAD_T)
    let waiting = socket.map { Int64(max(clinux_unacknowledged($0), 0)) } ?? 0
    let received = easy.size(CURLINFO_SIZE_DOWNLOAD_T)
    let hasAnswer = received > 0 || easy.size(CURLINFO_STARTTRANSFER_TIME_T) > 0
    return StallTimer.Reading(
      sent: max(handed - waiting, 0), received: received,
      isAwaited: isSent && handed >= bodySize && waiting == 0 && !hasAnswer)
  }

  /// The progress so far, for people.
  var progress: TransferProgress {
    let look = look
    if look.received > 0 {
      // The decompressed size may exceed the announced one.
      let announced = easy.size(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
      return TransferProgress(done: look.received, total: announced >= look.received ? announced : nil)
    }
    return TransferProgress(done: min(look.sent, bodySize), total: bodySize > 0 ? bodySize : nil)
  }

  /// Checks the progress. Returns the error if the request must be given up.
  func lookForProgress(at now: Duration) -> TransportError? {
    switch watch.look(look, at: now) {
    case .silent(let span)?: .timedOut(after: span)
    case .stalled(let span)?: .stalled(after: span)
    case .tooSlow?: .tooSlow(bytesPerSecond: Int(StallTimer.rateMin))
    case nil: nil
    }
  }

  private static func headerLines(
    _ request: HubRequest, _ configuration: HubConnection.Configuration
  ) throws(TransportError) -> [String] {
    // An empty `Expect:` keeps curl from asking for `100 Continue` before a large body.
    var lines = ["Expect:", "Accept: application/json"]
    if request.method == .post { lines.append("Content-Type: application/json") }
    if let token = configuration.bearerToken { lines.append("Authorization: Bearer " + token) }
    if let key = configuration.apiKey { lines.append("X-API-KEY: " + key) }
    // A line break in a token would end the header and start another.
    for line in lines where line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw .unusable(detail: "the token or API key contains a line break or another control character")
    }
    return lines
  }

  private func prepare(url: String, request: HubRequest, sockets: HubSockets) throws(TransportError) {
    var codes: [CURLcode] = [
      easy.set(CURLOPT_URL, url),
      easy.set(CURLOPT_PROTOCOLS_STR, "http,https"),
      // curl would send X-API-KEY to another host too, so `redirect` follows redirects instead.
      easy.set(CURLOPT_FOLLOWLOCATION, 0),
      easy.set(CURLOPT_NOSIGNAL, 1),
      easy.set(CURLOPT_TCP_NODELAY, 1),
      // Resolve the name for each new connection: if the hub has moved, an old address would lead nowhere.
      easy.set(CURLOPT_DNS_CACHE_TIMEOUT, 0),
      easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)),
      easy.set(CURLOPT_ACCEPT_ENCODING, ""),
      easy.set(CURLOPT_USERAGENT, configuration.userAgent),
      easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(max(configuration.connectTimeout.wholeMilliseconds, 1))),
      ccurl_set_size(easy.pointer, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(configuration.maxReplyBytes)),
      ccurl_set_pointer(easy.pointer, CURLOPT_HTTPHEADER, headers.pointer),
      ccurl_set_pointer(easy.pointer, CURLOPT_ERRORBUFFER, errorText.baseAddress),
      ccurl_set_pointer(easy.pointer, CURLOPT_PRIVATE, Unmanaged.passUnretained(self).toOpaque()),
      ccurl_set_opener(easy.pointer, HubSockets.opened, Unmanaged.passUnretained(sockets).toOpaque()),
      ccurl_set_writer(easy.pointer, Self.write, Unmanaged.passUnretained(self).toOpaque()),
    ]
    if request.method == .post {
      codes.append(easy.set(CURLOPT_POST, 1))
      codes.append(request.body.withUnsafeBytes { ccurl_copy_body(easy.pointer, $0.baseAddress, $0.count) })
    }
    if let file = configuration.caFile { codes.append(easy.set(CURLOPT_CAINFO, file)) }
    if let file = configuration.clientCert { codes.append(easy.set(CURLOPT_SSLCERT, file)) }
    if let file = configuration.clientKey { codes.append(easy.set(CURLOPT_SSLKEY, file)) }
    for code in codes where code != CURLE_OK {
      throw .unusable(detail: configuration.withoutSecrets(String(cString: curl_easy_strerror(code))))
    }
  }

  private static let write: ccurl_write_callback = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    // Safe: the connection keeps the transfer as long as curl may call this.
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let taken = size * count
    return transfer.append(UnsafeRawBufferPointer(start: bytes, count: taken)) ? taken : 0
  }

  private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= configuration.maxReplyBytes else {
      isTooLarge = true
      body = []
      return false
    }
    if body.isEmpty {
      watch.answerBegan(at: BootClock.now)
      let announced = Int(easy.size(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
      if announced > bytes.count { body.reserveCapacity(min(announced, configuration.maxReplyBytes)) }
    }
    body.append(contentsOf: bytes)
    return true
  }

  /// Follows a redirect within the same origin: points the handle to the new URL and returns true. Another
  /// host never sees the secrets.
  func redirect(after code: CURLcode) -> Bool {
    guard code == CURLE_OK, redirectsLeft > 0 else { return false }
    switch (method, easy.long(CURLINFO_RESPONSE_CODE)) {
    case (_, 307), (_, 308), (.get, 301), (.get, 302): break
    default: return false
    }
    guard let url = easy.text(CURLINFO_REDIRECT_URL), let origin = Target.origin(of: url),
      origin == Target.origin(of: configuration.baseURL), easy.set(CURLOPT_URL, url) == CURLE_OK
    else { return false }
    redirectsLeft -= 1
    body = []
    return true
  }

  /// The result of the transfer.
  func result(_ code: CURLcode) -> Result<HubResponse, TransportError> {
    if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
      return .failure(.tooLarge(limitBytes: configuration.maxReplyBytes))
    }
    guard code == CURLE_OK else { return .failure(failure(code)) }
    let seconds = easy.size(CURLINFO_RETRY_AFTER)
    // At most thirty days: a longer time means "never", and a very large number would overflow sums.
    let retryAfter: Duration? = seconds > 0 ? .seconds(min(seconds, 30 * 86_400)) : nil
    return .success(
      HubResponse(
        status: easy.long(CURLINFO_RESPONSE_CODE), retryAfter: retryAfter, body: body,
        server: easy.header("Server"),
        redirect: easy.text(CURLINFO_REDIRECT_URL).map { configuration.withoutSecrets($0) },
        hadCredentials: configuration.bearerToken != nil || configuration.apiKey != nil))
  }

  private func failure(_ code: CURLcode) -> TransportError {
    FailedTransfer(
      code: code, text: errorText.baseAddress.map { String(cString: $0) } ?? "",
      systemError: Int32(truncatingIfNeeded: easy.long(CURLINFO_OS_ERRNO)),
      wasConnected: easy.size(CURLINFO_PRETRANSFER_TIME_T) > 0, configuration: configuration
    ).error
  }
}
