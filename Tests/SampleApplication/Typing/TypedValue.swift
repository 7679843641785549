/// A text that a person typed into one column of one row, and what stood there before their eyes. Each text is
/// typed once in a whole test, so that it names its edit.
package struct TypedValue: Sendable {
  /// Who typed it: the device's name.
  package let device: String
  /// The table.
  package let entity: String
  /// The column.
  package let column: String
  /// What was typed; `nil` where something was only taken away, such as by going back to an older text.
  package let text: String?
  /// What the row held just before, in the same transaction; `nil` for a new row.
  package let saw: String?

  /// Takes it all.
  package init(device: String, entity: String, column: String, text: String?, saw: String?) {
    self.device = device
    self.entity = entity
    self.column = column
    self.text = text
    self.saw = saw
  }

  /// The first word of a typed text: it is enough to find the text in a record.
  package var mark: String { text.map { String($0.prefix { $0 != " " }) } ?? "" }
}
