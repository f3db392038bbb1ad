// What outgoing documents ask of signing, as values; the office passes those of its signing desk.
package import Platform
package import Records
package import Signing

/// Every step answers with a new file and leaves the old one as it was; none runs inside a transaction.
package struct SigningSteps: Sendable {
    package var convertToPDF: @Sendable (_ source: BlobRef, _ name: String) async throws -> BlobRef
    package var proposePlaces: @Sendable (_ pdf: BlobRef, _ signerName: String) async throws -> DocumentPlaces
    package var layOut: @Sendable (_ pdf: BlobRef, _ places: DocumentPlaces) async throws -> BlobRef
    package var stamp: @Sendable (_ pdf: BlobRef, _ code: DocumentCode, _ day: Day) async throws -> BlobRef
    /// Has something signed: now, or when the key holder has answered.
    package var begin:
        @Sendable (_ errand: SigningErrand, _ subject: Int64, _ actor: Actor, _ answer: KeyAnswer, _ seen: String?)
            async throws -> SigningOutcome
    /// The keys a form offers.
    package var keys: @Sendable (_ holder: KeyHolder) async throws -> [KeyChoice]
    package var verification: @Sendable (_ file: BlobRef) async throws -> SignatureVerdict

    package init(
        convertToPDF: @escaping @Sendable (BlobRef, String) async throws -> BlobRef,
        proposePlaces: @escaping @Sendable (BlobRef, String) async throws -> DocumentPlaces,
        layOut: @escaping @Sendable (BlobRef, DocumentPlaces) async throws -> BlobRef,
        stamp: @escaping @Sendable (BlobRef, DocumentCode, Day) async throws -> BlobRef,
        begin: @escaping @Sendable (SigningErrand, Int64, Actor, KeyAnswer, String?) async throws -> SigningOutcome,
        keys: @escaping @Sendable (KeyHolder) async throws -> [KeyChoice] = { _ in [] },
        verification: @escaping @Sendable (BlobRef) async throws -> SignatureVerdict
    ) {
        self.convertToPDF = convertToPDF
        self.proposePlaces = proposePlaces
        self.layOut = layOut
        self.stamp = stamp
        self.begin = begin
        self.keys = keys
        self.verification = verification
    }

    package init(_ desk: SigningDesk) {
        self.init(
            convertToPDF: { try await desk.convertToPDF($0, name: $1) },
            proposePlaces: { try await desk.proposePlaces(in: $0, signerName: $1) },
            layOut: { try await desk.layOut($0, places: $1) },
            stamp: { try await desk.stamp($0, code: $1, day: $2) },
            begin: { try await desk.tasks.begin($0, $1, by: $2, $3, seen: $4) },
            keys: { try await desk.tasks.keys(of: $0) }, verification: { try await desk.verification(of: $0) })
    }
}
