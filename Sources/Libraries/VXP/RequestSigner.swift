import Digests
package import Foundation

/// Names shared by both halves.
enum Wire {
    static let prefix = "XroadVnpt-"
    static let signHeader = "XroadVnpt-sign-header"
    static let signHeaderKey = "XroadVnpt-sign-header-key"
    static let hashHeader = "XroadVnpt-hash-header"
}

/// Signs calls: every parameter becomes a header, all of them together a JSON object, and that object's HMAC-SHA256
/// under the shared secret proves them.
package struct RequestSigner: Sendable {
    private let systemId: String
    private let secret: String

    package init(systemId: String, secret: String) {
        self.systemId = systemId
        self.secret = secret
    }

    /// Throws `.malformedParameter` for a value that a header cannot carry.
    package func sign(_ call: VXPCall, at date: Date) throws(VXPFailure) -> VXPRequest {
        let entries =
            [("systemid", systemId)] + call.parameters.map { ($0.name, $0.value) }
            + [("timestamp", WireTime.text(date)), ("Content-Type", call.contentType)]
        for (name, value) in entries where !RequestSigner.isHeaderSafe(name + value) {
            throw .malformedParameter(name)
        }
        let json = entries.map { "\(JSONText.quoted(Wire.prefix + $0.0)):\(JSONText.quoted($0.1))" }
        let signHeader = "{\(json.joined(separator: ","))}"
        var headers = entries.map { (name: Wire.prefix + $0.0, value: $0.1) }
        headers += [
            ("Content-Type", call.contentType),
            (Wire.signHeaderKey, entries.map(\.0).joined(separator: ";")),
            (Wire.signHeader, signHeader),
            (Wire.hashHeader, hmacSHA256(key: Data(secret.utf8), message: Data(signHeader.utf8)).hex),
            ("User-Agent", "VAST-Office/1.0"),
            ("XroadVnpt-version", "3.0.201608"),
        ]
        var request = VXPRequest(
            method: call.operation.method, path: call.operation.path, headers: headers, body: call.body)
        request.upload = call.upload
        return request
    }

    /// Printable ASCII: anything else could end a header or change on its way.
    private static func isHeaderSafe(_ text: String) -> Bool { text.utf8.allSatisfy { (32...126).contains($0) } }
}
