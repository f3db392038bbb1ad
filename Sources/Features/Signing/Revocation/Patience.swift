// How long a page waits for somebody outside.
internal import Foundation

enum Patience {
    static let usual: Duration = .seconds(1)

    /// The answer, or nil when it takes longer; what goes on then is cancelled.
    static func wait<Value: Sendable>(
        _ duration: Duration = usual, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: duration)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
