import Platform
import Testing

/// Số chương trình chạy cùng lúc có hạn; ai đến trước vào trước, ai thôi chờ thì ra khỏi hàng.
@Suite struct TurnstileTests {
    @Test func `it lets as many through at a time as it has places`() async throws {
        let (turnstile, counter) = (Turnstile(places: 2), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await turnstile.pass {
                        await counter.come()
                        await Task.yield()
                        await counter.go()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await counter.most == 2)
        #expect(await counter.all == 20)
    }

    @Test func `who comes first goes first, and who gives up leaves the line`() async throws {
        let (turnstile, door) = (Turnstile(places: 1), AsyncStream<Void>.makeStream())
        let (passed, order) = AsyncStream<Int>.makeStream()
        let first = Task { try await turnstile.pass { for await _ in door.stream {} } }
        var others: [Task<Void, any Error>] = []
        for number in 1...4 {
            while await turnstile.waiting < number - 1 { await Task.yield() }
            others.append(Task { try await turnstile.pass { _ = order.yield(number) } })
        }
        while await turnstile.waiting < 4 { await Task.yield() }
        others[1].cancel()
        await #expect(throws: CancellationError.self) { try await others[1].value }
        #expect(await turnstile.waiting == 3)
        door.continuation.finish()
        try await first.value
        for number in [0, 2, 3] { try await others[number].value }
        order.finish()
        #expect(await passed.reduce(into: []) { $0.append($1) } == [1, 3, 4])
    }

    @Test func `a task that is cancelled already does not enter`() async {
        let turnstile = Turnstile(places: 1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await turnstile.pass {}
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

private actor Counter {
    private var inside = 0
    private(set) var most = 0
    private(set) var all = 0

    func come() {
        inside += 1
        all += 1
        most = max(most, inside)
    }

    func go() { inside -= 1 }
}
