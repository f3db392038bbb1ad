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

    /// Whom the office trusts.
    package var trusted: TrustDesk { TrustDesk(ground: ground) }

    package static let schema = signingSchema + trustSchema

    /// - Parameter timestamps: where timestamps come from; without it signatures are of level B-B.
    package init(ground: Groundwork, timestamps: TimestampAuthority?) {
        self.ground = ground
        self.timestamps = timestamps
        keyring = Keyring(ground: ground)
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
                "pdftotext", ["-bbox-layout", "-l", "200", ground.blobs.path(pdf).path, "-"])
        } catch SandboxError.failed { throw SigningRefusal.damaged("không đọc được chữ trên trang") }
        return PlaceFinder(text: PageText(bboxLayout: String(decoding: text, as: UTF8.self)), signerName: signerName)
            .places()
    }

    /// Puts the empty form fields into the file, before anybody signs.
    package func layOut(_ pdf: BlobRef, places: DocumentPlaces) async throws -> BlobRef {
        try await signatures.layOut(pdf, places: places)
    }

    // MARK: Signing

    /// The unit head's initials (ký nháy).
    package func initial(_ pdf: BlobRef, by actor: Actor, pin: String) async throws -> BlobRef {
        let (key, _) = try await keyring.open(.person(actor.person), pin: pin)
        return try await signatures.sign(
            pdf, place: .initials, key: key, image: nil, reason: "Ký nháy", signerName: actor.name)
    }

    /// The signature of the person with authority: his image between title and name.
    package func sign(
        _ pdf: BlobRef, by actor: Actor, pin: String, capacity: SigningCapacity, title: String
    ) async throws -> BlobRef {
        let (key, image) = try await keyring.open(.person(actor.person), pin: pin)
        let reason = [capacity.abbreviation, title].filter { !$0.isEmpty }.joined(separator: " ")
        return try await signatures.sign(
            pdf, place: .signature, key: key, image: image, reason: reason, signerName: actor.name)
    }

    /// Writes number and date into their fields (NĐ 30/2020 Art. 15: given by the system).
    package func stamp(_ pdf: BlobRef, code: DocumentCode, day: Day) async throws -> BlobRef {
        try await signatures.stamp(pdf, number: code.number, day: day)
    }

    /// The organisation's signature with the seal's image (Art. 17: by the clerk in person, after the authorised signature).
    package func seal(_ pdf: BlobRef, by actor: Actor, pin: String, code: DocumentCode) async throws -> BlobRef {
        let (key, image) = try await keyring.open(.seal, pin: pin)
        return try await signatures.sign(
            pdf, place: .seal, key: key, image: image, reason: "Phát hành văn bản \(code)",
            signerName: key.certificate.commonName)
    }

    /// The organisation's signature on a separate attachment: no image, one line at the top right of page 1.
    package func mark(
        attachment: BlobRef, code: DocumentCode, by actor: Actor, pin: String, at time: Date
    ) async throws -> BlobRef {
        let (key, _) = try await keyring.open(.seal, pin: pin)
        let local = LocalTime(time)
        return try await signatures.mark(
            attachment, key: key, line: "\(code); \(local.day.printed) \(local.clock)+07:00",
            reason: "Kèm theo văn bản \(code)")
    }

    /// A leader's signature over a directive: detached CMS, DER.
    package func signDirective(_ payload: Data, by actor: Actor, pin: String) async throws -> Data {
        let (key, _) = try await keyring.open(.person(actor.person), pin: pin)
        return try await key.signDetached(payload, timestampedBy: timestamps)
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
        let intact = report.messageDigestMatches && report.signatureValid && report.essMatches != .mismatch
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

    // MARK: Keys

    package func credential(of actor: Actor) async throws -> CredentialState? {
        try await keyring.state(of: .person(actor.person))
    }

    package func credential(of holder: KeyHolder) async throws -> CredentialState? {
        try await keyring.state(of: holder)
    }

    package func sealCredential() async throws -> CredentialState? { try await keyring.state(of: .seal) }

    /// Enrols a key; the PIN proves that the file can be opened and is not kept.
    package func enrol(_ holder: KeyHolder, archive: Data, pin: String, image: Data?) async throws {
        let stored = try image.map { image in
            try signatures.checkImage(image)
            return try ground.blobs.put(image)
        }
        try await keyring.enrol(holder, archive: archive, pin: pin, image: stored)
    }

    /// Trusts a certificate from now on, as an anchor or as an intermediate.
    package func trust(_ certificate: Certificate, isAnchor: Bool) async throws {
        try await trusted.trust(certificate, isAnchor: isAnchor)
    }
}
