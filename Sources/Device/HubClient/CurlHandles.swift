import CCurl

/// Owns one curl transfer handle. Remove it from its multi handle before this value is destroyed.
struct EasyHandle: ~Copyable {
  let pointer: UnsafeMutableRawPointer

  /// `nil` if there is no memory.
  init?() {
    guard let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
  }

  /// Sets a number or a switch.
  func set(_ option: CURLoption, _ value: Int) -> CURLcode { ccurl_set_long(pointer, option, value) }

  /// Sets a text, which curl copies; `nil` unsets it.
  func set(_ option: CURLoption, _ text: String?) -> CURLcode {
    guard let text else { return ccurl_set_text(pointer, option, nil) }
    return text.withCString { ccurl_set_text(pointer, option, $0) }
  }

  /// A number that curl knows about the transfer; 0 if it does not know it.
  func long(_ info: CURLINFO) -> Int {
    var value = 0
    return ccurl_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  /// A size or a time that curl knows about the transfer; 0 if it does not know it.
  func size(_ info: CURLINFO) -> Int64 {
    var value: curl_off_t = 0
    return ccurl_get_size(pointer, info, &value) == CURLE_OK ? Int64(value) : 0
  }

  /// A text that curl knows about the transfer; `nil` if it does not know it.
  func text(_ info: CURLINFO) -> String? {
    var value: UnsafePointer<CChar>?
    guard ccurl_get_text(pointer, info, &value) == CURLE_OK, let value else { return nil }
    return String(cString: value)
  }

  /// A header of the last reply; `nil` if the reply does not have it.
  func header(_ name: String) -> String? {
    var header: UnsafeMutablePointer<curl_header>?
    guard curl_easy_header(pointer, name, 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK,
      let value = header?.pointee.value
    else { return nil }
    return String(cString: value)
  }

  deinit { curl_easy_cleanup(pointer) }
}

/// Owns the header lines of a request.
struct HeaderList: ~Copyable {
  private(set) var pointer: UnsafeMutablePointer<curl_slist>?

  init(_ lines: [String]) {
    for line in lines {
      // If memory runs out, curl returns no list and keeps the old one unchanged.
      if let longer = curl_slist_append(pointer, line) { pointer = longer }
    }
  }

  deinit { curl_slist_free_all(pointer) }
}

/// Owns the handle that drives all transfers and keeps the connections.
struct MultiHandle: ~Copyable {
  let pointer: UnsafeMutableRawPointer

  /// `nil` if there is no memory.
  init?() {
    // curl must be initialized once per process, before anything else. Swift initializes a static once,
    // whichever thread comes first.
    guard Self.isCurlReady, let pointer = curl_multi_init() else { return nil }
    self.pointer = pointer
  }

  private static let isCurlReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

  deinit { curl_multi_cleanup(pointer) }
}
