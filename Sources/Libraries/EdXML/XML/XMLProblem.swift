/// Why bytes are not XML we accept, and where.
package struct XMLProblem: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case empty, tooLarge, notXML
        case unsupportedEncoding(String)
        case documentTypeForbidden
        case unexpectedEnd, malformedTag, malformedAttribute, malformedReference
        case unterminated(String)
        case mismatchedEnd(expected: String, found: String)
        case tooDeep, tooManyElements, tooManyAttributes, attributeTooLong, nameTooLong
    }

    package var reason: Reason
    /// Byte offset in the packet as received.
    package var offset: Int
}
