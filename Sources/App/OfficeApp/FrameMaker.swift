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

    init(for actor: Actor, on today: Day, in tx: Transaction) throws {
        incoming = try IncomingFeature.boxes(for: actor, in: tx, today: today)
        outgoing = try OutgoingFeature.boxes(for: actor, in: tx)
        exchange = try ExchangeFeature.boxes(for: actor, in: tx)
    }

    /// Everything that waits for this person.
    var waiting: Int { (incoming + outgoing + exchange).map(\.count).reduce(0, +) }
}

struct FrameMaker: Sendable {
    let ground: Groundwork
    let site: Site

    func frame(_ request: Request, _ context: OfficeContext) async throws -> Frame {
        let session = try context.requireSession()
        let boxes = try await ground.database.read { [today = Day(at: ground.clock.now())] in try PersonalBoxes(for: session.actor, on: today, in: $0) }
        return frame(boxes, session, path: request.uri.string, flash: context.flash(request))
    }

    private func frame(_ boxes: PersonalBoxes, _ session: Session, path: String, flash: String?) -> Frame {
        let actor = session.actor
        func nav(_ boxes: [BoxCount]) -> [NavBox] { boxes.map { NavBox($0, currentPath: path) } }
        func sectioned(_ title: String, _ icon: Icon, _ boxes: [BoxCount], _ places: [NavBox]) -> NavSection {
            NavSection(title: title, icon: icon, boxes: nav(boxes) + places.map { $0.marked(currentPath: path) })
        }
        let sections = [
            sectioned("Văn bản đến", .inbox, boxes.incoming, IncomingFeature.places(for: actor)),
            sectioned("Văn bản đi", .outbox, boxes.outgoing, OutgoingFeature.places(for: actor)),
            sectioned("Liên thông", .exchange, boxes.exchange, ExchangeFeature.places(for: actor)),
            sectioned("Ký số", .sign, [], [NavBox(title: "Chứng thư số của tôi", href: "/ky-so")]),
            sectioned("Danh bạ", .people, [], [NavBox(title: "Người và đơn vị", href: "/danh-ba")]),
        ]
        return Frame(
            site: site, session: session, sections: sections,
            creations: OutgoingFeature.creations(for: actor) + IncomingFeature.creations(for: actor),
            waiting: NavBox(title: "Chờ xử lý", href: "/", count: boxes.waiting), signing: signing(boxes), flash: flash)
    }

    private func signing(_ boxes: PersonalBoxes) -> NavBox? {
        boxes.outgoing.first { $0.name == "outgoing.cho-ky" || $0.name == "outgoing.cho-dong-dau" }
            .map { NavBox(title: "Ký", href: $0.href, count: $0.count) }
    }
}

extension NavBox {
    fileprivate func marked(currentPath: String) -> NavBox {
        var copy = self
        copy.isCurrent = href == currentPath
        return copy
    }
}
