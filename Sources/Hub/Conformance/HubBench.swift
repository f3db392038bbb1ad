// The bench for hubs and platforms: two offices that call the one under test.
internal import EdXML
package import Foundation
internal import Platform
package import VXP

/// Two systems known to the hub under test, each with one agency, and a way to call it.
package struct HubBench: Sendable {
    package struct Party: Sendable {
        package let systemId: String
        package let secret: String
        package let agency: String
        package init(systemId: String, secret: String, agency: String) {
            (self.systemId, self.secret, self.agency) = (systemId, secret, agency)
        }
    }

    let sender: Party
    let receiver: Party
    let call: @Sendable (VXPRequest) async throws -> VXPResponse
    let now: @Sendable () -> Date
    /// Makes numbers of documents unlike those of other runs.
    let mark: String

    package init(
        sender: Party, receiver: Party, mark: String, now: @escaping @Sendable () -> Date,
        call: @escaping @Sendable (VXPRequest) async throws -> VXPResponse
    ) {
        (self.sender, self.receiver, self.mark, self.now, self.call) = (sender, receiver, mark, now, call)
    }

    var from: VXPClient { client(sender) }
    var to: VXPClient { client(receiver) }

    func client(_ party: Party, secret: String? = nil) -> VXPClient {
        VXPClient(systemId: party.systemId, secret: secret ?? party.secret, now: now, transport: call)
    }

    /// A signed request of the sender, to be spoilt.
    func signed(_ call: VXPCall, at moment: Date? = nil) throws -> VXPRequest {
        try RequestSigner(systemId: sender.systemId, secret: sender.secret).sign(call, at: moment ?? now())
    }

    func answer(_ request: VXPRequest) async throws -> Answer<SentPacket> {
        let response = try await call(request)
        if response.status == 401 || response.status == 403 { return .refusal(.unauthorised) }
        guard let answer = try? JSONDecoder().decode(Answer<SentPacket>.self, from: response.body) else {
            throw Nonconformity("Câu trả lời không phải JSON theo mẫu", "The answer is not JSON of the agreed form")
        }
        return answer
    }

    func document(
        _ number: String, from code: String? = nil, to recipients: [String]? = nil,
        urgency: DocumentPacket.Urgency = .normal
    ) -> Data {
        PacketWriter().write(
            BenchPackets.document(
                "\(number)-\(mark)", from: code ?? sender.agency, to: recipients ?? [receiver.agency], urgency: urgency,
                at: now()))
    }

    func send(_ file: Data, type: MessageType = .document) async throws -> String {
        do throws(VXPFailure) {
            return try await from.sendEdoc(file: file, from: sender.agency, messageType: type)
        } catch {
            throw Nonconformity("Gói tin hợp lệ bị từ chối: \(error.sentence)", "A valid packet was refused: \(error)")
        }
    }

    /// What is offered to the receiver and was not before.
    func offered(_ type: MessageType = .document, after known: Set<String>) async throws -> [ReceivedRow] {
        try await to.receivedList(messageType: type).filter { !known.contains($0.docId) }
    }

    func known(_ type: MessageType = .document) async throws -> Set<String> {
        Set(try await to.receivedList(messageType: type).map(\.docId))
    }

    /// Runs the list, or the cases with these identities.
    package func run(only ids: Set<String> = []) async -> [ConformanceResult] {
        var results: [ConformanceResult] = []
        for one in hubCases where ids.isEmpty || ids.contains(one.id) { results.append(await one.verdict(on: self)) }
        return results
    }
}

/// Packets as benches send them.
enum BenchPackets {
    static let pdf = Data("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n".utf8) + Data([0, 0xFF, 0x80])

    static func document(
        _ number: String, from sender: String, to recipients: [String], urgency: DocumentPacket.Urgency = .normal,
        operation: DocumentPacket.Operation? = .init(kind: .new, reason: "Văn bản điện tử mới"),
        documentId: String? = nil,
        at now: Date
    ) -> DocumentPacket {
        let day = Day(at: now)
        return DocumentPacket(
            sender: Party(agencyCode: sender, name: "Bàn thử hợp quy"),
            recipients: recipients.map { Party(agencyCode: $0) },
            code: .init(number: number, notation: "BT-HQ"),
            issuedOn: PacketDay(year: day.year, month: day.month, day: day.day),
            documentType: .init(number: 18, name: "Công văn"), subject: "Thử hợp quy \(number)",
            signer: .init(position: "Giám đốc", fullName: "Nguyễn Văn Thử"), details: .init(urgency: urgency),
            documentId: documentId ?? "\(sender),\(day.description.replacing("-", with: "/")),\(number)/BT-HQ",
            trace: [.init(agencyCode: sender, at: PacketTime(now))], operation: operation,
            attachments: [
                PacketAttachment(
                    contentId: "1", name: "cong-van.pdf", declaredType: "application/pdf", content: pdf)
            ])
    }
}
