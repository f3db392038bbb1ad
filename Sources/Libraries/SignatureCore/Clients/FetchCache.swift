package import Foundation
import Synchronization

/// What came back from an address, or how often nothing did.
package struct FetchCacheEntry: Sendable, Hashable, Codable {
    package var data: Data?
    /// Until when the data is used without asking, or nobody is asked after a failure.
    package var holdsUntil: Date
    package var failures: Int

    package init(data: Data?, holdsUntil: Date, failures: Int) {
        self.data = data
        self.holdsUntil = holdsUntil
        self.failures = failures
    }

    static func answered(_ data: Data, until end: Date?, at now: Date) -> Self {
        // Without an end the data is asked for anew after an hour.
        FetchCacheEntry(data: data, holdsUntil: end ?? now.addingTimeInterval(3600), failures: 0)
    }

    /// Half a minute after the first failure, twice that after each further one, at most an hour.
    static func failed(after failures: Int, at now: Date) -> Self {
        let pause = min(30 * Double(1 << min(failures, 7)), 3600)
        return FetchCacheEntry(data: nil, holdsUntil: now.addingTimeInterval(pause), failures: failures + 1)
    }
}

/// Where answers are kept between questions: the caller's rows or files.
package struct FetchCache: Sendable {
    package var load: @Sendable (_ key: String) async -> FetchCacheEntry?
    package var save: @Sendable (_ key: String, _ entry: FetchCacheEntry) async -> Void

    package init(
        load: @escaping @Sendable (_ key: String) async -> FetchCacheEntry?,
        save: @escaping @Sendable (_ key: String, _ entry: FetchCacheEntry) async -> Void
    ) {
        self.load = load
        self.save = save
    }

    /// Nothing is kept.
    package static let none = FetchCache(load: { _ in nil }, save: { _, _ in })

    /// Kept in this process, at most `count` answers.
    package static func memory(count: Int = 256) -> FetchCache {
        let store = MemoryStore(limit: count)
        return FetchCache(load: { store.entry($0) }, save: { store.set($0, $1) })
    }

    /// One file for each answer in a folder of the caller's.
    package static func folder(_ folder: URL) -> FetchCache {
        @Sendable func file(_ key: String) -> URL { folder.appending(path: key) }
        return FetchCache(
            load: { key in
                guard let data = try? Data(contentsOf: file(key)) else { return nil }
                return try? PropertyListDecoder().decode(FetchCacheEntry.self, from: data)
            },
            save: { key, entry in
                let encoder = PropertyListEncoder()
                encoder.outputFormat = .binary
                // A cache that cannot be written only makes the next question slower.
                try? encoder.encode(entry).write(to: file(key), options: .atomic)
            })
    }
}

/// A class because it is the one state all copies of a cache share.
private final class MemoryStore: Sendable {
    private let entries = Mutex<[String: FetchCacheEntry]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func entry(_ key: String) -> FetchCacheEntry? { entries.withLock { $0[key] } }

    func set(_ key: String, _ entry: FetchCacheEntry) {
        entries.withLock { entries in
            if entries.count >= limit, entries[key] == nil { entries.removeAll() }
            entries[key] = entry
        }
    }
}
