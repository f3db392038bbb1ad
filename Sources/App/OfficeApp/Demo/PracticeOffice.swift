// Fills an empty practice office: people, accounts, keys and images.
internal import Directory
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore
internal import Signing

struct PracticeOffice: Sendable {
    static let password = "thuchanh"
    static let pin = "123456"
    static let sealPIN = "654321"

    let kind: DemoOfficeKind
    let ground: Groundwork
    let authority: PracticeAuthority

    /// Does nothing where people are already there; keys that are missing are made.
    func fill() async throws {
        let now = ground.clock.now()
        let hash = try await PasswordHasher().hash(Self.password)
        let kind = kind
        _ = try await ground.database.write { try DemoDirectory.seed(kind, tx: $0, passwordHash: hash, now: now) }
        let desk = SigningDesk(ground: ground, timestamps: nil)
        try await desk.trust(authority.pki.root, isAnchor: true)
        try await desk.trust(authority.pki.issuingCertificate, isAnchor: false)
        let (agency, signers) = try await ground.database.read { tx in
            let store = DirectoryStore(tx)
            let people = try store.people(withRole: .leader) + (try store.people(withRole: .unitHead))
            return (try store.ownAgency(), people)
        }
        let images = PracticeImages(sandbox: ground.sandbox)
        for person in signers { try await enrol(person, of: agency, desk, images) }
        guard try await desk.sealCredential() == nil else { return }
        let archive = try authority.issue(
            to: .seal(agency: agency.name, identifier: "MST:\(agency.code)", emailAddress: agency.email),
            pin: Self.sealPIN)
        try await desk.enrol(.seal, archive: archive, pin: Self.sealPIN, image: try await images.seal(of: agency.name))
    }

    private func enrol(_ person: Person, of agency: Agency, _ desk: SigningDesk, _ images: PracticeImages) async throws
    {
        guard try await desk.credential(of: KeyHolder.person(person.id)) == nil else { return }
        let archive = try authority.issue(
            to: .person(
                name: person.name, agency: agency.name, title: person.position, identifier: "CCCD:TH-\(person.id)",
                emailAddress: person.email), pin: Self.pin)
        try await desk.enrol(
            .person(person.id), archive: archive, pin: Self.pin, image: try await images.signature(of: person.name),
            personName: person.name)
    }
}
