// Ký số as the composition root sees it.
package import Foundation
internal import Hummingbird
package import Platform
package import Records
package import WebUI

/// Entry of the feature: what waits to be signed, a person's keys, whom the office trusts.
package struct SigningFeature: Sendable {
    private let ground: Groundwork
    private let desk: SigningDesk
    private let errands: [SigningErrand]
    private let batches: SigningBatches
    private let shell: Shell
    private let site: Site

    /// - Parameter errands: everything that is signed, of all features.
    package init(ground: Groundwork, desk: SigningDesk, errands: [SigningErrand], shell: Shell, site: Site) {
        self.ground = ground
        self.desk = desk
        self.errands = errands
        self.shell = shell
        self.site = site
        batches = SigningBatches(tasks: desk.tasks, errands: errands)
    }

    /// Where an administrator keeps the list of trusted certificates.
    package static func administration(for actor: Actor) -> [NavBox] {
        actor.has(.administrator) ? [NavBox(title: "Tổ chức chứng thực tin cậy", href: TrustPages.base)] : []
    }

    package var jobs: [JobHandler] {
        let (statuses, extensions) = (RevocationDesk(ground: ground), desk.extensions)
        let verification = desk.verification
        return [
            JobHandler(CompleteCheckJob.self, backOff: .few) { try await verification.complete($0) },
            JobHandler(RefreshStatusJob.self, backOff: .few) { try await statuses.refresh($0) },
            JobHandler(
                ExtendFilesJob.self, onFailure: { try await extensions.extensionFailed($0, $1) },
                run: { try await extensions.extend($0) }),
        ]
    }

    package var periodic: [PeriodicTask] {
        let (statuses, extensions) = (RevocationDesk(ground: ground), desk.extensions)
        return [
            PeriodicTask("signing.statuses", every: .seconds(300)) { try await statuses.refreshAll() },
            PeriodicTask("signing.archive", every: .seconds(3600)) { try await extensions.renew() },
            PeriodicTask("signing.tasks", every: .seconds(1)) { try await desk.tasks.lookAfter(errands) },
            PeriodicTask("signing.batches", every: .seconds(2)) { try await batches.lookAfter() },
        ]
    }

    package var routes: [Route] {
        TaskPages(ground: ground, tasks: desk.tasks, batches: batches, errands: errands, shell: shell).routes
            + KeyPages(ground: ground, desk: desk, shell: shell).routes
            + RemotePages(ground: ground, desk: desk, batches: batches, errands: errands, shell: shell).routes
            + TrustPages(desk: desk.trusted, shell: shell).routes
            + PublicCheckPages(ground: ground, desk: desk.verification, shell: shell, site: site).routes
    }

    /// Routes for the signing program on a person's own computer: before the middleware that asks for a session.
    package func programRoutes(temporaryFolder: URL) -> [Route] {
        AgentPages(ground: ground, tasks: desk.tasks, errands: errands, temporaryFolder: temporaryFolder).routes
    }

    /// The tabs of the rail: those in which something may be to do are counted.
    package static func boxes(for actor: Actor, errands: [SigningErrand], now: Date) -> [BoxQuery] {
        [TaskTab.toSign, .processing, .failed].map { tab in
            let ids =
                tab == .toSign
                ? ToSignStore.ids(for: actor, errands: errands, now: now) : TaskStore.ids(tab, of: actor.person)
            return BoxQuery(
                name: "signing.\(tab.rawValue)", title: tab.title, href: tab.href, whenEmpty: tab.whenEmpty, ids: ids)
        }
    }

    /// Places to look things up: they are not counted.
    package static func places() -> [NavBox] {
        [
            NavBox(title: TaskTab.signed.title, href: TaskTab.signed.href),
            NavBox(title: "Chứng thư số của tôi", href: KeyPages.base),
        ]
    }

    /// The bell.
    package static func unreadNotices(of actor: Actor) -> BoxQuery {
        BoxQuery(
            name: "signing.notices", title: "Thông báo", href: "/thong-bao", whenEmpty: "",
            ids: [NoticeStore.unread(of: actor.person)])
    }
}
