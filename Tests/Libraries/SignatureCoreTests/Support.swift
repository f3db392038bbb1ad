import Digests
import Foundation
import SignatureCore

/// 5 March 2026, 10:15:30 at +07:00: the time at which every test happens.
let now = Date(timeIntervalSince1970: 1_772_680_530)
let pin = "Mã-PIN 2468"
let document = Data("Quyết định số 123/QĐ-VHL ngày 05 tháng 3 năm 2026".utf8)

/// One practice authority per kind of key, made once for all tests. libcrypto's responder knows no Ed25519, so there a
/// P-256 key stamps.
struct Practice: Sendable {
    static let all = Dictionary(uniqueKeysWithValues: PracticeKeyKind.allCases.map { ($0, make($0)) })

    let pki: PracticePKI
    let keys: PracticeKeyKind
    let leader: PKCS12Key
    let responder: TimestampResponder

    static func of(_ keys: PracticeKeyKind) throws -> Practice {
        guard let made = all[keys] else { throw SignatureError.library("no practice PKI") }
        return try made.get()
    }

    private static func make(_ keys: PracticeKeyKind) -> Result<Practice, any Error> {
        Result {
            let pki = try PracticePKI.create(
                owner: "Viện Hàn lâm", keys: keys, validity: .init(from: now.addingTimeInterval(-86_400), days: 3650),
                rounds: 2048)
            let practice = Practice(
                pki: pki, keys: keys, leader: try key(pki, leaderHolder, keys),
                responder: TimestampResponder(
                    key: try key(
                        pki, .timestampAuthority(agency: "Viện Hàn lâm"), keys == .ed25519 ? .p256 : keys,
                        valid: .init(from: now.addingTimeInterval(-3600), days: 3000))))
            return practice
        }
    }

    static let leaderHolder = PracticeHolder.person(
        name: "Nguyễn Văn Đức", agency: "Viện Hàn lâm Khoa học", title: "Chủ tịch", identifier: "CCCD:001080000001",
        emailAddress: "nvduc@vast.example")

    private static func key(
        _ pki: PracticePKI, _ holder: PracticeHolder, _ keys: PracticeKeyKind, valid: ValidityPeriod = valid
    ) throws -> PKCS12Key {
        let file = try pki.issue(to: holder, keys: keys, validity: valid, passphrase: pin)
        return try PKCS12Key(data: file, passphrase: pin)
    }

    /// Another key of the same person, valid at another time.
    func key(valid: ValidityPeriod) throws -> PKCS12Key {
        let file = try pki.issue(to: Self.leaderHolder, keys: keys, validity: valid, passphrase: pin)
        return try PKCS12Key(data: file, passphrase: pin)
    }

    /// The leader's detached signature over `document`.
    func sign(
        _ document: Data = document, by key: PKCS12Key? = nil, timestamped: Bool = false, digest: DigestAlgorithm? = nil
    ) async throws -> Data {
        let key = key ?? leader
        let algorithm = digest ?? key.certificate.preferredDigest
        let request = try CMSSignatureRequest.prepare(
            documentDigest: algorithm.digest(document), digestAlgorithm: algorithm, certificate: key.certificate,
            chain: key.chain)
        return try await request.signed(by: key, timestampedBy: timestamped ? .local(responder) { now } : nil)
    }

    func verify(
        _ cms: Data, over document: Data = document, trust: TrustStore? = nil, at date: Date = now
    ) throws -> CMSReport {
        try CMSFacts(der: cms).verify(
            documentDigest: { $0.digest(document) }, trust: trust ?? TrustStore(anchors: [pki.root]), at: date)
    }
}

let valid = ValidityPeriod(from: now.addingTimeInterval(-3600), days: 365)

/// A folder for one test, gone afterwards.
func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "vast-sig-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

struct ToolOutput: Sendable {
    var status: Int32
    var text: String
}

/// Runs the `openssl` tool in `folder`.
func openssl(_ arguments: String, in folder: URL, extra: [String] = []) throws -> ToolOutput {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments.split(separator: " ").map(String.init) + extra
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return ToolOutput(status: process.terminationStatus, text: text)
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Data {
    /// One to four octets changed at places the generator picks.
    func damaged(by generator: inout SeededGenerator) -> Data {
        var octets = [UInt8](self)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            octets[Int.random(in: 0..<octets.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
        }
        return Data(octets)
    }

    /// One octet changed at `offset`, counted from the end when negative.
    func flipped(at offset: Int) -> Data {
        var octets = [UInt8](self)
        octets[offset < 0 ? octets.count + offset : offset] ^= 1
        return Data(octets)
    }
}
