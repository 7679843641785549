import HTTPTypes
import HubStore
import Hummingbird
import SyncCore
import SyncWire

/// Takes the bodies of `/send`: no more of them at once than the budget holds, and few are read at once.
struct Uploads: Sendable {
  /// What is read from a body may be many times as large until it is checked.
  private static let readAtOnce = 2
  /// A body that does not say how long it is takes its share in such steps.
  private static let step = 256 * 1024

  private let bytesMax: Int
  private let budget: ByteBudget
  private let turns = Turns(Uploads.readAtOnce)

  /// Takes the most bytes of one body, and what all bodies and replies together may take.
  init(bytesMax: Int, budget: ByteBudget) {
    self.bytesMax = bytesMax
    self.budget = budget
  }

  /// Reads a body and works with it; both count against the budget until the work is done.
  func taking<Result>(
    _ request: Request, from token: Int64, _ work: (SendRequest) async throws(Problem) -> Result
  ) async throws(Problem) -> Result {
    let length = try length(of: request)
    guard let share = budget.share(of: ByteBudget.cost(ofUpload: length ?? 0), for: token) else {
      throw Replies.tooMuch
    }
    defer { withExtendedLifetime(share) {} }
    let body = try await body(of: request, length: length, share)
    await turns.enter()
    let sent: Swift.Result<SendRequest, Problem>
    do { sent = .success(try HubLibrary.sendRequest(body: body)) } catch { sent = .failure(error) }
    turns.leave()
    return try await work(try sent.get())
  }

  private func length(of request: Request) throws(Problem) -> Int? {
    if let type = request.headers[.contentType], !Self.isJSON(type) {
      throw Problem(status: 415, code: .unsupportedMedia, detail: "the body must be application/json")
    }
    if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
      throw Problem(status: 415, code: .unsupportedMedia, detail: "a body encoded as \(coding) is not taken")
    }
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let length, length > bytesMax { throw tooLarge }
    return length
  }

  private var tooLarge: Problem {
    Problem(status: 413, code: .tooLarge, detail: "the body has more than \(bytesMax) bytes")
  }

  /// Reads a body, and stops as soon as it is longer than allowed.
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
          guard share.grow(by: ByteBudget.cost(ofUpload: Self.step)) else { throw Replies.tooMuch }
          room += Self.step
        }
        bytes.append(contentsOf: part.readableBytesView)
      }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(status: 400, code: .badJSON, detail: "the body ends in the middle")
    }
    return bytes
  }

  private static func isJSON(_ type: String) -> Bool {
    let media = type.split(separator: ";", maxSplits: 1).first ?? ""
    return media.filter { $0 != " " }.lowercased() == "application/json"
  }
}
