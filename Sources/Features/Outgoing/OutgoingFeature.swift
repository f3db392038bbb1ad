// The feature as the office takes it: tables, routes, jobs, boxes.
package import Foundation
package import Platform
package import Records
package import Signing
package import WebUI

package struct OutgoingFeature: Sendable {
    package static let schema: [SchemaStep] = outgoingSchema

    package let desk: OutgoingDesk
    private let ground: Groundwork
    private let shell: Shell
    private let verification: VerificationDesk?

    /// - Parameter sees: whether a person may see a record of another feature, to answer it.
    package init(
        ground: Groundwork, signing: SigningDesk, shell: Shell, sees: @escaping OutgoingDesk.SeesRecord
    ) {
        self.init(
            ground: ground, steps: SigningSteps(signing), shell: shell, verification: signing.verification, sees: sees)
    }

    package init(
        ground: Groundwork, steps: SigningSteps, shell: Shell, verification: VerificationDesk? = nil,
        sees: @escaping OutgoingDesk.SeesRecord = { _, _, _ in false }
    ) {
        self.ground = ground
        self.shell = shell
        self.verification = verification
        desk = OutgoingDesk(ground: ground, signing: steps, sees: sees)
    }

    package var routes: [Route] {
        OutgoingPages(desk: desk, ground: ground, shell: shell, verification: verification).routes
    }

    /// `SendDocumentJob` is handled by the exchange.
    package var jobs: [JobHandler] {
        let desk = desk
        return [
            JobHandler(
                PrepareDraftJob.self, backOff: .few, onFailure: { job, _ in try await desk.preparationFailed(job) },
                run: { try await desk.prepare($0) })
        ]
    }

    /// The boxes where something may wait for this person.
    package static func boxes(for actor: Actor, now: Date = .distantPast) -> [BoxQuery] {
        OutgoingBox.boxes(of: actor).filter(\.isWork).map { box in
            BoxQuery(
                name: "outgoing.\(box.rawValue)", title: box.title, href: box.href, whenEmpty: box.whenEmpty,
                ids: OutgoingStore.ids(box, for: actor, now: now))
        }
    }

    /// Places to look things up: they are not counted.
    package static func places(for actor: Actor) -> [NavBox] {
        let register =
            actor.has(.recordsClerk)
            ? [
                NavBox(title: UndeliveredView.title, href: UndeliveredView.path),
                NavBox(title: "Sổ đăng ký văn bản đi", href: "/van-ban-di/so"),
            ] : []
        let boxes = OutgoingBox.boxes(of: actor).filter { !$0.isWork }
        return boxes.map { NavBox(title: $0.title, href: $0.href) } + register
    }

    /// What "Tạo mới" offers.
    package static func creations(for actor: Actor) -> [NavBox] {
        actor.roles.isSubset(of: [.administrator]) ? [] : [NavBox(title: "Soạn văn bản đi", href: "/van-ban-di/moi")]
    }

    /// How the catalogue is searched for outgoing documents that this person may see.
    package static func searched(by actor: Actor) -> CatalogueKind {
        CatalogueKind(
            OutgoingDocument.kind,
            visible: "EXISTS (SELECT 1 FROM outgoing_document d WHERE d.id = c.subject_id AND \(actor.seesOutgoing))",
            numbered: OutgoingDocument.numbered)
    }
}

extension OutgoingDocument {
    /// A query for the identities of those that bear the number.
    static func numbered(_ code: CodeQuery) -> SQL {
        """
        SELECT n.id FROM outgoing_document n
        WHERE n.number = \(code.number) AND \(code.fits(kind, id: "n.id"))
        """
    }
}
