package import Digests
package import Foundation

/// One call before it is signed.
package struct VXPCall: Sendable {
    package var operation: VXPOperation
    /// In the order in which they are signed.
    package var parameters: [(name: String, value: String)]
    package var body: Data
    /// The body where it lies in a file; `body` is then the same bytes, mapped.
    package var upload: ByteSource?
    package var contentType: String

    package init(
        _ operation: VXPOperation, parameters: [(name: String, value: String)] = [], body: Data = Data(),
        contentType: String = "application/json"
    ) {
        self.operation = operation
        self.parameters = parameters
        self.body = body
        self.contentType = contentType
    }
}

/// Takes an answer piece by piece.
package typealias AnswerTaker = @Sendable (UnsafeRawBufferPointer) throws -> Void

extension VXPCall {
    package static func send(
        _ file: Data, from agencyCode: String, messageType: MessageType, to recipients: [String] = []
    ) -> VXPCall {
        var parameters = [
            (name: "servicetype", value: "eDoc"), ("messagetype", messageType.rawValue),
            ("hash-file", FileHash.padded(file)), ("from", agencyCode),
        ]
        if !recipients.isEmpty { parameters.append(("to", RecipientList.text(recipients))) }
        return VXPCall(.sendEdoc, parameters: parameters, body: file, contentType: "application/octet-stream")
    }

    /// The same from a file, which is read to be hashed and again while it is sent. Throws what the disk says.
    package static func send(
        _ file: ByteSource, from agencyCode: String, messageType: MessageType, to recipients: [String] = []
    ) throws -> VXPCall {
        var parameters = [
            (name: "servicetype", value: "eDoc"), ("messagetype", messageType.rawValue),
            ("hash-file", try file.digest(.sha256).hex), ("from", agencyCode),
        ]
        if !recipients.isEmpty { parameters.append(("to", RecipientList.text(recipients))) }
        var call = VXPCall(
            .sendEdoc, parameters: parameters, body: file.data, contentType: "application/octet-stream")
        call.upload = file
        return call
    }

    package static func receivedList(_ messageType: MessageType) -> VXPCall {
        VXPCall(.getReceivedEdocList, parameters: [("servicetype", "eDoc"), ("messagetype", messageType.rawValue)])
    }

    package static func sentList(_ messageType: MessageType, docId: String) -> VXPCall {
        VXPCall(
            .getSentEdocList,
            parameters: [("servicetype", "eDoc"), ("messagetype", messageType.rawValue), ("docId", docId)])
    }

    package static func getEdoc(docId: String) -> VXPCall { VXPCall(.getEdoc, parameters: [("docId", docId)]) }

    package static func downloadEdoc(docId: String) -> VXPCall {
        VXPCall(.downloadEdoc, parameters: [("docId", docId)])
    }

    package static func updateStatus(docId: String, to status: Acknowledgement) -> VXPCall {
        VXPCall(.updateStatus, parameters: [("status", status.rawValue), ("docId", docId)])
    }
}

/// A signed call, ready for any HTTP client.
package struct VXPRequest: Sendable {
    package var method: String
    /// Begins with `/`, to be appended to the platform's address.
    package var path: String
    package var headers: [(name: String, value: String)]
    package var body: Data
    /// The body where it lies in a file, to be read while it is sent; `body` is then the same bytes, mapped.
    package var upload: ByteSource?
    /// Wants the body of a good answer piece by piece. A transport that cannot do so answers with the whole body.
    package var download: AnswerTaker?

    package init(method: String, path: String, headers: [(name: String, value: String)], body: Data) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// What came back.
package struct VXPResponse: Sendable {
    package var status: Int
    package var body: Data

    package init(status: Int, body: Data) {
        self.status = status
        self.body = body
    }
}

/// The recipients a sender may name beside the packet's own: a JSON array of agency codes.
package enum RecipientList {
    package static func text(_ codes: [String]) -> String {
        "[\(codes.map(JSONText.quoted).joined(separator: ","))]"
    }

    /// Reads an array of codes or of objects with `code` or `OrganId`, or codes separated by `,` or `;`.
    /// nil when it is none of these, or when there are more than 1,000.
    package static func codes(_ text: String) -> [String]? {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        guard trimmed.utf8.count <= 65_536 else { return nil }
        let found: [String]
        if trimmed.hasPrefix("[") {
            guard let items = try? JSONDecoder().decode([Item].self, from: Data(trimmed.utf8)) else { return nil }
            found = items.map(\.code)
        } else {
            found = trimmed.split { $0 == "," || $0 == ";" }.map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let codes = found.filter { !$0.isEmpty }
        return codes.count <= 1_000 ? codes : nil
    }

    private struct Item: Decodable {
        let code: String

        private enum Keys: String, CodingKey {
            case code
            case organId = "OrganId"
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                code = text
                return
            }
            let fields = try decoder.container(keyedBy: Keys.self)
            code =
                try fields.decodeIfPresent(String.self, forKey: .code) ?? fields.decode(String.self, forKey: .organId)
        }
    }
}
