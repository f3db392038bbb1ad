package import Digests
package import Foundation

/// Why a call to the platform did not do what was asked.
package enum VXPFailure: Error, Sendable, Hashable {
    /// System id or secret not accepted: no use trying again before someone corrects them.
    case unauthorised(String)
    /// The platform understood and said no.
    case refused(code: String, explanation: String)
    /// No connection, or a server that takes no calls at the moment: try again later.
    case unreachable(String)
    /// The call went out and its answer was lost, or told of a fault within: try again later.
    case unanswered(String)
    case malformedAnswer(String)
    case malformedParameter(String)

    package var isWorthRetrying: Bool {
        switch self {
        case .unreachable, .unanswered, .malformedAnswer: true
        // A fault of the platform itself, as against one of ours.
        case .refused(let code, _): code == AnswerCode.systemFault.rawValue
        case .unauthorised, .malformedParameter: false
        }
    }

    /// Whether the platform may have done all the same what it was asked.
    package var leavesOpen: Bool {
        switch self {
        case .unanswered, .malformedAnswer: true
        case .refused(let code, _): code == AnswerCode.systemFault.rawValue
        case .unreachable, .unauthorised, .malformedParameter: false
        }
    }

    package var sentence: String {
        switch self {
        case .unauthorised: "Trục liên thông không chấp nhận mã hệ thống hoặc khóa bí mật"
        case .refused(let code, let explanation): "Trục liên thông từ chối (mã \(code)): \(explanation)"
        case .unreachable: "Không kết nối được trục liên thông"
        case .unanswered: "Trục liên thông không trả lời"
        case .malformedAnswer: "Trục liên thông trả lời không đúng định dạng"
        case .malformedParameter(let name): "Tham số “\(name)” không gửi được qua trục liên thông"
        }
    }
}

extension VXPFailure {
    /// What a transport threw. Unless it says by a `VXPFailure` that the call never went out, it may have.
    init(onTheWay error: any Error) { self = error as? VXPFailure ?? .unanswered("\(error)") }

    /// What a status of HTTP says by itself; nil where the body decides.
    init?(httpStatus status: Int, of call: String) {
        switch status {
        case 401, 403: self = .unauthorised("HTTP \(status)")
        // The call was not taken up.
        case 408, 425, 429, 503: self = .unreachable("\(call): HTTP \(status)")
        case 500...: self = .unanswered("\(call): HTTP \(status)")
        default: return nil
        }
    }
}

/// The client half of the wire protocol. Knows no network: the transport answers a signed request.
package struct VXPClient: Sendable {
    private let signer: RequestSigner
    private let now: @Sendable () -> Date
    private let transport: @Sendable (VXPRequest) async throws -> VXPResponse

    /// - Parameter transport: makes the call; throws `VXPFailure.unreachable` where it surely never went out.
    package init(
        systemId: String, secret: String, now: @escaping @Sendable () -> Date = { Date() },
        transport: @escaping @Sendable (VXPRequest) async throws -> VXPResponse
    ) {
        signer = RequestSigner(systemId: systemId, secret: secret)
        let moments = CallMoments()
        self.now = { moments.next(now()) }
        self.transport = transport
    }

    /// Sends a packet; the platform's id for it. `recipients` only where the packet itself does not name them.
    package func sendEdoc(
        file: Data, from agencyCode: String, messageType: MessageType, to recipients: [String] = []
    ) async throws(VXPFailure) -> String {
        let call = VXPCall.send(file, from: agencyCode, messageType: messageType, to: recipients)
        return try await content(of: call, as: SentPacket.self).docId
    }

    /// The same from a file, read while it goes out.
    package func sendEdoc(
        file: ByteSource, from agencyCode: String, messageType: MessageType, to recipients: [String] = []
    ) async throws(VXPFailure) -> String {
        let call: VXPCall
        do {
            call = try VXPCall.send(file, from: agencyCode, messageType: messageType, to: recipients)
        } catch {
            throw .unreachable("the packet cannot be read: \(error)")
        }
        return try await content(of: call, as: SentPacket.self).docId
    }

    /// Packets that wait for us.
    package func receivedList(messageType: MessageType) async throws(VXPFailure) -> [ReceivedRow] {
        try await optionalContent(of: .receivedList(messageType), as: [ReceivedRow].self) ?? []
    }

    /// How a packet we sent stands with each receiver.
    package func sentList(messageType: MessageType, docId: String) async throws(VXPFailure) -> [SentRow] {
        try await optionalContent(of: .sentList(messageType, docId: docId), as: [SentRow].self) ?? []
    }

    /// The packet's bytes, exactly as stored on the platform.
    package func getEdoc(docId: String) async throws(VXPFailure) -> Data {
        let text = try await content(of: .getEdoc(docId: docId), as: String.self)
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
            throw .malformedAnswer("getEdoc: data is not base64")
        }
        return data
    }

    /// The packet's bytes as they come, decoded on the way. What `take` throws comes out as it is.
    package func getEdoc(docId: String, into take: @escaping AnswerTaker) async throws {
        try await stream(.getEdoc(docId: docId), AnswerStream(take: take))
    }

    /// The same through the platform's other call, which answers with the file itself.
    package func downloadEdoc(docId: String, into take: @escaping AnswerTaker) async throws {
        let call = VXPCall.downloadEdoc(docId: docId)
        var request = try signer.sign(call, at: now())
        request.download = take
        let response = try await carry(request)
        try VXPClient.checkHTTPStatus(response, of: .downloadEdoc)
        try response.body.withUnsafeBytes { if !$0.isEmpty { try take($0) } }
    }

    /// One of the lists of agencies exactly as the platform gives it, for `AgencyListReader`.
    package func agencyList(_ operation: AgencyListing, into take: @escaping AnswerTaker) async throws {
        var request = try signer.sign(operation.call, at: now())
        request.download = take
        let response = try await carry(request)
        try VXPClient.checkHTTPStatus(response, of: operation.call.operation)
        try response.body.withUnsafeBytes { if !$0.isEmpty { try take($0) } }
    }

    package func updateStatus(docId: String, to status: Acknowledgement) async throws(VXPFailure) {
        _ = try await optionalContent(of: .updateStatus(docId: docId, to: status), as: NoContent.self)
    }

    package func agencies() async throws(VXPFailure) -> [AgencyRow] {
        try await optionalContent(of: VXPCall(.getAgenciesList), as: [AgencyRow].self) ?? []
    }

    /// The directory with both code systems.
    package func agenciesQD20() async throws(VXPFailure) -> [AgencyRow] {
        try await optionalContent(of: AgencyListing.withBothCodes.call, as: [AgencyRow].self) ?? []
    }

    package func synchronizeUnits() async throws(VXPFailure) -> [AgencyRow] {
        try await optionalContent(of: VXPCall(.getSynchronizeUnit), as: [AgencyRow].self) ?? []
    }

    package func register(_ agency: AgencyRegistration) async throws(VXPFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(agency) else { throw .malformedParameter("registerAgency") }
        _ = try await optionalContent(of: VXPCall(.registerAgency, body: body), as: NoContent.self)
    }

    package func deleteAgency(code: String) async throws(VXPFailure) {
        let call = VXPCall(.deleteAgency, parameters: [("AgencyCode", code)])
        _ = try await optionalContent(of: call, as: NoContent.self)
    }

    package func count(_ messageType: MessageType) async throws(VXPFailure) -> Int {
        let operation = messageType == .document ? VXPOperation.countReceiveEdoc : .countReceiveStatus
        return try await content(of: VXPCall(operation), as: PacketCount.self).count
    }

    // MARK: One call

    private func content<Content: Codable & Sendable>(
        of call: VXPCall, as type: Content.Type
    ) async throws(VXPFailure) -> Content {
        guard let content = try await optionalContent(of: call, as: type) else {
            throw .malformedAnswer("\(call.operation.rawValue): no data")
        }
        return content
    }

    private func optionalContent<Content: Codable & Sendable>(
        of call: VXPCall, as type: Content.Type
    ) async throws(VXPFailure) -> Content? {
        let request = try signer.sign(call, at: now())
        let response: VXPResponse
        do {
            response = try await transport(request)
        } catch {
            throw VXPFailure(onTheWay: error)
        }
        try VXPClient.checkHTTPStatus(response, of: call.operation)
        guard let answer = try? JSONDecoder().decode(Answer<Content>.self, from: response.body) else {
            throw .malformedAnswer(call.operation.rawValue)
        }
        guard answer.isSuccess else {
            if answer.code == AnswerCode.unauthorised.rawValue { throw .unauthorised(answer.explanation) }
            throw .refused(code: answer.code, explanation: answer.explanation)
        }
        return answer.content
    }

    /// A call whose answer is read while it comes. What the taker says against it is not the platform's fault.
    private func stream(_ call: VXPCall, _ reader: AnswerStream) async throws {
        let feed = AnswerFeed(reader)
        var request = try signer.sign(call, at: now())
        request.download = { try feed.take($0) }
        do {
            let response = try await carry(request)
            try VXPClient.checkHTTPStatus(response, of: call.operation)
            try response.body.withUnsafeBytes { if !$0.isEmpty { try feed.take($0) } }
            try feed.finish(call.operation)
        } catch is AnswerStream.Problem {
            throw VXPFailure.malformedAnswer(call.operation.rawValue)
        }
    }

    /// Trouble on the way becomes a `VXPFailure`; what a taker threw stays what it is.
    private func carry(_ request: VXPRequest) async throws -> VXPResponse {
        let faults = TakerFault()
        var request = request
        if let download = request.download {
            request.download = { piece in
                do { try download(piece) } catch {
                    faults.note(error)
                    throw error
                }
            }
        }
        do {
            return try await transport(request)
        } catch {
            if let cause = faults.cause { throw cause }
            throw VXPFailure(onTheWay: error)
        }
    }

    private static func checkHTTPStatus(_ response: VXPResponse, of operation: VXPOperation) throws(VXPFailure) {
        if (200..<300).contains(response.status) { return }
        if let failure = VXPFailure(httpStatus: response.status, of: operation.rawValue) { throw failure }
        // Some platforms put their frame into a client error.
        guard let answer = try? JSONDecoder().decode(Answer<NoContent>.self, from: response.body), !answer.isSuccess
        else { throw .malformedAnswer("\(operation.rawValue): HTTP \(response.status)") }
        if answer.code == AnswerCode.unauthorised.rawValue { throw .unauthorised(answer.explanation) }
        throw .refused(code: answer.code, explanation: answer.explanation)
    }
}
