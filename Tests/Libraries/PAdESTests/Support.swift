import Foundation
import PAdES
import PDFCore
import SignatureCore

/// 5 March 2026, 10:15:30 at +07:00: the time at which every test happens.
let now = Date(timeIntervalSince1970: 1_772_680_530)
let pin = "Mã-PIN 2468"

/// One practice authority for all tests of this target.
struct Practice: Sendable {
    static let shared = Result { try Practice() }

    let pki: PracticePKI
    let leader: PKCS12Key
    /// The leader's key as a PKCS#12 file.
    let leaderFile: Data
    let seal: PKCS12Key
    let responder: TimestampResponder

    private init() throws {
        let valid = ValidityPeriod(from: now.addingTimeInterval(-86_400), days: 3650)
        let pki = try PracticePKI.create(owner: "Viện Hàn lâm", keys: .rsa2048, validity: valid, rounds: 2048)
        func issue(_ holder: PracticeHolder) throws -> Data {
            try pki.issue(to: holder, keys: .rsa2048, validity: valid, passphrase: pin)
        }
        self.pki = pki
        let agency = "Viện Hàn lâm Khoa học"
        leaderFile = try issue(.person(name: "Nguyễn Văn Đức", agency: agency, title: "Chủ tịch"))
        leader = try PKCS12Key(data: leaderFile, passphrase: pin)
        seal = try PKCS12Key(data: try issue(.seal(agency: agency)), passphrase: pin)
        let authority = try issue(.timestampAuthority(agency: agency))
        responder = TimestampResponder(key: try PKCS12Key(data: authority, passphrase: pin))
    }

    var trust: TrustStore { TrustStore(anchors: [pki.root]) }
    var timestamps: TimestampAuthority { .local(responder) { now } }
}

enum Sample {
    static let fontPaths = [
        "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf",
        "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    ]
    static var fontPath: String? { fontPaths.first { FileManager.default.fileExists(atPath: $0) } }

    static func font() throws -> FontProgram { try FontProgram(contentsOf: URL(filePath: fontPath ?? "")) }

    /// Number, day, month, year, the leader's signature, the initials and the seal.
    static let layout = FormLayout([
        FormField(
            name: "SoVanBan", kind: .text(sizePoints: 13, alignment: .left),
            rect: .init(page: 1, x: 40, y: 35, width: 30, height: 6)),
        FormField(
            name: "NgayBanHanh", kind: .text(sizePoints: 13, alignment: .centre),
            rect: .init(page: 1, x: 140, y: 35, width: 8, height: 6)),
        FormField(
            name: "ChuKy", kind: .signature, rect: .init(page: 1, x: 120, y: 220, width: 60, height: 25),
            tooltip: "Chữ ký"),
        FormField(name: "KyNhay", kind: .signature, rect: nil),
        FormField(
            name: "ConDau", kind: .signature, rect: .init(page: 1, x: 100, y: 210, width: 36, height: 36),
            tooltip: "Con dấu"),
    ])

    /// The office's own way: laid out, signed by the leader, number and date filled, sealed.
    static func issued(_ pdf: Data, image: PNGImage? = nil) async throws -> Data {
        let practice = try Practice.shared.get()
        var file = try layout.applied(to: pdf)
        file = try await PDFSigner.sign(
            file,
            SignatureIntent(
                target: .field("ChuKy"), appearance: SignatureAppearance(image: image), signerName: "Nguyễn Văn Đức",
                reason: "Ký ban hành", signedAt: now),
            with: practice.leader, timestampedBy: practice.timestamps)
        file = try FormFilling(
            [
                FieldValue(name: "SoVanBan", text: "123"),
                FieldValue(name: "NgayBanHanh", text: "05", alignment: .centre),
            ], font: try font()
        ).applied(to: file)
        return try await PDFSigner.sign(
            file,
            SignatureIntent(target: .field("ConDau"), appearance: SignatureAppearance(image: image), signedAt: now),
            with: practice.seal, timestampedBy: practice.timestamps)
    }

    /// A PNG of one colour with alpha, or without.
    static func png(width: Int, height: Int, alpha: Bool, colour: [UInt8] = [200, 0, 0]) -> Data {
        func chunk(_ type: String, _ content: Data) -> Data {
            let body = Data(type.utf8) + content
            return number(content.count) + body + number(Int(crc32(body)))
        }
        func number(_ value: Int) -> Data { Data((0..<4).reversed().map { UInt8(value >> ($0 * 8) & 255) }) }
        var rows = Data()
        for y in 0..<height {
            rows.append(UInt8(y % 3))
            for x in 0..<width {
                // Only the first pixel of a filtered row differs from its neighbour when all have one colour.
                let isPlain = y % 3 == 0 || (y % 3 == 1 && x == 0)
                rows += isPlain ? Data(colour + (alpha ? [255] : [])) : Data(repeating: 0, count: alpha ? 4 : 3)
            }
        }
        let header = number(width) + number(height) + Data([8, alpha ? 6 : 2, 0, 0, 0])
        return Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) + chunk("IHDR", header)
            + chunk("IDAT", Deflate.deflate(rows)) + chunk("IEND", Data())
    }

    private static func crc32(_ data: Data) -> UInt32 {
        ~data.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
    }
}

/// A folder for one test, gone afterwards.
func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "vast-pades-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Other people's tools as judges.
enum Tool {
    static var python: String {
        ProcessInfo.processInfo.environment["VASTOFFICE_PYTHON"] ?? ".tools/venv/bin/python"
    }
    static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python) }
    static func isThere(_ name: String) -> Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(name)") }

    static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// One line a signature: field, intact, trusted, coverage, changes since.
    static func pyHanko(_ file: URL, root: URL) throws -> String {
        let script = """
            import sys, datetime
            from pyhanko.pdf_utils.reader import PdfFileReader
            from pyhanko.sign.validation import validate_pdf_signature
            from pyhanko_certvalidator import ValidationContext
            from pyhanko.keys import load_cert_from_pemder
            root = load_cert_from_pemder(sys.argv[2])
            moment = datetime.datetime.fromtimestamp(1772680531, datetime.timezone.utc)
            r = PdfFileReader(open(sys.argv[1], 'rb'), strict=sys.argv[3] == 'strict')
            for s in r.embedded_signatures:
                vc = ValidationContext(trust_roots=[root], moment=moment, allow_fetching=False)
                st = validate_pdf_signature(s, vc, vc)
                print(s.field_name, 'INTACT' if st.intact and st.valid else 'BROKEN',
                      'TRUSTED' if st.trusted else 'UNTRUSTED', st.coverage.name, st.modification_level.name,
                      'OK' if st.bottom_line else 'NOT-OK')
            """
        let scriptFile = file.deletingLastPathComponent().appending(path: "judge.py")
        try Data(script.utf8).write(to: scriptFile)
        return try run(python, [scriptFile.path, file.path, root.path, "lenient"]).text
    }

    /// Has pyHanko sign: `subfilter` PADES or ADOBE_PKCS7_DETACHED, certifying with `permission` when not empty.
    static func pyHankoSigned(
        _ file: Data, field: String, subfilter: String, permission: String, key: Data, password: String = "",
        in folder: URL
    ) throws -> Data {
        let script = """
            import sys
            from pyhanko.sign import signers, fields
            from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
            folder, field, subfilter, permission, pin, password = sys.argv[1:]
            signer = signers.SimpleSigner.load_pkcs12(folder + '/key.p12', passphrase=pin.encode('utf-8'))
            w = IncrementalPdfFileWriter(open(folder + '/in.pdf', 'rb'))
            if password:
                w.encrypt(password)
            meta = signers.PdfSignatureMetadata(
                field_name=field, subfilter=fields.SigSeedSubFilter[subfilter], certify=permission != '',
                docmdp_permissions=fields.MDPPerm[permission] if permission else fields.MDPPerm.FILL_FORMS)
            with open(folder + '/out.pdf', 'wb') as out:
                signers.sign_pdf(w, meta, signer=signer, output=out)
            """
        try Data(script.utf8).write(to: folder.appending(path: "sign.py"))
        try key.write(to: folder.appending(path: "key.p12"))
        try file.write(to: folder.appending(path: "in.pdf"))
        let result = try run(
            python, [folder.appending(path: "sign.py").path, folder.path, field, subfilter, permission, pin, password])
        guard result.status == 0 else { throw ToolFailure(text: result.text) }
        return try Data(contentsOf: folder.appending(path: "out.pdf"))
    }
}

struct ToolFailure: Error {
    var text: String
}
