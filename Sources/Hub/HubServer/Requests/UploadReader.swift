import HTTPTypes
import HubStore
import Hummingbird
import SyncCore
import SyncWire

/// Receives the bodies of `/send`. The budget limits how many arrive at once, and only a few are parsed at
/// once.
struct UploadReader: Sendable {
  /// Parsed values may need many times the size of their body until they are checked.
  private static let readAtOnce = 2
  /// A body without a Content-Length takes its share in steps of this size.
  private static let step = 256 * 1024

  private let bytesMax: Int
  private let budget: ByteBudget
  private let semaphore = AsyncSemaphore(UploadReader.readAtOnce)

  /// Takes the most bytes of one body, and the budget for all bodies and replies.
  init(bytesMax: Int, budget: ByteBudget) {
    self.bytesMax = bytesMax
    self.budget = budget
  }

  /// Reads a body and runs `work` with it. Both count against the budget until `work` is done.
  func reading<Result>(
    _ request: Request, from token: Int64, _ work: (SendRequest) async throws(Problem) -> Result
  ) async throws(Problem) -> Result {
    let length = try length(of: request)
    guard let share = budget.share(of: ByteBudget.cost(ofUpload: length ?? 0), for: token) else {
      throw ReplyWriter.tooMuch
    }
    defer { withExtendedLifetime(share) {} }
    let body = try await body(of: request, length: length, share)
    await semaphore.enter()
    let sent: Swift.Result<SendRequest, Problem>
    do { sent = .success(try HubLibrary.sendRequest(body: body)) } catch { sent = .failure(error) }
    semaphore.leave()
    return try await work(try sent.get())
  }

  private func length(of request: Request) throws(Problem) -> Int? {
    if let type = request.headers[.contentType], !Self.isJSON(type) {
      throw Problem(status: 415, code: .unsupportedMedia, detail: "the body must be application/json")
    }
    if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
      throw Problem(status: 415, code: .unsupportedMedia, detail: "the body must not be encoded as \(coding)")
    }
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let length, length > bytesMax { throw tooLarge }
    return length
  }

  private var tooLarge: Problem {
    Problem(status: 413, code: .tooLarge, detail: "the body has more than \(bytesMax) bytes")
  }

  /// Reads a body, and stops as soon as it exceeds the limit.
  private func body(
    of request: Request, length: Int?, _ share: ByteBudget.Share
  ) async throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = length ?? 0
    bytes.reserveCapacity(room)
    do {
      for try await part in request.body {
        guard bytes.count + part.readableBytes <= bytesMax else { throw tooLarge }
        while bytes.count + part.readableBytes > room {
          guard share.grow(by: ByteBudget.cost(ofUpload: Self.step)) else { throw ReplyWriter.tooMuch }
          room += Self.step
        }
        bytes.append(contentsOf: part.readableBytesView)
      }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(status: 400, code: .badJSON, detail: "the body is incomplete")
    }
    return bytes
  }

  private static func isJSON(_ type: String) -> Bool {
    let media = type.split(separator: ";", maxSplits: 1).first ?? ""
    return media.filter { $0 != " " }.lowercased() == "application/json"
  }
}
