import Directory
import Exchange
import Foundation
import Platform
import Records

/// The platform's whole directory taken home, and the picker asked for every beginning of many names.
struct DirectoryTimes {
    private let database: Database
    private let ground: Groundwork
    private let keys: Int

    init(_ arguments: Arguments) async throws {
        let folder = try arguments.folder("folder")
        let list = folder.appending(path: "agencies.json")
        try Self.write(try arguments.number("agencies"), to: list)
        keys = try arguments.number("keys")
        database = try await Database(try arguments.text("database"))
        let transport = HTTPTransport { call in
            let bytes = try Data(contentsOf: list, options: .alwaysMapped)
            guard let download = call.download else { return HTTPAnswer(status: 200, body: bytes) }
            for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
                try bytes[start..<min(start + 64 << 10, bytes.count)].withUnsafeBytes { try download($0) }
            }
            return HTTPAnswer(status: 200, body: Data())
        }
        ground = Groundwork(
            database: database, blobs: try BlobStore(folder: folder.appending(path: "blobs")), clock: .system,
            sandbox: await .detect(), transport: transport,
            settings: Settings(["hub.url": "http://hub.example", "hub.system.id": "s", "hub.secret": "k"]))
    }

    func told() async throws -> [String: Double] {
        try await database.migrate(jobSchema + recordsSchema + DirectoryFeature.schema + ExchangeFeature.schema)
        let desk = try ExchangeDesk(ground: ground, checkpoints: Checkpoints { _ in })
        let clock = ContinuousClock()
        let load = try await clock.measure { try await desk.refreshAgencies() }
        let count = try await database.read { tx in
            try tx.value("SELECT count(*) FROM agency", as: Int.self) ?? 0
        }
        let times = try await pickerTimes().sorted()
        let seconds = Double(load.components.seconds) + Double(load.components.attoseconds) / 1e18
        return [
            "agencies": Double(count), "load_s": seconds, "asked": Double(times.count),
            "picker_p50_ms": times[times.count / 2], "picker_p95_ms": times[times.count * 95 / 100],
            "picker_max_ms": times.last ?? 0,
        ]
    }

    /// What a person types: a name without tones, letter by letter.
    private func pickerTimes() async throws -> [Double] {
        let clock = ContinuousClock()
        var times: [Double] = []
        for number in 0..<keys {
            let name = Self.name(number &* 7_919 % 200_000).lowercased()
            for length in 1...min(14, name.count) {
                let text = String(name.prefix(length))
                let time = try await clock.measure {
                    _ = try await database.read { try DirectoryStore($0).agencies(matching: text, limit: 20) }
                }
                times.append(Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1000)
            }
        }
        return times
    }

    // MARK: Two hundred thousand made-up agencies

    private static let kinds = [
        "Ủy ban nhân dân xã", "Trường Trung học cơ sở", "Sở Nông nghiệp và Môi trường", "Phòng Văn hóa – Xã hội",
        "Trung tâm Y tế", "Chi cục Thuế khu vực", "Ban Quản lý dự án", "Viện Nghiên cứu",
    ]
    private static let places = [
        "Hòa Bình", "Đông Anh", "Quảng Yên", "Tân Lập", "Bình Minh", "Kim Sơn", "Thạch Thất", "Vĩnh Lộc", "Nghĩa Đàn",
        "Phú Thọ", "Cẩm Lệ", "Sơn Tịnh", "Ea Kar", "Long Điền", "Gò Quao", "Hải Châu",
    ]

    private static func name(_ number: Int) -> String {
        let (kind, place) = (kinds[number % kinds.count], places[number / kinds.count % places.count])
        return "\(kind) \(place) \(number / (kinds.count * places.count))"
    }

    private static func write(_ count: Int, to file: URL) throws {
        var text = "{\"status\":\"OK\",\"ErrorCode\":\"0\",\"data\":["
        for number in 0..<count {
            let (a, b, c) = (number % 63 + 1, number / 63 % 99, number / 6_237)
            let short = "H\(pad(a)).\(pad(b)).\(c)"
            text += number > 0 ? "," : ""
            text += """
                {"id":"\(number + 1)","pid":"\(number / 100)","code":"\(short)","code102":"\(pad3(c)).\(pad3(b)).\(pad(a)).H\(pad(a))",\
                "name":"\(name(number))","mail":"vanthu\(number)@coquan.example","isAgency":"true"}
                """
        }
        try Data((text + "]}").utf8).write(to: file)
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func pad3(_ number: Int) -> String {
        String(repeating: "0", count: 3 - min(3, "\(number)".count)) + "\(number)"
    }
}
