// Who is connected: systems with their secrets, and the agencies they serve.

/// A computer system that calls the hub, known by its id and a secret shared with the hub.
package struct HubSystem: Sendable, Hashable, Codable {
    package var systemId: String
    package var secret: String
    package var name: String

    package init(systemId: String, secret: String, name: String) {
        self.systemId = systemId
        self.secret = secret
        self.name = name
    }
}

/// An agency of the hub's directory.
package struct HubAgency: Sendable, Hashable, Codable {
    /// QCVN 102 form, the one on the wire: `000.00.00.G31`.
    package var code: String
    /// QĐ 20/2020 form: `G31`.
    package var shortCode: String?
    package var name: String
    package var parentCode: String?
    package var email: String?
    package var mobile: String?
    package var fax: String?
    package var isLocked: Bool?

    package init(
        code: String, shortCode: String? = nil, name: String, parentCode: String? = nil, email: String? = nil,
        mobile: String? = nil, fax: String? = nil, isLocked: Bool? = nil
    ) {
        self.code = code
        self.shortCode = shortCode
        self.name = name
        self.parentCode = parentCode
        self.email = email
        self.mobile = mobile
        self.fax = fax
        self.isLocked = isLocked
    }
}

/// The file named by `hub.directory`.
package struct HubDirectoryFile: Sendable, Codable {
    package struct Entry: Sendable, Codable {
        package var system: HubSystem
        package var agencies: [HubAgency]
    }

    package var systems: [Entry]
}
