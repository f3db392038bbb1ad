// Who is connected: systems with their secrets, and the agencies they serve.
internal import Digests
internal import Foundation

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

    /// 256 random bits, in letters that survive every configuration file.
    package static func newSecret() -> String {
        randomBytes(32).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
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
    /// nil leaves it as it is: a directory file read again does not unlock what the person in charge has locked.
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

/// What one agency may ask of the hub; 0 is no limit.
package struct HubLimits: Sendable, Hashable {
    package var packetsPerMinute: Int
    package var bytesPerDay: Int
    /// At the same time, on one node.
    package var uploads: Int

    package init(packetsPerMinute: Int = 600, bytesPerDay: Int = 20 << 30, uploads: Int = 8) {
        self.packetsPerMinute = packetsPerMinute
        self.bytesPerDay = bytesPerDay
        self.uploads = uploads
    }
}

/// One agency as lists for the person in charge show it.
package struct AgencyOverview: Sendable, Hashable {
    package let code: String
    package let shortCode: String?
    package let name: String
    package let systemId: String?
    package let isLocked: Bool
    /// Its own limits, where it has some.
    package let packetsPerMinute: Int?
    package let bytesPerDay: Int?
    package let uploads: Int?
    /// Packets that wait for it.
    package let open: Int
}
