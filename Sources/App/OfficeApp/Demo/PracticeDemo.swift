// The practice installation: a hub, a timestamp authority and two offices on this machine, made on first start.
internal import Digests
internal import Directory
package import Foundation
internal import Hub
internal import Logging
internal import Platform
internal import Records
internal import ServiceLifecycle
internal import SignatureCore
internal import Signing
internal import UnixSignals

/// Runs everything in one process, each office with its own folder, database and port.
package struct PracticeDemo: Sendable {
    private let folder: URL
    private let portBase: Int
    private let assets: String?
    private let academyDatabase: String?

    /// - Parameters:
    ///   - folder: keeps all practice data; running again goes on with it.
    ///   - portBase: first office; the second office, the hub and the timestamps take the next ports.
    ///   - assets: folders of styles and scripts; nil for those beside the working directory.
    ///   - academyDatabase: a `postgres://` URL for the first office; nil for an SQLite file in its folder.
    package init(folder: URL, portBase: Int, assets: String?, academyDatabase: String? = nil) {
        self.academyDatabase = academyDatabase
        self.folder = folder
        self.portBase = portBase
        self.assets = assets
    }

    /// Throws the practice data away.
    package func reset() throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
    }

    package func run() async throws {
        try PrivateFiles.closedFolder(folder)
        let scratch = try ScratchFolder(below: folder.appending(path: "tmp"))
        scratch.becomeTemporaryDirectory()
        defer { scratch.remove() }
        let secrets = try PracticeSecrets.load(from: folder.appending(path: "practice.json"))
        let authority = try PracticeAuthority(folder: folder, passphrase: secrets.authority)
        let hub = try await ExchangeHub(hubSettings(secrets))
        var services: [any Service] = [hub.application()]
        for kind in DemoOfficeKind.allCases {
            try await hub.desk.enrol(kind.system(secret: secrets.hub(kind)), agencies: [kind.member])
            services += try await office(kind, secrets, authority).services()
        }
        let timestamps = PracticeTimestamps(responder: try authority.timestampResponder(), clock: .system)
        services.append(timestamps.application(port: portBase + 3))
        let remote = PracticeRemoteSigning(
            keys: try authority.remoteKeys(), clientSecret: secrets.remote, clock: .system)
        services.append(remote.application(port: portBase + 4))
        announce()
        try await ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Log.logger("demo"))
        ).run()
    }

    /// Makes the practice data without starting anything, and writes `hub.conf` and one `.conf` per office, so that each
    /// can be run as a process of its own: `vastoffice hub --config …`, `vastoffice serve --config …`.
    package func prepare() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let secrets = try PracticeSecrets.load(from: folder.appending(path: "practice.json"))
        let authority = try PracticeAuthority(folder: folder, passphrase: secrets.authority)
        let hub = try await ExchangeHub(hubSettings(secrets))
        for kind in DemoOfficeKind.allCases {
            try await hub.desk.enrol(kind.system(secret: secrets.hub(kind)), agencies: [kind.member])
            try await office(kind, secrets, authority).ground.database.close()
            try write(
                try officeSettings(kind, secrets).overlaid(with: ["tsa.url": "", "remote.services": ""]),
                to: "\(kind.rawValue).conf")
        }
        await hub.close()
        try write(hubSettings(secrets), to: "hub.conf")
    }

    private func write(_ settings: Settings, to name: String) throws {
        try Data(settings.fileText.utf8).write(to: folder.appending(path: name), options: .atomic)
    }

    private func office(
        _ kind: DemoOfficeKind, _ secrets: PracticeSecrets, _ authority: PracticeAuthority
    ) async throws -> Office {
        let settings = try OfficeSettings(try officeSettings(kind, secrets))
        let ground = try await Office.ground(settings, clock: .system, transport: .live())
        try await PracticeOffice(kind: kind, ground: ground, authority: authority).fill()
        return try await Office(settings, ground: ground)
    }

    private func officeSettings(_ kind: DemoOfficeKind, _ secrets: PracticeSecrets) throws -> Settings {
        let data = folder.appending(path: kind.rawValue).path
        var values = [
            "data": data, "host": "127.0.0.1", "port": "\(port(of: kind))",
            "practice": "true", "practice.password": PracticeOffice.password,
            "hub.url": "http://127.0.0.1:\(portBase + 2)", "hub.system.id": kind.systemID,
            "hub.secret": try Settings(["data": data]).sealed(secrets.hub(kind), as: "hub.secret"),
            "hub.poll.seconds": "2", "tsa.url": "http://127.0.0.1:\(portBase + 3)/tsa",
            "remote.services": "thuc-hanh", "remote.thuc-hanh.title": "Dịch vụ thực hành",
            "remote.thuc-hanh.url": "http://127.0.0.1:\(portBase + 4)/csc/v2",
            "remote.thuc-hanh.client.id": PracticeRemoteSigning.clientID,
            "remote.thuc-hanh.client.secret": secrets.remote,
        ]
        values["assets"] = assets
        if kind == .academy { values["database"] = academyDatabase }
        return Settings(values)
    }

    private func hubSettings(_ secrets: PracticeSecrets) -> Settings {
        var values = [
            "data": folder.appending(path: "hub").path, "host": "127.0.0.1", "port": "\(portBase + 2)",
            "practice": "true", "hub.password": PracticeOffice.password,
        ]
        values["assets"] = assets
        return Settings(values)
    }

    private func port(of kind: DemoOfficeKind) -> Int {
        portBase + (DemoOfficeKind.allCases.firstIndex(of: kind) ?? 0)
    }

    private func announce() {
        print(
            """

            VAST-Office, chế độ thực hành – practice mode: nothing here has legal force.

            """)
        for kind in DemoOfficeKind.allCases {
            print("  \(kind.agency.name)\n    http://127.0.0.1:\(port(of: kind))")
            for line in kind.accountLines { print("      \(line)") }
        }
        print(
            """

              Mật khẩu chung / password: \(PracticeOffice.password)
              Mã PIN ký số / signing PIN: \(PracticeOffice.pin)      PIN con dấu / seal PIN: \(PracticeOffice.sealPIN)
              Ký số từ xa, mã chứng thư / remote signing, credential IDs: chutich, vientruong
                điện thoại / telephone:   http://127.0.0.1:\(portBase + 4)/dien-thoai/chutich
              Trục liên thông / hub:      http://127.0.0.1:\(portBase + 2)   (quản trị / operator: quantri)
              Dữ liệu / data:             \(folder.path)

            Ctrl-C dừng / stops. `vastoffice demo --reset` làm lại từ đầu / starts over.

            """)
        fflush(nil)
    }
}

/// Secrets of the practice installation, made once and kept beside its data.
struct PracticeSecrets: Codable, Sendable {
    let authority: String
    private let hubs: [String: String]
    /// Absent in data of older versions.
    private var office: String?

    /// The offices' own at the practice signing service.
    var remote: String { office ?? authority }

    func hub(_ kind: DemoOfficeKind) -> String { hubs[kind.rawValue] ?? "" }

    static func load(from file: URL) throws -> PracticeSecrets {
        if let data = try? Data(contentsOf: file) { return try JSONDecoder().decode(PracticeSecrets.self, from: data) }
        let fresh = PracticeSecrets(
            authority: randomBytes(24).hex,
            hubs: Dictionary(uniqueKeysWithValues: DemoOfficeKind.allCases.map { ($0.rawValue, randomBytes(24).hex) }),
            office: randomBytes(24).hex)
        try JSONEncoder().encode(fresh).write(to: file, options: .atomic)
        return fresh
    }
}

/// The practice certification authority: made once; its files lie beside the practice data.
struct PracticeAuthority: Sendable {
    let pki: PracticePKI
    private let folder: URL
    private let passphrase: String
    private static let years = 5

    init(folder: URL, passphrase: String) throws {
        self.folder = folder
        self.passphrase = passphrase
        let file = folder.appending(path: "practice-ca.p12")
        if let data = try? Data(contentsOf: file) {
            pki = try PracticePKI(archive: data, passphrase: passphrase)
        } else {
            pki = try PracticePKI.create(owner: "VAST-Office", validity: Self.validity)
            try pki.archive(passphrase: passphrase).write(to: file, options: .atomic)
        }
        try Data(pki.root.pem.utf8).write(to: folder.appending(path: "practice-root.pem"), options: .atomic)
    }

    func issue(to holder: PracticeHolder, pin: String) throws -> Data {
        try pki.issue(to: holder, keys: .p256, validity: Self.validity, passphrase: pin)
    }

    /// Keys of the leaders of both offices at the practice signing service, by their accounts.
    func remoteKeys() throws -> [String: PKCS12Key] {
        let leaders = [("chutich", "Trần Minh Đức"), ("vientruong", "Nguyễn Hải Triều")]
        var keys: [String: PKCS12Key] = [:]
        for (account, name) in leaders {
            let archive = try kept("practice-remote-\(account).p12") {
                try pki.issue(
                    to: .person(name: name, agency: "VAST-Office"), keys: .p256, validity: Self.validity,
                    passphrase: passphrase)
            }
            keys[account] = try PKCS12Key(data: archive, passphrase: passphrase)
        }
        return keys
    }

    /// A file of the practice data, made when it is not there yet.
    private func kept(_ name: String, _ make: () throws -> Data) throws -> Data {
        let file = folder.appending(path: name)
        if let data = try? Data(contentsOf: file) { return data }
        let data = try make()
        try data.write(to: file, options: .atomic)
        return data
    }

    func timestampResponder() throws -> TimestampResponder {
        let file = folder.appending(path: "practice-tsa.p12")
        if let data = try? Data(contentsOf: file) {
            return TimestampResponder(key: try PKCS12Key(data: data, passphrase: passphrase))
        }
        let archive = try pki.issue(
            to: .timestampAuthority(agency: "VAST-Office"), keys: .rsa2048, validity: Self.validity,
            passphrase: passphrase)
        try archive.write(to: file, options: .atomic)
        return TimestampResponder(key: try PKCS12Key(data: archive, passphrase: passphrase))
    }

    private static var validity: ValidityPeriod {
        ValidityPeriod(from: Date().addingTimeInterval(-86_400), days: years * 365)
    }
}
