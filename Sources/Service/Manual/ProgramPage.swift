import Messages

/// The manual page of a program: the description of its command line, and notes that it lacks.
package struct ProgramPage {
  private let program: CommandTree.Command
  private let notes: ProgramNotes

  /// Takes the description of the command line. Returns `nil` if it is not a program of mediasync.
  package init?(_ tree: CommandTree) {
    guard let notes = ProgramNotes.all.first(where: { $0.name == tree.command.commandName }) else {
      return nil
    }
    program = tree.command
    self.notes = notes
  }

  /// The page's mdoc text, and its section of the manual.
  package var page: (text: String, section: Int) {
    var roff = Roff()
    PageHead.write(notes.name, notes.section, abstract: program.abstract ?? "", into: &roff)
    writeSynopsis(&roff)
    roff.macro("Sh DESCRIPTION")
    for paragraph in notes.description {
      if paragraph != notes.description.first { roff.macro("Pp") }
      roff.prose(paragraph)
    }
    if let discussion = program.discussion, !discussion.isEmpty {
      roff.macro("Pp")
      // The page has a separate section for exit codes.
      roff.prose(
        discussion.split(separator: "\n\n").filter { !$0.hasPrefix("Exit codes") }.joined(separator: "\n"))
    }
    writeVerbs(&roff)
    writeNotes(&roff)
    return (roff.text, notes.section)
  }

  /// The options that at least four in five verbs accept. The page explains them once.
  private var common: [CommandTree.Argument] {
    let leaves = program.leaves.map(\.command)
    var seen: [CommandTree.Argument] = []
    for argument in leaves.flatMap(\.ownArguments) where argument.kind != .positional {
      guard !seen.contains(where: { $0.names == argument.names }) else { continue }
      let takers = leaves.filter { $0.ownArguments.contains { $0.names == argument.names } }
      if takers.count * 5 >= leaves.count * 4 { seen.append(argument) }
    }
    return seen
  }

  private func isCommon(_ argument: CommandTree.Argument) -> Bool {
    common.contains { $0.names == argument.names }
  }

  private func writeSynopsis(_ roff: inout Roff) {
    roff.macro("Sh SYNOPSIS")
    for (words, command) in program.leaves {
      roff.macro("Nm")
      let isMeant = words == [program.defaultSubcommand]
      roff.macro(isMeant ? "Op Cm \(words[0])" : "Cm " + words.joined(separator: " "))
      for argument in command.ownArguments where !isCommon(argument) { roff.macro(synopsis(argument)) }
      if command.ownArguments.contains(where: isCommon) { roff.macro("Op Ar options") }
    }
  }

  private func synopsis(_ argument: CommandTree.Argument) -> String {
    (argument.isOptional ? "Op " : "") + typed(argument)
  }

  /// Returns an argument as it is typed, with its last name, which is the long one.
  private func typed(_ argument: CommandTree.Argument) -> String {
    let value = argument.valueName.map { "Ar " + Roff.literal($0) } ?? ""
    guard argument.kind != .positional, let name = argument.names?.last else { return value }
    let flag = "Fl " + (name.kind == "long" ? "\\-" : "") + Roff.literal(name.name)
    return argument.kind == .option ? flag + " " + value : flag
  }

  private func writeVerbs(_ roff: inout Roff) {
    roff.macro("Ss Commands")
    roff.macro("Bl -tag -width Ds")
    for (words, command) in program.leaves {
      roff.macro("It Cm " + words.joined(separator: " "))
      roff.prose(command.abstract ?? "")
      if let discussion = command.discussion, !discussion.isEmpty { roff.prose(discussion) }
      let own = command.ownArguments.filter { !isCommon($0) }
      if !own.isEmpty { writeArguments(own, &roff) }
    }
    roff.macro("El")
    guard !common.isEmpty else { return }
    roff.macro("Ss Options of nearly every command")
    writeArguments(common, &roff)
  }

  private func writeArguments(_ arguments: [CommandTree.Argument], _ roff: inout Roff) {
    roff.macro("Bl -tag -width Ds")
    for argument in arguments {
      roff.macro("It " + typed(argument))
      roff.prose(argument.abstract ?? "")
      if let standard = argument.defaultValue, argument.kind == .option {
        roff.prose("Default: `\(standard)`.")
      }
    }
    roff.macro("El")
  }

  private func writeNotes(_ roff: inout Roff) {
    if !notes.environment.isEmpty { writeList("ENVIRONMENT", "Ev", notes.environment, &roff) }
    if !notes.files.isEmpty { writeList("FILES", "Pa", notes.files, &roff) }
    roff.macro("Sh EXIT STATUS")
    roff.macro("Bl -tag -width Ds")
    for code in notes.statuses {
      guard let message = Message.of(.exit, code) else { continue }
      roff.macro("It Li \(code)")
      roff.prose(message.line.prefix(1).uppercased() + message.line.dropFirst() + ".\n" + message.explanation)
    }
    roff.macro("El")
    if !notes.examples.isEmpty {
      roff.macro("Sh EXAMPLES")
      for (what, command) in notes.examples {
        if what != notes.examples.first?.what { roff.macro("Pp") }
        roff.prose(what)
        roff.macro("Dl " + Roff.literal(command))
      }
    }
    PageHead.writeSeeAlso(notes.name, into: &roff)
  }

  private func writeList(
    _ section: String, _ macro: String, _ items: [(name: String, text: String)], _ roff: inout Roff
  ) {
    roff.macro("Sh " + section)
    roff.macro("Bl -tag -width Ds")
    for item in items {
      roff.macro("It \(macro) \(Roff.literal(item.name))")
      roff.prose(item.text)
    }
    roff.macro("El")
  }
}
