// The surroundings of every page: sections and boxes of this person, counted in one read.
internal import Directory
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Incoming
internal import Outgoing
internal import Platform
internal import Records
internal import Signing
internal import WebUI

/// The boxes one person has, by section.
struct PersonalBoxes: Sendable {
    let incoming: [BoxCount]
    let outgoing: [BoxCount]
    let exchange: [BoxCount]
    let signing: [BoxCount]
    let notices: NavBox

    init(for actor: Actor, at now: Date, errands: [SigningErrand], in tx: Transaction) throws {
        let sections = [
            IncomingFeature.boxes(for: actor, today: Day(at: now), now: now),
            OutgoingFeature.boxes(for: actor, now: now),
            ExchangeFeature.boxes(for: actor), SigningFeature.boxes(for: actor, errands: errands, now: now),
            [SigningFeature.unreadNotices(of: actor)],
        ]
        var counts = ArraySlice(try tx.counts(of: sections.flatMap(\.self)))
        let counted = sections.map { section in
            defer { counts = counts.dropFirst(section.count) }
            return Array(counts.prefix(section.count))
        }
        (incoming, outgoing, exchange, signing) = (counted[0], counted[1], counted[2], counted[3])
        notices = counted[4].first.map { NavBox($0, currentPath: "") } ?? NavBox(title: "Thông báo", href: "/thong-bao")
    }

    /// What is to be signed stands in the boxes of the documents already.
    var unfinishedSigning: [BoxCount] { Array(signing.dropFirst()) }
    var all: [BoxCount] { incoming + outgoing + exchange + unfinishedSigning }
}

struct FrameMaker: Sendable {
    let ground: Groundwork
    let site: Site
    let errands: [SigningErrand]

    func frame(_ request: Request, _ context: OfficeContext) async throws -> Frame {
        try await surroundings(request, context).frame
    }

    /// The frame together with the boxes it was made from, for the page that shows both.
    func surroundings(_ request: Request, _ context: OfficeContext) async throws -> (frame: Frame, boxes: PersonalBoxes)
    {
        let session = try context.requireSession()
        let now = ground.clock.now()
        let errands = errands
        let boxes = try await ground.database.readOne {
            try PersonalBoxes(for: session.actor, at: now, errands: errands, in: $0)
        }
        return (frame(boxes, session, path: request.uri.string, flash: context.flash(request)), boxes)
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
            sectioned("Ký số", .sign, boxes.signing, SigningFeature.places()),
            sectioned("Danh bạ", .people, [], [NavBox(title: "Người và đơn vị", href: "/danh-ba")]),
            sectioned("Quản trị", .settings, [], SigningFeature.administration(for: actor)),
        ]
        return Frame(
            site: site, session: session, sections: sections,
            creations: OutgoingFeature.creations(for: actor) + IncomingFeature.creations(for: actor),
            waiting: waiting(boxes), signing: signing(boxes, actor), notices: boxes.notices, flash: flash)
    }

    /// The first box with work in it, so that the count is the count of the list it leads to.
    private func waiting(_ boxes: PersonalBoxes) -> NavBox {
        let first = boxes.incoming.first { $0.count > 0 } ?? boxes.incoming.first
        return NavBox(title: "Chờ xử lý", href: first?.href ?? "/", count: first?.count)
    }

    /// Only for people whose hand documents wait for.
    private func signing(_ boxes: PersonalBoxes, _ actor: Actor) -> NavBox? {
        guard errands.contains(where: { !$0.waiting(actor).isEmpty }) else { return nil }
        return boxes.signing.first.map { NavBox(title: "Ký", href: $0.href, count: $0.count) }
    }
}

extension NavBox {
    fileprivate func marked(currentPath: String) -> NavBox {
        var copy = self
        copy.isCurrent = href == currentPath
        return copy
    }
}
