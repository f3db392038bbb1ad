internal import Digests
// An office of its own for one test: fresh database, frozen clock, temporary blobs, the practice people.
package import Directory
package import Foundation
package import Platform
package import Records
internal import Synchronization

extension Engine {
    /// SQLite always; PostgreSQL where `VASTOFFICE_TEST_POSTGRES` names a server.
    package static let testable: [Engine] = postgresURL == nil ? [.sqlite] : [.sqlite, .postgres]

    static var postgresURL: String? {
        ProcessInfo.processInfo.environment["VASTOFFICE_TEST_POSTGRES"].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A reference type because its end is the end of its folder.
package final class TestOffice: Sendable {
    package let ground: Groundwork
    package let clock: TestClock
    package let people: Characters
    /// Temporary files of the test, removed with the office.
    package let folder: URL
    /// Where the database is, for a second node on it.
    package let address: String

    package var database: Database { ground.database }
    package var engine: Engine { ground.database.engine }
    package var now: Date { clock.now }

    private init(ground: Groundwork, clock: TestClock, people: Characters, folder: URL, address: String) {
        self.address = address
        self.ground = ground
        self.clock = clock
        self.people = people
        self.folder = folder
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The password of every practice account.
    package static let password = "hoa sữa mùa thu"

    /// - Parameters:
    ///   - schema: the steps of the features under test; jobs, records and directory are there already.
    ///   - transport: how calls to the outside are answered; by default nobody is there.
    ///   - connections: to the database; for tests of crowds.
    package static func make(
        _ engine: Engine = .sqlite, schema: [SchemaStep] = [], office: DemoOfficeKind = .academy,
        settings: [String: String] = [:], transport: HTTPTransport = .unreachable, connections: Int = 4
    ) async throws -> TestOffice {
        let folder = try temporaryFolder()
        let address = try await TestDatabase.address(engine, in: folder)
        let database = try await Database(address, connections: connections)
        try await database.migrate(jobSchema + recordsSchema + DirectoryFeature.schema + schema)
        let clock = TestClock()
        let hash = try await passwordHash.value
        let people = try await database.write { tx in
            try DemoDirectory.seed(office, tx: tx, passwordHash: hash, now: clock.now)
            return try Characters(tx)
        }
        let ground = Groundwork(
            database: database, blobs: try BlobStore(folder: folder.appending(path: "blobs")), clock: clock.value,
            sandbox: await sandbox.value, transport: transport,
            settings: Settings(settings).overlaid(with: ["key.file": folder.appending(path: "office.key").path]))
        return TestOffice(ground: ground, clock: clock, people: people, folder: folder, address: address)
    }

    /// The practice person with this account, as one who acts.
    package func actor(_ account: String) throws -> Actor { try people.actor(account) }

    package static func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vastoffice-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static let sandbox = Task { await Sandbox.detect() }
    private static let passwordHash = Task { try await PasswordHasher(cost: .trifling).hash(password) }
}

/// A database of its own: a file, or a schema on the test server.
package enum TestDatabase {
    package static func make(_ engine: Engine, in folder: URL, connections: Int = 4) async throws -> Database {
        try await Database(try await address(engine, in: folder), connections: connections)
    }

    static func address(_ engine: Engine, in folder: URL) async throws -> String {
        switch engine {
        case .sqlite: folder.appending(path: "office.sqlite").path
        case .postgres: try await postgresURL()
        }
    }

    /// Address of a new, empty schema; for tests that open the same database more than once.
    package static func postgresURL() async throws -> String {
        guard let url = Engine.postgresURL else { throw TestKitError.noPostgres }
        let schema = "test_\(randomBytes(8).hex)"
        let server = try await Database(url, connections: 2)
        _ = try await server.write { try $0.execute(SQL(trusted: "CREATE SCHEMA \(schema)")) }
        await server.close()
        return url + (url.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(schema)"
    }
}

package enum TestKitError: Error {
    case noPostgres
    case noPerson(String)
}

extension HTTPTransport {
    /// Nobody answers.
    package static let unreachable = HTTPTransport { call in
        throw HTTPTransportError.unreachable(call.url.host() ?? "?")
    }
}

/// A clock that stands still until it is moved. A reference type because every holder must see the same time.
package final class TestClock: Sendable {
    private let instant: Mutex<Date>

    /// Tuesday, 24 November 2026, 9:00 in Viet Nam, unless told otherwise.
    package init(_ start: Date = Date(timeIntervalSince1970: 1_795_485_600)) { instant = Mutex(start) }

    package var now: Date { instant.withLock { $0 } }
    package var value: Clock { Clock { self.now } }
    package func advance(by seconds: Double) { instant.withLock { $0 += seconds } }
    package func set(_ date: Date) { instant.withLock { $0 = date } }
}
