internal import Digests
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Platform
package import VXP

/// The platform's calls, answered: from a request as it came to the JSON that goes back. Knows no router, so that a test
/// or an office in the same process can call it directly.
package struct HubAPI: Sendable {
    let desk: HubDesk

    /// How many packets one list offers; the receiver asks again when it has stored them.
    private static let listLimit = 200
    /// Bodies of every call but `sendEdoc`.
    private static let smallBody = 65_536

    /// What goes back: a small answer, or a packet read from disk while it is sent.
    enum Answered: Sendable {
        case whole(VXPResponse)
        case packet(BlobRef, isBase64: Bool)
    }

    package func answer(_ request: VXPRequest) async -> VXPResponse {
        let body = RequestBody(buffer: ByteBuffer(bytes: request.body))
        switch await answer(request, body, traceId: Self.newTraceId()) {
        case .whole(let response): return response
        case .packet(let blob, let isBase64):
            guard let data = try? desk.blobs.get(blob) else { return HubAPI.refused(.systemFault, nil, status: 500) }
            guard isBase64 else { return VXPResponse(status: 200, body: data) }
            return (try? ok(data.base64EncodedString())) ?? HubAPI.refused(.systemFault, nil, status: 500)
        }
    }

    /// - Parameter request: method, path and headers; the body comes from `body`.
    func answer(_ request: VXPRequest, _ body: RequestBody, traceId: String) async -> Answered {
        do {
            return try await answering(request, body, traceId)
        } catch let refusal as HubRefusal {
            await note(refusal.cause, request, refusal.explanation, traceId)
            return .whole(
                HubAPI.refused(refusal.code, refusal.explanation, status: refusal.code == .unauthorised ? 401 : 200))
        } catch let refusal as SignatureRefusal {
            await note(RefusalCause(refusal), request, refusal.sentence, traceId)
            return .whole(HubAPI.refused(.unauthorised, refusal.sentence, status: 401))
        } catch {
            Log.logger("hub").error("fault in \(request.path) [\(traceId)]: \(error)")
            desk.meter.add(.refused, RefusalCause.fault.rawValue)
            return .whole(HubAPI.refused(.systemFault, nil, status: 500))
        }
    }

    /// Counts every refusal; writes those that concern security into the log, once a minute each.
    private func note(_ cause: RefusalCause, _ request: VXPRequest, _ explanation: String, _ traceId: String) async {
        Log.logger("hub").info("refused \(request.path) [\(traceId)]: \(cause.rawValue) \(explanation)")
        let claimed = (try? PresentedCall(headers: request.headers))?.systemId ?? "?"
        let subject = String(claimed.prefix(60))
        guard let more = desk.meter.refused(cause, subject, at: desk.clock.now()), cause.isSecurity else { return }
        let before = more > 0 ? "; \(more) lần nữa trước đó" : ""
        do {
            try await desk.note(.callRefused, subject, "\(cause.rawValue) \(request.path): \(explanation)\(before)")
        } catch {
            Log.logger("hub").error("the refusal could not be written into the log: \(error)")
        }
    }

    private func answering(_ request: VXPRequest, _ body: RequestBody, _ traceId: String) async throws -> Answered {
        guard let operation = VXPOperation(path: request.path) else {
            return .whole(HubAPI.refused(.invalidFile, nil, status: 404))
        }
        desk.meter.add(.calls, operation.rawValue)
        let presented = try PresentedCall(headers: request.headers)
        if operation == .sendEdoc { return .whole(try await send(request, presented, body, traceId)) }
        let bytes = try await small(body)
        let knock = Knock(operation: operation, presented: presented, bodyHash: sha256Hex(bytes), traceId: traceId)
        switch operation {
        case .getEdoc, .downloadEdoc:
            return .packet(try await desk.packet(knock).blob, isBase64: operation == .getEdoc)
        default: return .whole(try await answering(knock, bytes))
        }
    }

    private func answering(_ knock: Knock, _ body: Data) async throws -> VXPResponse {
        switch knock.operation {
        case .getReceivedEdocList: return try await receivedList(knock)
        case .getSentEdocList: return try await sentList(knock)
        case .updateStatus:
            try await desk.acknowledge(knock)
            return try ok(NoContent?.none)
        case .getAgenciesList: return try await agencies(knock) { $0.row(isQD20: false) }
        case .getAgenciesListQD20: return try await agencies(knock) { $0.row(isQD20: true) }
        case .getSynchronizeUnit: return try await agencies(knock, includingDeleted: true) { $0.changeRow }
        case .registerAgency: return try await register(knock, body)
        case .deleteAgency:
            try await desk.remove(knock)
            return try ok(NoContent?.none)
        case .countReceiveEdoc: return try await count(.document, knock)
        case .countReceiveStatus: return try await count(.status, knock)
        case .sendEdoc, .getEdoc, .downloadEdoc: return HubAPI.refused(.systemFault, nil, status: 500)
        }
    }

    private func small(_ body: RequestBody) async throws -> Data {
        var data = Data()
        for try await buffer in ArrivingBody(body) {
            data.append(contentsOf: buffer.readableBytesView)
            guard data.count <= HubAPI.smallBody else { throw HubRefusal(.invalidFile, .tooLarge) }
        }
        return data
    }

    // MARK: Calls

    private func receivedList(_ knock: Knock) async throws -> VXPResponse {
        let rows = try await desk.asking(knock) { store, call in
            let type = try CallParameters(call, knock.operation).messageType()
            return try store.openDeliveries(of: call.systemId, type: type, limit: HubAPI.listLimit)
        }
        return try ok(rows.map(\.receivedRow))
    }

    private func sentList(_ knock: Knock) async throws -> VXPResponse {
        let rows = try await desk.asking(knock) { store, call in
            let docId = try CallParameters(call, knock.operation).required("docId")
            return try store.deliveries(ofPacket: docId, sentBy: call.systemId)
        }
        return try ok(rows.map(\.sentRow))
    }

    private func agencies(
        _ knock: Knock, includingDeleted: Bool = false, _ row: @escaping @Sendable (AgencyRecord) -> AgencyRow
    ) async throws -> VXPResponse {
        let records = try await desk.asking(knock) { store, _ in
            try store.agencyRows(includingDeleted: includingDeleted)
        }
        return try ok(records.map(row))
    }

    private func register(_ knock: Knock, _ body: Data) async throws -> VXPResponse {
        guard let registration = try? JSONDecoder().decode(AgencyRegistration.self, from: body) else {
            throw HubRefusal(.invalidFile, "Nội dung đăng ký không phải JSON hợp lệ")
        }
        try await desk.register(registration, knock)
        return try ok(NoContent?.none)
    }

    private func count(_ type: MessageType, _ knock: Knock) async throws -> VXPResponse {
        let count = try await desk.asking(knock) { store, call in
            try store.countOpen(of: call.systemId, type: type)
        }
        return try ok(PacketCount(count: count))
    }

    // MARK: Answers

    func ok<Content: Codable & Sendable>(_ content: Content?) throws -> VXPResponse {
        VXPResponse(status: 200, body: try Answer.success(content).json)
    }

    static func refused(_ code: AnswerCode, _ explanation: String?, status: Int) -> VXPResponse {
        VXPResponse(status: status, body: (try? Answer<NoContent>.refusal(code, explanation).json) ?? Data())
    }

    static func newTraceId() -> String { randomBytes(16).hex }
}

/// The parameters that an operation knows.
struct CallParameters: Sendable {
    private let values: [String: String]

    init(_ call: VerifiedCall, _ operation: VXPOperation) { values = call.parameters(of: operation) }
    init(_ values: [String: String]) { self.values = values }

    subscript(_ name: String) -> String? { values[name] }

    func required(_ name: String) throws(HubRefusal) -> String {
        guard let value = values[name], !value.isEmpty else { throw HubRefusal(.invalidFile, "Thiếu tham số \(name)") }
        return value
    }

    func messageType() throws(HubRefusal) -> MessageType {
        guard let type = MessageType(rawValue: values["messagetype"] ?? "edoc") else {
            throw HubRefusal(.invalidFile, "messagetype phải là edoc hoặc status")
        }
        return type
    }
}
