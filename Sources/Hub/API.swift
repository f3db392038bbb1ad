internal import Digests
internal import Foundation
internal import Logging
internal import Platform
package import VXP

/// The platform's calls, answered: from a request as it came to the JSON that goes back. Knows no web server, so that
/// a test or an office in the same process can call it directly.
package struct HubAPI: Sendable {
    private let desk: HubDesk
    private let windowSeconds: Double

    /// How many packets one list offers; the receiver asks again when it has stored them.
    private static let listLimit = 200

    package init(desk: HubDesk, windowSeconds: Double = 300) {
        self.desk = desk
        self.windowSeconds = windowSeconds
    }

    package func answer(_ request: VXPRequest) async -> VXPResponse {
        do {
            return try await answering(request)
        } catch let refusal as HubRefusal {
            Log.logger("hub").info("refused \(request.path): \(refusal.code.rawValue) \(refusal.explanation)")
            return HubAPI.refused(refusal.code, refusal.explanation, status: refusal.code == .unauthorised ? 401 : 200)
        } catch let refusal as SignatureRefusal {
            Log.logger("hub").info("refused \(request.path): \(refusal.rawValue)")
            return HubAPI.refused(.unauthorised, refusal.sentence, status: 401)
        } catch {
            Log.logger("hub").error("fault in \(request.path): \(error)")
            return HubAPI.refused(.systemFault, nil, status: 500)
        }
    }

    private func answering(_ request: VXPRequest) async throws -> VXPResponse {
        guard let operation = VXPOperation(path: request.path) else {
            return HubAPI.refused(.invalidFile, nil, status: 404)
        }
        let call = try await verified(request)
        let parameters = call.parameters(of: operation)
        switch operation {
        case .sendEdoc: return try await send(request, parameters, call)
        case .getReceivedEdocList: return try await receivedList(parameters, call)
        case .getSentEdocList: return try await sentList(parameters, call)
        case .getEdoc:
            let data = try await desk.packet(try required("docId", parameters), caller: call.systemId)
            return try ok(data.base64EncodedString())
        case .downloadEdoc:
            let data = try await desk.packet(try required("docId", parameters), caller: call.systemId)
            return VXPResponse(status: 200, body: data)
        case .updateStatus: return try await updateStatus(parameters, call)
        case .getAgenciesList: return try await agencies { $0.row(isQD20: false) }
        case .getAgenciesListQD20: return try await agencies { $0.row(isQD20: true) }
        case .getSynchronizeUnit: return try await agencies(includingDeleted: true) { $0.changeRow }
        case .registerAgency: return try await register(request, call)
        case .deleteAgency:
            let code = try required("AgencyCode", parameters)
            try await desk.remove(
                agency: code, caller: call.systemId, proof: HubAPI.proof(call, operation, request.body))
            return try ok(NoContent?.none)
        case .countReceiveEdoc: return try await count(.document, call)
        case .countReceiveStatus: return try await count(.status, call)
        }
    }

    // MARK: Who calls

    private func verified(_ request: VXPRequest) async throws -> VerifiedCall {
        let presented = try PresentedCall(headers: request.headers)
        let now = desk.clock.now()
        let (secret, isDue) = try await desk.database.read { tx in
            let store = HubStore(tx: tx, now: now)
            return (try store.secret(of: presented.systemId), try store.needsSeen(presented.systemId))
        }
        // An unknown system and a wrong secret look the same from outside.
        guard let secret else { throw SignatureRefusal.wrongSignature }
        let call = try presented.verified(secret: secret, now: now, windowSeconds: windowSeconds)
        if isDue { try await desk.database.write { try HubStore(tx: $0, now: now).noteSeen(call.systemId) } }
        return call
    }

    /// Names one call: the signature covers neither path nor body.
    private static func proof(_ call: VerifiedCall, _ operation: VXPOperation, _ body: Data) -> String {
        sha256Hex(Data("\(operation.rawValue)\n\(call.proof)\n\(sha256Hex(body))".utf8))
    }

    // MARK: Calls

    private func send(
        _ request: VXPRequest, _ parameters: [String: String], _ call: VerifiedCall
    ) async throws -> VXPResponse {
        let file = try PacketUpload.file(in: request)
        guard FileHash.matches(try required("hash-file", parameters), file) else {
            throw HubRefusal(.fileFault, "Mã băm hash-file không khớp với tệp nhận được")
        }
        guard let beside = RecipientList.codes(parameters["to"] ?? "") else {
            throw HubRefusal(.unknownRecipient, "Tham số to không đọc được")
        }
        let docId = try await desk.accept(
            file, from: try required("from", parameters), type: try messageType(parameters), to: beside,
            caller: call.systemId)
        return try ok(SentPacket(docId: docId))
    }

    private func receivedList(_ parameters: [String: String], _ call: VerifiedCall) async throws -> VXPResponse {
        let type = try messageType(parameters)
        let now = desk.clock.now()
        let rows = try await desk.database.read {
            try HubStore(tx: $0, now: now).openDeliveries(of: call.systemId, type: type, limit: HubAPI.listLimit)
        }
        return try ok(rows.map(\.receivedRow))
    }

    private func sentList(_ parameters: [String: String], _ call: VerifiedCall) async throws -> VXPResponse {
        let docId = try required("docId", parameters)
        let now = desk.clock.now()
        let rows = try await desk.database.read {
            try HubStore(tx: $0, now: now).deliveries(ofPacket: docId, sentBy: call.systemId)
        }
        return try ok(rows.map(\.sentRow))
    }

    private func updateStatus(_ parameters: [String: String], _ call: VerifiedCall) async throws -> VXPResponse {
        guard let docId = parameters["docId"] ?? parameters["docid"] else {
            throw HubRefusal(.invalidFile, "Thiếu docId")
        }
        guard let word = parameters["status"], let status = Acknowledgement(rawValue: word) else {
            throw HubRefusal(.invalidFile, "Trạng thái phải là processing, done hoặc fail")
        }
        try await desk.acknowledge(docId, status, caller: call.systemId)
        return try ok(NoContent?.none)
    }

    private func agencies(
        includingDeleted: Bool = false, _ row: @escaping @Sendable (AgencyRecord) -> AgencyRow
    ) async throws -> VXPResponse {
        let now = desk.clock.now()
        let records = try await desk.database.read {
            try HubStore(tx: $0, now: now).agencyRows(includingDeleted: includingDeleted)
        }
        return try ok(records.map(row))
    }

    private func register(_ request: VXPRequest, _ call: VerifiedCall) async throws -> VXPResponse {
        guard request.body.count <= 65_536,
            let registration = try? JSONDecoder().decode(AgencyRegistration.self, from: request.body)
        else { throw HubRefusal(.invalidFile, "Nội dung đăng ký không phải JSON hợp lệ") }
        let proof = HubAPI.proof(call, .registerAgency, request.body)
        try await desk.register(registration, caller: call.systemId, proof: proof)
        return try ok(NoContent?.none)
    }

    private func count(_ type: MessageType, _ call: VerifiedCall) async throws -> VXPResponse {
        let now = desk.clock.now()
        let count = try await desk.database.read {
            try HubStore(tx: $0, now: now).countOpen(of: call.systemId, type: type)
        }
        return try ok(PacketCount(count: count))
    }

    // MARK: Parameters and answers

    private func required(_ name: String, _ parameters: [String: String]) throws -> String {
        guard let value = parameters[name], !value.isEmpty else {
            throw HubRefusal(.invalidFile, "Thiếu tham số \(name)")
        }
        return value
    }

    private func messageType(_ parameters: [String: String]) throws -> MessageType {
        guard let type = MessageType(rawValue: parameters["messagetype"] ?? "edoc") else {
            throw HubRefusal(.invalidFile, "messagetype phải là edoc hoặc status")
        }
        return type
    }

    private func ok<Content: Codable & Sendable>(_ content: Content?) throws -> VXPResponse {
        VXPResponse(status: 200, body: try Answer.success(content).json)
    }

    private static func refused(_ code: AnswerCode, _ explanation: String?, status: Int) -> VXPResponse {
        VXPResponse(status: status, body: (try? Answer<NoContent>.refusal(code, explanation).json) ?? Data())
    }
}
