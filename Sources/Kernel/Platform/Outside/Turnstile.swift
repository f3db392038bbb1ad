// A few at a time, first come first served.

/// Lets a few through at a time; the others wait their turn, or give it up when their task is cancelled. An actor:
/// the line is in memory. Whoever is inside must not enter again: where all places are held so, nobody comes out.
package actor Turnstile {
    private var free: Int
    private var line: [(ticket: Int, turn: CheckedContinuation<Void, any Error>)] = []
    private var nextTicket = 0

    package init(places: Int) { free = places }

    /// How many wait now.
    package var waiting: Int { line.count }

    package func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        try Task.checkCancellation()
        guard free == 0 else {
            free -= 1
            return
        }
        let ticket = nextTicket
        nextTicket += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
                // Cancelled from here on, `giveUp` finds the ticket: it waits for this actor.
                if Task.isCancelled { turn.resume(throwing: CancellationError()) } else { line.append((ticket, turn)) }
            }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
    }

    private func giveUp(_ ticket: Int) {
        guard let index = line.firstIndex(where: { $0.ticket == ticket }) else { return }
        line.remove(at: index).turn.resume(throwing: CancellationError())
    }

    private func leave() {
        if line.isEmpty { free += 1 } else { line.removeFirst().turn.resume() }
    }
}
