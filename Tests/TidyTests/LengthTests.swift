import Testing

/// One idea per file, and one per function.
struct LengthTests {
  private static let linesOfFile = 400
  private static let linesOfFunction = 70

  @Test(arguments: SourceTree.swiftFiles)
  func `no file and no function is too long`(path: String) throws {
    let file = try SourceFile(path)
    let lineCount = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
    if lineCount > Self.linesOfFile {
      file.fail(
        line: lineCount, "\(lineCount) lines; at most \(Self.linesOfFile). Which second idea is in it?")
    }
    for function in FunctionLength.functions(in: file.code) where function.lineCount > Self.linesOfFunction {
      file.fail(line: function.line, "\(function.lineCount) lines; at most \(Self.linesOfFunction)")
    }
  }
}
