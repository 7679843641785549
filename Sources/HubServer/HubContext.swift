import Hummingbird
import NIOCore

/// A request's surroundings: the connection that it came on.
struct HubContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}
