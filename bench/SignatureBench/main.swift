// Times signing and verifying inside one process, as a server does it: beside bench/pyhanko_times.py.
//
//     SignatureBench sign FILE KEY.p12 PIN ROUNDS      SignatureBench verify FILE ROOT.pem ROUNDS
import Foundation
import PAdES
import SignatureCore

/// Median wall and processor milliseconds of some work.
struct Medians {
    let wallMilliseconds: Double
    let cpuMilliseconds: Double

    /// After one run that does not count.
    init(rounds: Int, _ work: () async throws -> Void) async rethrows {
        try await work()
        var (wall, cpu): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            let (began, used) = (Self.now(CLOCK_MONOTONIC), Self.now(CLOCK_PROCESS_CPUTIME_ID))
            try await work()
            wall.append(Self.now(CLOCK_MONOTONIC) - began)
            cpu.append(Self.now(CLOCK_PROCESS_CPUTIME_ID) - used)
        }
        wallMilliseconds = wall.sorted()[rounds / 2]
        cpuMilliseconds = cpu.sorted()[rounds / 2]
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }

    var fields: [String: Double] { ["wall_ms": wallMilliseconds, "cpu_ms": cpuMilliseconds] }
}

struct Usage: Error, CustomStringConvertible {
    let description = "SignatureBench sign FILE KEY.p12 PIN ROUNDS | verify FILE ROOT.pem ROUNDS"
}

func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path), options: .alwaysMapped) }

func signing(_ file: String, _ archive: String, pin: String, rounds: Int) async throws -> Medians {
    let key = try PKCS12Key(data: try contents(archive), passphrase: pin)
    return try await Medians(rounds: rounds) {
        let intent = SignatureIntent(
            target: .newField(name: "Bench", rect: nil), appearance: nil, signerName: key.certificate.commonName,
            reason: nil, signedAt: Date(), digestAlgorithm: key.certificate.preferredDigest)
        _ = try await PDFSigner.sign(try contents(file), intent, with: key, timestampedBy: nil)
    }
}

func verifying(_ file: String, _ root: String, rounds: Int) async throws -> Medians {
    let trust = TrustStore(anchors: try Certificate.all(in: try contents(root)), intermediates: [])
    return try await Medians(rounds: rounds) {
        guard SignatureVerifier.report(on: try contents(file), trust: trust, at: Date()).verdict == .valid else {
            throw Usage()
        }
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
let medians: Medians
switch (arguments.first, arguments.count) {
case ("sign", 5):
    medians = try await signing(arguments[1], arguments[2], pin: arguments[3], rounds: Int(arguments[4]) ?? 1)
case ("verify", 4): medians = try await verifying(arguments[1], arguments[2], rounds: Int(arguments[3]) ?? 1)
default: throw Usage()
}
var used = rusage()
getrusage(.init(RUSAGE_SELF.rawValue), &used)
var result = medians.fields
result["peak_mb"] = Double(used.ru_maxrss) / 1024
print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
