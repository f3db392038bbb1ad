// What outgoing documents ask of signing, as values; the office passes those of its signing desk.
package import Platform
package import Records
package import Signing

/// Every step answers with a new file and leaves the old one as it was; none runs inside a transaction.
package struct SigningSteps: Sendable {
    package var convertToPDF: @Sendable (_ source: BlobRef, _ name: String) async throws -> BlobRef
    package var proposePlaces: @Sendable (_ pdf: BlobRef, _ signerName: String) async throws -> DocumentPlaces
    package var layOut: @Sendable (_ pdf: BlobRef, _ places: DocumentPlaces) async throws -> BlobRef
    package var initial: @Sendable (_ pdf: BlobRef, _ actor: Actor, _ pin: String) async throws -> BlobRef
    package var sign:
        @Sendable (_ pdf: BlobRef, _ actor: Actor, _ pin: String, _ capacity: SigningCapacity, _ title: String)
            async throws -> BlobRef
    package var stamp: @Sendable (_ pdf: BlobRef, _ code: DocumentCode, _ day: Day) async throws -> BlobRef
    package var seal:
        @Sendable (_ pdf: BlobRef, _ actor: Actor, _ pin: String, _ code: DocumentCode) async throws -> BlobRef
    package var mark:
        @Sendable (_ attachment: BlobRef, _ actor: Actor, _ pin: String, _ code: DocumentCode) async throws -> BlobRef
    package var verification: @Sendable (_ file: BlobRef) async throws -> SignatureVerdict

    package init(
        convertToPDF: @escaping @Sendable (BlobRef, String) async throws -> BlobRef,
        proposePlaces: @escaping @Sendable (BlobRef, String) async throws -> DocumentPlaces,
        layOut: @escaping @Sendable (BlobRef, DocumentPlaces) async throws -> BlobRef,
        initial: @escaping @Sendable (BlobRef, Actor, String) async throws -> BlobRef,
        sign: @escaping @Sendable (BlobRef, Actor, String, SigningCapacity, String) async throws -> BlobRef,
        stamp: @escaping @Sendable (BlobRef, DocumentCode, Day) async throws -> BlobRef,
        seal: @escaping @Sendable (BlobRef, Actor, String, DocumentCode) async throws -> BlobRef,
        mark: @escaping @Sendable (BlobRef, Actor, String, DocumentCode) async throws -> BlobRef,
        verification: @escaping @Sendable (BlobRef) async throws -> SignatureVerdict
    ) {
        self.convertToPDF = convertToPDF
        self.proposePlaces = proposePlaces
        self.layOut = layOut
        self.initial = initial
        self.sign = sign
        self.stamp = stamp
        self.seal = seal
        self.mark = mark
        self.verification = verification
    }

    package init(_ desk: SigningDesk, clock: Clock) {
        self.init(
            convertToPDF: { try await desk.convertToPDF($0, name: $1) },
            proposePlaces: { try await desk.proposePlaces(in: $0, signerName: $1) },
            layOut: { try await desk.layOut($0, places: $1) },
            initial: { try await desk.initial($0, by: $1, pin: $2) },
            sign: { try await desk.sign($0, by: $1, pin: $2, capacity: $3, title: $4) },
            stamp: { try await desk.stamp($0, code: $1, day: $2) },
            seal: { try await desk.seal($0, by: $1, pin: $2, code: $3) },
            mark: { try await desk.mark(attachment: $0, code: $3, by: $1, pin: $2, at: clock.now()) },
            verification: { try await desk.verification(of: $0) })
    }
}
