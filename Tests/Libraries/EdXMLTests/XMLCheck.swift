import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Asks libxml2, through Foundation, whether bytes are namespace-well-formed XML.
final class XMLCheck: NSObject, XMLParserDelegate {
    private(set) var isWellFormed = false

    init(_ data: Data) {
        super.init()
        let parser = XMLParser(data: data)
        parser.shouldProcessNamespaces = true
        parser.delegate = self
        isWellFormed = parser.parse()
    }
}
