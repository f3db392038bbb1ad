// The bench hub's door: lets calls through, and spoils them as a case asks.
internal import Foundation
internal import Synchronization
package import VXP

/// A class because the cases set its faults while the office under test calls.
package final class BenchGateway: Sendable {
    enum Fault: Sendable, Hashable {
        /// The hub has done it, and the answer is lost.
        case loseAnswer
        /// The hub does nothing and says so (HTTP 503).
        case unavailable
        /// The hub understands and asks to try later (code 20).
        case tryLater
    }

    struct Call: Sendable {
        let operation: VXPOperation
        let docId: String?
        let succeeded: Bool
        let code: String
    }

    private struct State {
        var faults: [(operation: VXPOperation?, fault: Fault, left: Int)] = []
        var calls: [Call] = []
    }

    private let api: HubAPI
    private let systemId: String
    private let state = Mutex(State())

    /// - Parameter systemId: of the office under test; calls of others are not noted.
    package init(hub: ExchangeHub, systemId: String) {
        api = hub.api
        self.systemId = systemId
    }

    func spoil(_ operation: VXPOperation?, _ fault: Fault, times: Int) {
        state.withLock { $0.faults.append((operation, fault, times)) }
    }

    func mend() { state.withLock { $0.faults = [] } }

    var calls: [Call] { state.withLock { $0.calls } }

    /// nil when the caller shall get no answer.
    package func answer(_ request: VXPRequest) async -> VXPResponse? {
        guard let operation = VXPOperation(path: request.path) else { return await api.answer(request) }
        switch take(operation) {
        case .unavailable: return VXPResponse(status: 503, body: Data())
        case .tryLater: return HubAPI.refused(.systemFault, .rate)
        case .loseAnswer:
            note(operation, request, await api.answer(request))
            return nil
        case nil:
            let response = await api.answer(request)
            note(operation, request, response)
            return response
        }
    }

    private func take(_ operation: VXPOperation) -> Fault? {
        state.withLock { state in
            guard
                let index = state.faults.firstIndex(where: { $0.left > 0 && ($0.operation ?? operation) == operation })
            else { return nil }
            state.faults[index].left -= 1
            return state.faults[index].fault
        }
    }

    private func note(_ operation: VXPOperation, _ request: VXPRequest, _ response: VXPResponse) {
        func header(_ name: String) -> String? {
            request.headers.first { $0.name.lowercased() == "xroadvnpt-\(name)" }?.value
        }
        guard header("systemid") == systemId else { return }
        let answer = try? JSONDecoder().decode(Answer<NoContent>.self, from: Self.withoutData(response.body))
        let call = Call(
            operation: operation, docId: header("docid"), succeeded: answer?.isSuccess ?? (response.status == 200),
            code: answer?.code ?? "")
        state.withLock { $0.calls.append(call) }
    }

    /// Only the frame matters; a packet in it is no business of the notes.
    private static func withoutData(_ body: Data) -> Data {
        body.count > 65_536 ? Data(#"{"status":"OK"}"#.utf8) : body
    }
}

extension HubAPI {
    fileprivate static func refused(_ code: AnswerCode, _ cause: RefusalCause) -> VXPResponse {
        refused(code, cause.sentence, status: 200)
    }
}
