// The surroundings of every page: sections and boxes of this person, counted in one read.
internal import Directory
internal import Exchange
internal import Hummingbird
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import WebUI

/// The boxes one person has, by section.
struct PersonalBoxes: Sendable {
    let incoming: [BoxCount]
    let outgoing: [BoxCount]
    let exchange: [BoxCount]

    init(for actor: Actor, in tx: Transaction) throws {
        incoming = try IncomingFeature.boxes(for: actor, in: tx)
        outgoing = try OutgoingFeature.boxes(for: actor, in: tx)
        exchange = try ExchangeFeature.boxes(for: actor, in: tx)
    }
}

struct FrameMaker: Sendable {
    let ground: Groundwork
    let site: Site

    func frame(_ request: Request, _ context: OfficeContext) async throws -> Frame {
        let session = try context.requireSession()
        let boxes = try await ground.database.read { try PersonalBoxes(for: session.actor, in: $0) }
        return frame(boxes, session, path: request.uri.string, flash: context.flash(request))
    }

    private func frame(_ boxes: PersonalBoxes, _ session: Session, path: String, flash: String?) -> Frame {
        let actor = session.actor
        func nav(_ boxes: [BoxCount]) -> [NavBox] { boxes.map { NavBox($0, currentPath: path) } }
        func link(_ title: String, _ href: String) -> NavBox { NavBox(title: title, href: href, isCurrent: href == path) }
        let clerk = actor.has(.recordsClerk)
        var sections = [
            NavSection(
                title: "Văn bản đến", icon: .inbox,
                boxes: nav(boxes.incoming) + [link("Tất cả văn bản đến", "/van-ban-den")]
                    + (clerk ? [link("Sổ văn bản đến", "/van-ban-den/so")] : [])),
            NavSection(
                title: "Văn bản đi", icon: .outbox,
                boxes: nav(boxes.outgoing) + [link("Tất cả văn bản đi", "/van-ban-di")]
                    + (clerk ? [link("Sổ văn bản đi", "/van-ban-di/so")] : [])),
        ]
        if clerk {
            sections.append(
                NavSection(title: "Liên thông", icon: .exchange, boxes: nav(boxes.exchange) + [link("Nhật ký liên thông", "/lien-thong")]))
        }
        sections.append(NavSection(title: "Ký số", icon: .sign, boxes: [link("Chứng thư số của tôi", "/ky-so")]))
        sections.append(NavSection(title: "Danh bạ", icon: .people, boxes: [link("Người và đơn vị", "/danh-ba")]))
        return Frame(
            site: site, session: session, sections: sections, creations: creations(actor),
            waiting: waiting(boxes), signing: signing(boxes), flash: flash)
    }

    private func creations(_ actor: Actor) -> [NavBox] {
        var out: [NavBox] = []
        if !actor.roles.isDisjoint(with: [.specialist, .unitHead, .recordsClerk]) {
            out.append(NavBox(title: "Soạn văn bản đi", href: "/van-ban-di/moi"))
        }
        if actor.has(.recordsClerk) { out.append(NavBox(title: "Nhập văn bản đến", href: "/van-ban-den/moi")) }
        return out
    }

    /// What waits for this person in all boxes that ask for work.
    private func waiting(_ boxes: PersonalBoxes) -> NavBox {
        NavBox(title: "Chờ xử lý", href: "/", count: (boxes.incoming + boxes.outgoing).filter { Self.asksForWork($0.name) }.map(\.count).reduce(0, +))
    }

    private func signing(_ boxes: PersonalBoxes) -> NavBox? {
        boxes.outgoing.first { Self.signingBoxes.contains($0.name) }.map { NavBox(title: "Ký", href: $0.href, count: $0.count) }
    }
}
