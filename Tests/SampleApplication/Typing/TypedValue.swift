/// A text that a person typed into one column of one row, and the text that they saw there. Each text is
/// typed once in a whole test, so that it identifies its edit.
package struct TypedValue: Sendable {
  /// The name of the device where it was typed.
  package let device: String
  /// The table.
  package let entity: String
  /// The column.
  package let column: String
  /// The typed text; `nil` if the edit only removed something, such as returning to an older text.
  package let text: String?
  /// The row's value just before, in the same transaction; `nil` for a new row.
  package let saw: String?

  /// Creates a value from its parts.
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
