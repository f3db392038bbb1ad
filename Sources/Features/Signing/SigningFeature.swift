// Ký số as the composition root sees it.
internal import Foundation
internal import Hummingbird
internal import Platform
package import Records
package import WebUI

/// Entry of the feature: what a person can see of his own key.
package struct SigningFeature: Sendable {
    private let ground: Groundwork
    private let desk: SigningDesk
    private let shell: Shell
    private let site: Site

    package init(ground: Groundwork, desk: SigningDesk, shell: Shell, site: Site) {
        self.ground = ground
        self.desk = desk
        self.shell = shell
        self.site = site
    }

    /// Where an administrator keeps the list of trusted certificates.
    package static func administration(for actor: Actor) -> [NavBox] {
        actor.has(.administrator) ? [NavBox(title: "Tổ chức chứng thực tin cậy", href: TrustPages.base)] : []
    }

    package var routes: [Route] {
        [
            .get("/ky-so", .signedIn, keys),
            .get("/ky-so/anh", .signedIn, ownImage),
            .get("/ky-so/anh-dau", .roles([.recordsClerk]), sealImage),
        ] + TrustPages(desk: desk.trusted, shell: shell).routes
            + PublicCheckPages(ground: ground, desk: desk.verification, shell: shell, site: site).routes
    }

    @Sendable private func keys(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let actor = try context.requireActor()
        let own = try await desk.credential(of: actor)
        let seal = actor.has(.recordsClerk) ? try await desk.sealCredential() : nil
        return try await shell.page(
            "Chứng thư số của tôi", request, context,
            content: keysPage(own: own, seal: seal, isClerk: actor.has(.recordsClerk)))
    }

    @Sendable private func ownImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await image(try await desk.credential(of: try context.requireActor()))
    }

    @Sendable private func sealImage(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await image(try await desk.sealCredential())
    }

    private func image(_ credential: CredentialState?) async throws -> Response {
        guard let image = credential?.image else { throw CommonRefusal.notFound }
        return Response(
            status: .ok, headers: [.contentType: "image/png", .cacheControl: "private, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: try ground.blobs.get(image))))
    }
}
