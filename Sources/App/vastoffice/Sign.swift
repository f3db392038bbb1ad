// vastoffice sign IN OUT --p12 KEY --passfile PIN
import ArgumentParser
import Digests
import Foundation
import PAdES
import SignatureCore

struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", _superCommandName: "vastoffice",
        abstract: "Sign a PDF file by incremental update, at any level of PAdES.",
        discussion: "The input is never changed; the output appears whole or not at all.")

    @Argument(help: "The file to sign.", completion: .file()) var input: String
    @Argument(help: "Where to write the signed file.", completion: .file()) var output: String
    @OptionGroup(title: "Key") var key: KeyOptions
    @Option(help: "B-B, B-T, B-LT or B-LTA; B-T where a timestamp authority is given, else B-B.")
    var level: SignatureLevel?
    @OptionGroup(title: "Proofs") var proofs: ProofOptions
    @Option(help: "An existing empty signature field, or the name of a new one.") var field = "Signature1"
    @OptionGroup(title: "Appearance") var appearance: AppearanceOptions
    @Option(help: "Password of an encrypted file.") var password: String?
    @Option(help: "Reason for signing.") var reason: String?
    @Option(help: "Place of signing.") var location: String?
    @Option(help: "Name of the signer; as in the certificate unless given.") var name: String?
    @OptionGroup(title: "Profile") var profile: ProfileOptions

    func run() async throws {
        try await telling {
            let key = CompletedKey(try await key.open(), issuers: try proofs.intermediate.flatMap(certificates))
            try await proofs.demandReady(key)
            let sources = try proofs.sources()
            let level = level ?? (sources.timestamps == nil ? .bB : .bT)
            try await PDFSigner.sign(
                file: URL(filePath: input), to: URL(filePath: output), intent(key), with: key, level: level,
                proofs: sources)
        }
    }

    private func intent(_ key: any SigningKey) throws -> SignatureIntent {
        let (now, certificate) = (Date(), key.certificate)
        var intent = SignatureIntent(
            target: .fieldOrNew(name: field, rect: try appearance.rect()),
            appearance: try appearance.appearance(signer: certificate.commonName, at: now),
            signerName: name ?? certificate.commonName, reason: reason, location: location, signedAt: now,
            digestAlgorithm: profile.digest ?? certificate.preferredDigest)
        intent.password = password
        intent.format = profile.subfilter
        intent.usesPSS = profile.pss
        intent.certification = profile.certify
        intent.lock = profile.lock
        return intent
    }
}

/// What kind of signature it is to be.
struct ProfileOptions: ParsableArguments {
    @Option(help: "cades (PAdES) or adbe (adbe.pkcs7.detached, for older programs).")
    var subfilter = SignatureFormat.cades
    @Option(help: "sha256, sha384 or sha512; what suits the key unless given.") var digest: DigestAlgorithm?
    @Flag(help: "Sign with an RSA key by RSASSA-PSS.") var pss = false
    @Option(help: "Certify the document: 1 nothing may follow, 2 filling and signing, 3 also annotations.")
    var certify: DocumentPermission?
    @Option(help: "Close fields to change: all, only:A,B or except:A,B.") var lock: LockedFields?
}

// What is listed here for the help page, ArgumentParser would find out anew at each start, by a long way round.
extension SignatureFormat: ExpressibleByArgument {
    public static var allValueStrings: [String] { allCases.map(\.rawValue) }
    public static var allValueDescriptions: [String: String] { [:] }

    public init?(argument: String) {
        switch argument {
        case "cades", Self.cades.rawValue: self = .cades
        case "adbe", Self.adbe.rawValue: self = .adbe
        default: return nil
        }
    }
}

extension DigestAlgorithm: ExpressibleByArgument {
    public static var allValueStrings: [String] { allCases.filter(\.isForSigning).map(\.rawValue) }
    public static var allValueDescriptions: [String: String] { [:] }

    public init?(argument: String) {
        guard let algorithm = Self(rawValue: argument.lowercased().filter { $0 != "-" }), algorithm.isForSigning else {
            return nil
        }
        self = algorithm
    }
}

extension DocumentPermission: ExpressibleByArgument {}

extension LockedFields: ExpressibleByArgument {
    public init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
        let names = parts.dropFirst().first?.split(separator: ",").map(String.init) ?? []
        switch (parts.first, names.isEmpty) {
        case ("all", true): self = .all
        case ("only", false): self = .only(names)
        case ("except", false): self = .allBut(names)
        default: return nil
        }
    }
}
