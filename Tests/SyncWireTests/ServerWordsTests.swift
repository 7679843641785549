import SyncCore
import SyncWire
import Testing

/// What another kind of server says about itself and about its refusals.
@Suite struct ServerWordsTests {
  private func words(_ json: String) -> ServerErrorText? { ServerErrorText(body: Array(json.utf8)) }

  @Test func `a text, an object with errors and a list each become one line`() {
    #expect(words(#"{"detail":"cannot apply change 3"}"#)?.text == "cannot apply change 3")
    let object =
      #"{"detail":{"message":"Failed to apply changes.","errors":["Failed Change ID 3: no","rolled back"]}}"#
    #expect(words(object)?.text == "Failed to apply changes.; Failed Change ID 3: no; rolled back")
    let list = """
      {"detail":[{"type":"string_type","loc":["body","changes",17,"payload"],"msg":"Input should be a valid string",
      "input":{"content":"a whole book"},"url":"https://example.org"},
      {"type":"missing","loc":["body","changes",18,"version"],"msg":"Field required","input":{}}]}
      """
    #expect(
      words(list)?.text
        == "body.changes[17].payload: Input should be a valid string; body.changes[18].version: Field required"
    )
    #expect(words(list)?.places == [17, 18])
  }

  @Test func `a list that points to no change is about the request`() {
    #expect(words(#"{"detail":[{"loc":["body","client_id"],"msg":"Field required"}]}"#)?.isOfRequest == true)
    #expect(words(#"{"detail":[{"loc":["body","changes"],"msg":"too many"}]}"#)?.isOfRequest == true)
    #expect(words(#"{"detail":[{"loc":["body","changes",0],"msg":"bad"}]}"#)?.isOfRequest == false)
  }

  @Test func `an id in a member is named`() {
    #expect(words(#"{"detail":{"error_code":"bad","change_id":7,"entity_uuid":"u"}}"#)?.changeIDs == [7])
  }

  @Test(arguments: ["", "<html>Bad Request</html>", "[]", "{}", #"{"detail":null}"#, #"{"error":"no"}"#])
  func `a message without details blames no change`(_ body: String) {
    #expect(words(body) == nil)
  }

  @Test func `another protocol's capabilities differ from ours and from a captive portal's page`() {
    func named(_ body: String) -> String? { Capabilities.foreignProtocol(in: Array(body.utf8)) }
    #expect(named(#"{"protocol_version":"sync-v2-m1","domains":[]}"#) == "sync-v2-m1")
    #expect(named(#"{"protocol":"other/3"}"#) == "other/3")
    #expect(named("{}") == "an unnamed protocol")
    for body in [#"{"protocol":"mediasync/1"}"#, #"{"protocol":"mediasync/9"}"#, "<html></html>", "[]", ""] {
      #expect(named(body) == nil, "\(body)")
    }
  }
}
