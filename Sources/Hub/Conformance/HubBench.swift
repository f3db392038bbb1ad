// The bench for hubs and platforms: two offices that call the one under test.
internal import EdXML
package import Foundation
internal import Logging
internal import Platform
internal import Synchronization
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
    private let transport: @Sendable (VXPRequest) async throws -> VXPResponse
    private let line = Line()
    let now: @Sendable () -> Date
    /// Makes numbers of documents unlike those of other runs.
    private(set) var mark: String

    /// - Parameter call: throws when the line fails, and only then; whatever the hub answers is an answer.
    package init(
        sender: Party, receiver: Party, mark: String, now: @escaping @Sendable () -> Date,
        call: @escaping @Sendable (VXPRequest) async throws -> VXPResponse
    ) {
        (self.sender, self.receiver, self.mark, self.now, transport) = (sender, receiver, mark, now, call)
    }

    @Sendable func call(_ request: VXPRequest) async throws -> VXPResponse {
        do {
            return try await transport(request)
        } catch {
            line.failed(error)
            throw error
        }
    }

    var from: VXPClient { client(sender) }
    var to: VXPClient { client(receiver) }

    func client(_ party: Party, secret: String? = nil) -> VXPClient {
        VXPClient(systemId: party.systemId, secret: secret ?? party.secret, now: now, transport: { try await call($0) })
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

    /// One whose digest has a byte below 16, as all but one file of eight have: without such a byte there is no padding to
    /// leave out.
    func documentWithShortHash(_ number: String) -> Data {
        var (file, attempt) = (document(number), 1)
        while FileHash.unpadded(file).count == FileHash.padded(file).count {
            file = document("\(number).\(attempt)")
            attempt += 1
        }
        return file
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

    /// What waits at the receiver already. Hubs offer so many packets at a time (ours 200): behind a long list what a case
    /// sends would not be seen. Emptying it is not ours to do: the packets may be somebody's.
    func known(_ type: MessageType = .document) async throws -> Set<String> {
        let waiting = Set(try await to.receivedList(messageType: type).map(\.docId))
        guard waiting.count < Self.mostWaiting else {
            throw NotTried(
                "Bên nhận đang có \(waiting.count) gói chờ, gói thử có thể không hiện trong danh sách. Hãy để hệ thống \(receiver.systemId) nhận hết, hoặc dùng một đơn vị nhận riêng để thử, rồi chạy lại.",
                "\(waiting.count) packets wait at the receiver, the packet tried may not show in the list. Let the system \(receiver.systemId) take them all, or try with a receiver of its own, and run again."
            )
        }
        return waiting
    }

    private static let mostWaiting = 50

    /// Runs the list, or the cases with these identities.
    package func run(only ids: Set<String> = []) async -> [ConformanceResult] {
        var results: [ConformanceResult] = []
        for one in hubCases where ids.isEmpty || ids.contains(one.id) { results.append(await verdict(of: one)) }
        return results
    }

    /// A case during which the line failed says nothing about the hub, whatever came of it; it is tried once more.
    private func verdict(of one: ConformanceCase<HubBench>) async -> ConformanceResult {
        var again = self
        // What was sent the first time may have arrived, and would be known.
        again.mark += "l"
        for bench in [self, again] {
            let result = await one.verdict(on: bench)
            guard let fault = line.takeFault() else { return result }
            Log.logger("bench").notice("\(one.id): \(fault)")
        }
        return one.notTried(
            Bilingual(
                "Đường truyền đứt cả hai lần thử. Hãy chạy lại trường hợp này.",
                "The line failed both times that it was tried. Run this case again."))
    }
}

/// How the line to the hub fared. A class because all calls of a bench share it.
private final class Line: Sendable {
    private let fault = Mutex<String?>(nil)

    func failed(_ error: any Error) { fault.withLock { $0 = "\(error)" } }

    /// The fault since it was last asked for.
    func takeFault() -> String? {
        fault.withLock { fault in
            defer { fault = nil }
            return fault
        }
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
