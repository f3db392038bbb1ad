// The directory as the composition root sees it: agencies, units, people, sign-in.
package import Platform
package import Records
package import WebUI

/// Entry of the feature.
package struct DirectoryFeature: Sendable {
    package static let schema = directorySchema

    private let ground: Groundwork
    private let shell: Shell
    private let site: Site
    private let isSecure: Bool
    private let desk: SignInDesk

    /// - Parameters:
    ///   - isSecure: whether browsers reach the office over TLS: then its cookie never travels without.
    ///   - hasher: how passwords are kept; tests spare themselves the work.
    package init(
        ground: Groundwork, shell: Shell, site: Site, isSecure: Bool, hasher: PasswordHasher = PasswordHasher()
    ) {
        self.ground = ground
        self.shell = shell
        self.site = site
        self.isSecure = isSecure
        desk = SignInDesk(ground: ground, hasher: hasher)
    }

    package var routes: [Route] {
        let signIn = SignInPages(ground: ground, desk: desk, shell: shell, site: site, isSecure: isSecure)
        return signIn.routes + DirectoryPages(ground: ground, shell: shell).routes
            + AgencyPages(ground: ground, shell: shell).routes + PickerPages(ground: ground).routes
    }
}
