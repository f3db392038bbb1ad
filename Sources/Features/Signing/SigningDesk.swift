// The one place of the office where things are signed and signatures judged.
internal import Digests
package import Foundation
package import Platform
package import Records
package import SignatureCore

/// Signs outside transactions: every method answers with a new file and leaves the old one as it was.
package struct SigningDesk: Sendable {
    private let ground: Groundwork
    private let keyring: Keyring
    private let signatures: PDFSignatures
    private let timestamps: TimestampAuthority?
    private let directives = DirectiveChecks()
    /// Judges files.
    package let verification: VerificationDesk
    /// Lifts issued files for the long term.
    package let extensions: ExtensionDesk

    /// Whom the office trusts.
    package var trusted: TrustDesk { TrustDesk(ground: ground) }

    package static let schema = signingSchema + keySchema + trustSchema

    /// - Parameter timestamps: where timestamps come from; without it signatures are of level B-B.
    package init(ground: Groundwork, timestamps: TimestampAuthority?) {
        self.ground = ground
        self.timestamps = timestamps
        keyring = Keyring(ground: ground, remote: RemoteServices(ground: ground))
        let source = RevocationSource(ground)
        extensions = ExtensionDesk(ground: ground, timestamps: timestamps) { try await source.proofs($0, $1) }
        verification = VerificationDesk(ground: ground, judge: .fitting(ground.sandbox))
        signatures = PDFSignatures(ground: ground, timestamps: timestamps)
    }

    // MARK: Preparing

    /// PDF of an office file.
    package func convertToPDF(_ source: BlobRef, name: String) async throws -> BlobRef {
        try await Conversion(ground: ground).pdf(from: source, name: name)
    }

    /// Where number, date, signature and seal belong, from the words on the pages.
    package func proposePlaces(in pdf: BlobRef, signerName: String) async throws -> DocumentPlaces {
        let text: Data
        do {
            text = try await ground.sandbox.run(
                "pdftotext", ["-bbox-layout", "-cropbox", "-l", "200", ground.blobs.path(pdf).path, "-"])
        } catch SandboxError.failed {
            throw SigningRefusal.damaged("không đọc được chữ trên trang")
        } catch SandboxError.timedOut, SandboxError.tooMuchOutput {
            throw SigningRefusal.damaged("các trang quá phức tạp, không đọc được trong thời gian cho phép")
        }
        return PlaceFinder(text: PageText(bboxLayout: String(decoding: text, as: UTF8.self)), signerName: signerName)
            .places()
    }

    /// Puts the empty form fields into the file, before anybody signs.
    package func layOut(_ pdf: BlobRef, places: DocumentPlaces) async throws -> BlobRef {
        try signatures.layOut(pdf, places: places)
    }

    // MARK: Signing

    /// Where everything is signed.
    package var tasks: SigningTasks { SigningTasks(ground: ground, keyring: keyring, signatures: signatures) }

    /// Where keys are added and chosen.
    package var enrolment: Enrolment { Enrolment(ground: ground, keyring: keyring) }

    /// Writes number and date into their fields (NĐ 30/2020 Art. 15: given by the system).
    package func stamp(_ pdf: BlobRef, code: DocumentCode, day: Day) async throws -> BlobRef {
        try signatures.stamp(pdf, number: code.number, day: day)
    }

    package func checkDirective(payload: Data, signature: Data) async throws -> DirectiveCheck {
        let now = ground.clock.now()
        let version = try await ground.database.read { try TrustTable(tx: $0).version() }
        let key = "\(sha256Hex(payload)) \(sha256Hex(signature)) \(version)"
        if let known = await directives.check(key, now: now) { return known }
        let trust = try await trusted.current().list.store
        let check = Self.check(payload, signature, trust, at: now)
        await directives.keep(check, for: key, now: now)
        return check
    }

    private static func check(_ payload: Data, _ signature: Data, _ trust: TrustStore, at now: Date) -> DirectiveCheck {
        guard let facts = try? CMSFacts(der: signature) else {
            return DirectiveCheck(
                isIntact: false, isTrusted: false, signerName: "",
                sentence: "Chữ ký của bút phê bị hỏng, không đọc được.")
        }
        let report = facts.verify(documentDigest: { $0.digest(payload) }, trust: trust, at: now)
        let intact = report.isIntact
        let trusted = intact && report.path?.status == .trusted
        let name = report.signer?.commonName ?? "không rõ"
        let sentence =
            !intact
            ? "Bút phê hoặc tệp văn bản đã bị thay đổi sau khi ký."
            : trusted
                ? "Bút phê còn nguyên vẹn, chữ ký tin cậy của \(name)."
                : "Bút phê còn nguyên vẹn nhưng chưa xác định được chứng thư tin cậy của \(name)."
        return DirectiveCheck(isIntact: intact, isTrusted: trusted, signerName: name, sentence: sentence)
    }

    // MARK: Judging

    package func verification(of file: BlobRef) async throws -> SignatureVerdict {
        try await verification.check(file, name: "").verdict
    }

    /// The verdicts on these files that are known already, by the files' SHA-256.
    package func knownVerdicts(of files: [BlobRef]) async throws -> [String: SignatureVerdict] {
        try await verification.known(of: files).mapValues(\.verdict)
    }

    // MARK: Keys

    /// A person's default key.
    package func credential(of actor: Actor) async throws -> CredentialState? {
        try await credentials(of: .person(actor.person), personName: actor.name).first
    }

    package func credential(of holder: KeyHolder) async throws -> CredentialState? {
        try await credentials(of: holder).first
    }

    /// The default first, each with what keeps it from signing.
    package func credentials(of holder: KeyHolder, personName: String? = nil) async throws -> [CredentialState] {
        try await keyring.states(of: holder, personName: personName).map(\.state)
    }

    /// The remote signing services of the settings.
    var remote: RemoteServices { keyring.remote }

    /// Has a one-time code sent for a key of this person.
    func sendOTP(_ id: Int64, of actor: Actor) async throws {
        let mine = try await keyring.credentials(of: .person(actor.person))
        let seal = actor.has(.recordsClerk) ? try await keyring.credentials(of: .seal) : []
        guard let locator = (mine + seal).first(where: { $0.id == id })?.locator, locator.remoteID != nil
        else { throw CommonRefusal.notFound }
        do { try await keyring.remote.sendOTP(locator) } catch let error as KeyHolderError {
            throw error.asFailure
        }
    }

    package func sealCredential() async throws -> CredentialState? { try await credential(of: .seal) }

    /// Enrols a key; the PIN proves that the file can be opened and is not kept.
    /// - Parameters: personName: whose name it must bear; replacing: a file that works may go.
    package func enrol(
        _ holder: KeyHolder, archive: Data, pin: String, image: Data?, personName: String? = nil,
        replacing: Bool = false
    ) async throws {
        try await enrolment.addFile(
            archive, pin: pin, image: try image.map(keptImage), replacing: replacing, of: holder,
            personName: personName)
    }

    private func keptImage(_ image: Data) throws -> BlobRef {
        try signatures.checkImage(image)
        return try ground.blobs.put(image)
    }

    /// Trusts a certificate from now on, as an anchor or as an intermediate.
    package func trust(_ certificate: Certificate, isAnchor: Bool) async throws {
        try await trusted.trust(certificate, isAnchor: isAnchor)
    }
}
