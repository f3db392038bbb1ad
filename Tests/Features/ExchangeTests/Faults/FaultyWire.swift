import Foundation
import OfficeTestKit
import Platform
import Synchronization
import VXP

@testable import Hub

/// What can go wrong with one call between an office and the hub.
enum WireFault: String, Sendable, CaseIterable {
    case none
    /// The request never arrives.
    case lostRequest = "lost request"
    /// The hub has done it, and the answer never arrives.
    case lostAnswer = "lost answer"
    /// The request arrives twice.
    case duplicate
    /// The office gives up waiting; the request arrives later, after others.
    case late = "late request"
    /// The connection breaks in the middle of the request's body.
    case halfRequest = "half a request"
    /// The connection breaks in the middle of the answer.
    case halfAnswer = "half an answer"
    /// The hub has done it, but took longer than the office waits.
    case slow = "slow peer"
}

/// The running hub, which dies and comes again. A reference type because both wires end there.
final class HubSlot: Sendable {
    private let hub = Mutex<ExchangeHub?>(nil)
    let fate = Fate()
    var current: ExchangeHub? { hub.withLock { $0 } }
    func put(_ new: ExchangeHub?) { hub.withLock { $0 = new } }

    /// nil when nobody answers.
    func answer(_ call: HTTPCall) async -> HTTPAnswer? {
        guard let hub = current, !fate.isDead else { return nil }
        let answer = await hub.api.answer(
            VXPRequest(
                method: call.method, path: call.url.path(), headers: call.headers.map { (name: $0.0, value: $0.1) },
                body: call.body))
        // The process died over it: its socket closed without a word.
        guard !fate.isDead else { return nil }
        return HTTPAnswer(status: answer.status, body: answer.body)
    }
}

/// A network with moods; what it does to each call is drawn from the run's seed.
final class FaultyWire: Sendable {
    private struct State {
        var random: SeededRandom
        /// Of a hundred calls so many meet a fault.
        var badness = 0
        var isCut = false
        var underWay: [HTTPCall] = []
        var met: [WireFault: Int] = [:]
        var seen: [HTTPCall] = []
    }

    private let state: Mutex<State>
    private let hub: HubSlot
    private let clock: TestClock

    init(seed: Int, hub: HubSlot, clock: TestClock) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
        self.hub = hub
        self.clock = clock
    }

    func become(badness: Int) { state.withLock { $0.badness = badness } }
    func cut(_ isCut: Bool) { state.withLock { $0.isCut = isCut } }
    var met: [WireFault: Int] { state.withLock { $0.met } }
    /// Some calls as an eavesdropper has them.
    var overheard: [HTTPCall] { state.withLock { $0.seen } }

    var transport: HTTPTransport { HTTPTransport { try await self.send($0) } }

    /// All that an office sees of a call that came to nothing.
    private static let interrupted = HTTPTransportError.interrupted("hub")

    private func draw(_ call: HTTPCall) -> (fault: WireFault, part: Double, isCut: Bool) {
        state.withLock { state in
            if state.seen.count < 200 { state.seen.append(call) }
            let isFaulty = state.random.int(in: 1...100) <= state.badness
            let fault = isFaulty ? state.random.pick(WireFault.allCases.filter { $0 != .none }) ?? .none : .none
            state.met[fault, default: 0] += 1
            return (fault, Double(state.random.int(in: 0...99)) / 100, state.isCut)
        }
    }

    private func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        let (fault, part, isCut) = draw(call)
        guard !isCut else { throw HTTPTransportError.unreachable("hub") }
        switch fault {
        case .lostRequest: throw Self.interrupted
        case .late:
            state.withLock { $0.underWay.append(call) }
            throw Self.interrupted
        case .halfRequest:
            var half = call
            half.body = call.body.prefix(Int(Double(call.body.count) * part))
            // What a server gets to see of it at most: our own reads whole bodies only, another may not.
            if !half.body.isEmpty { _ = await hub.answer(half) }
            throw Self.interrupted
        case .lostAnswer, .slow:
            _ = await hub.answer(call)
            if fault == .slow { clock.advance(by: 120) }
            throw Self.interrupted
        case .duplicate:
            let answer = await hub.answer(call)
            _ = await hub.answer(call)
            guard let answer else { throw Self.interrupted }
            return answer
        case .halfAnswer:
            guard let answer = await hub.answer(call) else { throw Self.interrupted }
            return HTTPAnswer(
                status: answer.status, body: answer.body.prefix(Int(Double(answer.body.count) * part)))
        case .none:
            guard let answer = await hub.answer(call) else { throw Self.interrupted }
            return answer
        }
    }

    /// What was under way arrives now, the last first; nobody waits for the answers.
    func deliverLate() async {
        let calls = state.withLock { state in
            defer { state.underWay = [] }
            return state.underWay
        }
        for call in calls.reversed() { _ = await hub.answer(call) }
    }
}
