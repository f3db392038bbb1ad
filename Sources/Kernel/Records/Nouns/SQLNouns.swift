// How the nouns are kept in columns.
package import Platform

extension DocumentType: SQLBindable, SQLDecodable {}
extension SigningCapacity: SQLBindable, SQLDecodable {}
extension Role: SQLBindable, SQLDecodable {}
extension Urgency: SQLBindable, SQLDecodable {}
extension SecurityLevel: SQLBindable, SQLDecodable {}

extension AgencyCode: SQLBindable, SQLDecodable {
    package var sqlValue: SQLValue { rawValue.sqlValue }
    package init?(_ value: SQLValue) {
        guard let text = String(value) else { return nil }
        self.init(text)
    }
}

extension ID: SQLBindable, SQLDecodable {
    package var sqlValue: SQLValue { rawValue.sqlValue }
    package init?(_ value: SQLValue) {
        guard let number = Int64(value) else { return nil }
        self.init(number)
    }
}
