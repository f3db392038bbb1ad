// What a packet's header says beyond the fields of the register.

extension IncomingDocument {
    /// Kept so that nothing of the header is lost (QĐ 28/2018 Art. 10.2); the register goes by its own fields.
    package struct Particulars: Sendable, Hashable, Codable {
        /// `SphereOfPromulgation`: to whom the document may go on; empty where it may go anywhere.
        package var circulation: String
        /// Whom to ask about the packet; says nothing of the document.
        package var contact: String
        package var lines: [Line]

        static let circulationLabel = "Phạm vi lưu hành"

        package struct Line: Sendable, Hashable, Codable {
            package let label: String
            package let text: String

            package init(_ label: String, _ text: String) {
                self.label = label
                self.text = text
            }
        }

        package init(circulation: String = "", contact: String = "", lines: [Line] = []) {
            self.circulation = circulation
            self.contact = contact
            self.lines = lines
        }

        package var isEmpty: Bool { self == Particulars() }

        /// The lines as one text, for comparing and for the reader of an update.
        var summary: String { lines.map { "\($0.label): \($0.text)" }.joined(separator: "; ") }
    }
}
