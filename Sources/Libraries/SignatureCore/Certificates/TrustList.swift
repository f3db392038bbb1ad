package import Foundation

/// What an anchor is trusted for, and when.
package struct AnchorLimit: Sendable, Hashable, Codable {
    package var usages: Set<TrustStore.Usage>
    package var from: Date?
    /// Nothing judged at or after this time ends at the anchor; what a timestamp proves to be older still does.
    package var until: Date?

    package init(
        usages: Set<TrustStore.Usage> = Set(TrustStore.Usage.allCases), from: Date? = nil, until: Date? = nil
    ) {
        self.usages = usages
        self.from = from
        self.until = until
    }

    package func allows(_ usage: TrustStore.Usage, at date: Date) -> Bool {
        usages.contains(usage) && from.map { date >= $0 } ?? true && until.map { date < $0 } ?? true
    }
}

/// The certificates an installation trusts, as a file that the command line reads beside an office.
package struct TrustList: Sendable, Hashable, Codable {
    package struct Entry: Sendable, Hashable, Codable {
        package var certificate: Certificate
        /// Otherwise it only helps to reach an anchor.
        package var isAnchor: Bool
        package var limit: AnchorLimit

        package init(certificate: Certificate, isAnchor: Bool, limit: AnchorLimit = AnchorLimit()) {
            self.certificate = certificate
            self.isAnchor = isAnchor
            self.limit = limit
        }
    }

    package var entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    /// Reads a list written by `write`; at most 16 MiB.
    package init(file: URL) throws {
        let data = try Data(contentsOf: file)
        guard data.count <= 16 << 20 else { throw CocoaError(.fileReadTooLarge) }
        self = try Self.decoder.decode(TrustList.self, from: data)
    }

    /// Whole or not at all: a reader never meets half a list.
    package func write(to file: URL) throws {
        try Self.encoder.encode(self).write(to: file, options: .atomic)
    }

    package var store: TrustStore {
        let anchors = entries.filter(\.isAnchor)
        return TrustStore(
            anchors: anchors.map(\.certificate), intermediates: entries.filter { !$0.isAnchor }.map(\.certificate),
            limits: Dictionary(anchors.map { ($0.certificate.fingerprint, $0.limit) }) { $1 })
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}

extension TrustList {
    /// The list this machine is set up with, or nil: `VASTOFFICE_TRUST_FILE`, else `trust.json` in the data folder
    /// (`VASTOFFICE_DATA`, else `data`), else the one for the whole machine.
    ///
    /// A list that is named but cannot be read is an error: nothing else is trusted in its place.
    package static func configured(_ environment: [String: String]) throws -> TrustList? {
        if let named = environment["VASTOFFICE_TRUST_FILE"], !named.isEmpty {
            return try TrustList(file: URL(filePath: named))
        }
        let data = URL(filePath: environment["VASTOFFICE_DATA"] ?? "data", directoryHint: .isDirectory)
        let usual = [data.appending(path: "trust.json"), URL(filePath: "/etc/vastoffice/trust.json")]
        guard let file = usual.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else { return nil }
        return try TrustList(file: file)
    }
}
