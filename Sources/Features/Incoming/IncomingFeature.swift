// The feature as the office takes it: tables, routes, boxes.
package import Foundation
package import Platform
package import Records
package import Signing
package import WebUI

package struct IncomingFeature: Sendable {
    package static let schema: [SchemaStep] = incomingSchema

    package let desk: IncomingDesk
    private let ground: Groundwork
    private let shell: Shell
    private let verification: VerificationDesk?

    package init(ground: Groundwork, signing: SigningDesk, shell: Shell) {
        self.init(ground: ground, steps: DirectiveSteps(signing), shell: shell, verification: signing.verification)
    }

    package init(ground: Groundwork, steps: DirectiveSteps, shell: Shell, verification: VerificationDesk? = nil) {
        self.ground = ground
        self.shell = shell
        self.verification = verification
        desk = IncomingDesk(ground: ground, signing: steps)
    }

    package var routes: [Route] {
        IncomingPages(desk: desk, ground: ground, shell: shell, verification: verification).routes
    }

    /// `ReportStatusJob` is handled by the exchange.
    package var jobs: [JobHandler] {
        let desk = desk
        return [JobHandler(AnsweredJob.self, run: { try await desk.close($0) })]
    }

    /// The boxes where something may wait for this person.
    package static func boxes(for actor: Actor, today: Day, now: Date? = nil) -> [BoxQuery] {
        IncomingBox.allCases.filter(\.isWork).compactMap { box in
            box.source(for: actor, today: today, now: now).map { source in
                BoxQuery(
                    name: "incoming.\(box.rawValue)", title: box.title, href: box.href, whenEmpty: box.whenEmpty,
                    ids: IncomingStore.ids(source, actor))
            }
        }
    }

    /// Places to look things up: they are not counted.
    package static func places(for actor: Actor, today: Day = Day(at: Date())) -> [NavBox] {
        let register =
            actor.has(.recordsClerk) ? [NavBox(title: "Sổ đăng ký văn bản đến", href: "/van-ban-den/so")] : []
        return IncomingBox.boxes(of: actor, today: today).filter { !$0.isWork }.map {
            NavBox(title: $0.title, href: $0.href)
        }
            + register
    }

    /// What "Tạo mới" offers.
    package static func creations(for actor: Actor) -> [NavBox] {
        actor.has(.recordsClerk) ? [NavBox(title: "Nhập văn bản đến", href: "/van-ban-den/moi")] : []
    }
}
