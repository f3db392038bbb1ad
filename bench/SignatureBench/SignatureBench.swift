// Times signing and verifying inside one process, as a server does it: beside bench/pyhanko_times.py.
import Digests
import Foundation
import PAdES
import SignatureCore

/// What the files of one run are, by name: `SignatureBench TASK name=value …`.
struct Arguments {
    private let values: [String: String]

    init(_ words: some Sequence<String>) {
        let pairs = words.map { word in word.split(separator: "=", maxSplits: 1).map(String.init) }
        values = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }

    func text(_ name: String) throws -> String {
        guard let value = values[name] else { throw Usage() }
        return value
    }

    func file(_ name: String) throws -> URL { URL(filePath: try text(name)) }
    func files(_ name: String) throws -> [URL] { try text(name).split(separator: ",").map { URL(filePath: String($0)) } }
    func number(_ name: String) throws -> Int { try Int(text(name)) ?? 1 }
    func key(_ name: String) throws -> PKCS12Key {
        try PKCS12Key(data: try Data(contentsOf: try file(name)), passphrase: try text("pin"))
    }
}

struct Usage: Error, CustomStringConvertible {
    let description = """
        SignatureBench sign file= key= pin= rounds=                 from memory to memory
        SignatureBench signfile file= out= key= pin= rounds=        from file to file
        SignatureBench level level= file= key= pin= tsa= crl= root= rounds=
        SignatureBench visible file= key= pin= rounds=
        SignatureBench verify file= root= rounds=
        SignatureBench floor file= key= pin= rounds=                digest and signature value alone
        SignatureBench batch file= out= key= pin= count= workers=
        """
}

enum BenchTask: String {
    case sign, signfile, level, visible, verify, floor, batch

    func run(_ arguments: Arguments) async throws -> [String: Double] {
        switch self {
        case .sign: try await Self.sign(arguments) { Self.intent($0) }
        case .visible: try await Self.sign(arguments) { try Self.visible($0) }
        case .signfile: try await Self.signFile(arguments)
        case .level: try await Self.signAtLevel(arguments)
        case .verify: try await Self.verify(arguments)
        case .floor: try await Self.floor(arguments)
        case .batch: try await Self.signMany(arguments)
        }
    }

    private static func intent(_ key: PKCS12Key) -> SignatureIntent {
        SignatureIntent(
            target: .newField(name: "Bench", rect: nil), signerName: key.certificate.commonName, signedAt: Date(),
            digestAlgorithm: key.certificate.preferredDigest)
    }

    private static func visible(_ key: PKCS12Key) throws -> SignatureIntent {
        var intent = intent(key)
        intent.target = .newField(name: "Bench", rect: PageRect(page: 1, x: 100, y: 200, width: 70, height: 20))
        let lines = ["Ký bởi: \(key.certificate.commonName)", "Thời gian ký: \(officeTime(Date()))"]
        intent.appearance = SignatureAppearance(text: TextBlock(lines, font: try OfficeFont.upright.program()))
        return intent
    }

    private static func sign(
        _ arguments: Arguments, _ intent: (PKCS12Key) throws -> SignatureIntent
    ) async throws -> [String: Double] {
        let (key, file) = (try arguments.key("key"), try Data(contentsOf: try arguments.file("file")))
        var added = 0
        let medians = try await Medians(rounds: try arguments.number("rounds")) {
            added = try await PDFSigner.sign(file, try intent(key), with: key).count - file.count
        }
        return medians.fields.merging(["added_bytes": Double(added)]) { $1 }
    }

    private static func signFile(_ arguments: Arguments) async throws -> [String: Double] {
        let key = try arguments.key("key")
        let (input, output) = (try arguments.file("file"), try arguments.file("out"))
        return try await Medians(rounds: try arguments.number("rounds")) {
            try await PDFSigner.sign(file: input, to: output, intent(key), with: key)
        }.fields
    }

    private static func signAtLevel(_ arguments: Arguments) async throws -> [String: Double] {
        let (key, file) = (try arguments.key("key"), try Data(contentsOf: try arguments.file("file")))
        guard let level = SignatureLevel(rawValue: try arguments.text("level")) else { throw Usage() }
        let material = ValidationMaterial(
            certificates: try Certificate.all(in: try Data(contentsOf: try arguments.file("root"))),
            crls: try arguments.files("crl").map { try Data(contentsOf: $0) })
        let authority = TimestampAuthority.local(TimestampResponder(key: try arguments.key("tsa")))
        let proofs = ProofSources(timestamps: authority) { _, _ in material }
        var added = 0
        let medians = try await Medians(rounds: try arguments.number("rounds")) {
            let signed = try await PDFSigner.sign(file, intent(key), with: key, level: level, proofs: proofs)
            added = signed.count - file.count
        }
        return medians.fields.merging(["added_bytes": Double(added)]) { $1 }
    }

    private static func verify(_ arguments: Arguments) async throws -> [String: Double] {
        let trust = TrustStore(
            anchors: try Certificate.all(in: try Data(contentsOf: try arguments.file("root"))), intermediates: [])
        let file = try arguments.file("file")
        return try await Medians(rounds: try arguments.number("rounds")) {
            let report = SignatureVerifier.report(onFile: file, VerificationRequest(trust: trust, date: Date()))
            guard report.verdict == .valid else { throw Usage() }
        }.fields
    }

    private static func floor(_ arguments: Arguments) async throws -> [String: Double] {
        let (key, file) = (try arguments.key("key"), try ByteSource(contentsOf: try arguments.file("file")))
        return try await Medians(rounds: try arguments.number("rounds")) {
            _ = try key.sign(try file.digest(.sha256), digest: .sha256)
        }.fields
    }

    /// Documents a second, each read from its file and written to its own.
    private static func signMany(_ arguments: Arguments) async throws -> [String: Double] {
        let key = try arguments.key("key")
        let (input, folder) = (try arguments.file("file"), try arguments.file("out"))
        let (count, workers) = (try arguments.number("count"), try arguments.number("workers"))
        let began = Medians.now(CLOCK_MONOTONIC)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    for index in stride(from: worker, to: count, by: workers) {
                        let signed = try await PDFSigner.sign(
                            try Data(contentsOf: input), intent(key), with: key)
                        try signed.write(to: folder.appending(path: "\(index).pdf"))
                    }
                }
            }
            try await group.waitForAll()
        }
        return ["per_second": Double(count) / (Medians.now(CLOCK_MONOTONIC) - began) * 1000]
    }
}

@main
struct SignatureBench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        guard let task = words.first.flatMap(BenchTask.init) else { throw Usage() }
        var result = try await task.run(Arguments(words.dropFirst()))
        var used = rusage()
        getrusage(.init(RUSAGE_SELF.rawValue), &used)
        result["peak_mb"] = Double(used.ru_maxrss) / 1024
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }
}
