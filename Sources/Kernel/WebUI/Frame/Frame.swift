// What surrounds every page: whose office it is, who works in it, what waits in his boxes.
package import Records

/// What is the same on every page of an installation.
package struct Site: Sendable, Hashable {
    package var agencyName: String
    /// A practice office signs with practice certificates: its documents have no legal force, and every page says so.
    package var isPractice: Bool
    /// Version of styles and scripts, from `AssetServer`.
    package var assetVersion: String

    package init(agencyName: String, isPractice: Bool, assetVersion: String) {
        self.agencyName = agencyName
        self.isPractice = isPractice
        self.assetVersion = assetVersion
    }
}

/// A box in the rail: what lies there for this person, counted by the query that lists it.
package struct NavBox: Sendable, Hashable {
    package var title: String
    package var href: String
    /// nil where counting means nothing (registers, settings).
    package var count: Int?
    package var isCurrent: Bool

    package init(title: String, href: String, count: Int? = nil, isCurrent: Bool = false) {
        self.title = title
        self.href = href
        self.count = count
        self.isCurrent = isCurrent
    }

    package init(_ box: BoxCount, currentPath: String) {
        self.init(title: box.title, href: box.href, count: box.count, isCurrent: box.href == currentPath)
    }
}

/// A section of the rail with the boxes this person has in it; a section without boxes is not drawn.
package struct NavSection: Sendable, Hashable {
    package var title: String
    package var icon: Icon
    package var boxes: [NavBox]

    package init(title: String, icon: Icon, boxes: [NavBox]) {
        self.title = title
        self.icon = icon
        self.boxes = boxes
    }
}

/// One person's surroundings for one page.
package struct Frame: Sendable {
    package var site: Site
    package var session: Session
    package var sections: [NavSection]
    /// What `n` and the button "Tạo mới" offer.
    package var creations: [NavBox]
    /// Boxes of the phone's bottom bar: what waits, what is to be signed.
    package var waiting: NavBox
    package var signing: NavBox?
    /// What one was told while elsewhere; the count is what was not read yet.
    package var notices: NavBox?
    /// "Đang thay mặt Nguyễn Văn A đến 30/11/2026"; in plain sight while it lasts.
    package var delegation: String?
    /// What was just done, carried over the redirect.
    package var flash: String?
    package var searchText: String

    package init(
        site: Site, session: Session, sections: [NavSection] = [], creations: [NavBox] = [],
        waiting: NavBox = NavBox(title: "Chờ xử lý", href: "/"), signing: NavBox? = nil, notices: NavBox? = nil,
        delegation: String? = nil,
        flash: String? = nil, searchText: String = ""
    ) {
        self.site = site
        self.session = session
        self.sections = sections
        self.creations = creations
        self.waiting = waiting
        self.signing = signing
        self.notices = notices
        self.delegation = delegation
        self.flash = flash
        self.searchText = searchText
    }

    package var actor: Actor { session.actor }
    package var csrfToken: String { session.csrfToken }
}
