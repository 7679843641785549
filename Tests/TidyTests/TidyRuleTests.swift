import Testing

/// Tests of the rules' own tools: a rule that sees nothing is worse than none.
struct TidyRuleTests {
  @Test func `comments and strings are blanked, code and interpolations stay`() {
    let source = #"""
      let a = "x // \(call("y")) z" // try!
      /* as! /* nested */ still */ let b = 1
      let c = """
        try! \(value)
        """
      """#
    let masked = CodeMask.masked(source)
    #expect(masked.contains("call(") && masked.contains("let b = 1") && masked.contains("value"))
    for word in ["x //", "try!", "as!", "nested", "still", "y"] { #expect(!masked.contains(word)) }
    #expect(masked.split(separator: "\n").count == source.split(separator: "\n").count)
  }

  @Test func `a function is counted from its first line to its last brace`() {
    let source = """
      protocol P {
        func first()
        func second(
          a: Int) throws
      }
      struct S {
        init(a: Int) { x = { 1 }() }
        package static func third(
          a: Int
        ) -> Int {
          if a > 0 { return 1 }
          return 2
        }
      }
      """
    let functions = FunctionLength.functions(in: source.split(separator: "\n"))
    #expect(functions == [.init(line: 7, lineCount: 1), .init(line: 8, lineCount: 6)])
  }
}
