/// An agency as a packet names it: sender, recipient or the other party of a status.
package struct Party: Sendable, Hashable, Codable {
    /// Agency code, in the form of QCVN 102 (`000.00.00.G31`) or of QĐ 20/2020 (`G31`); opaque here.
    package var agencyCode: String
    /// The agency above it; some senders put a code here.
    package var parentAgency: String?
    package var name: String?
    package var address: String?
    package var email: String?
    package var telephone: String?
    package var fax: String?
    package var website: String?

    package init(
        agencyCode: String, parentAgency: String? = nil, name: String? = nil, address: String? = nil,
        email: String? = nil, telephone: String? = nil, fax: String? = nil, website: String? = nil
    ) {
        self.agencyCode = agencyCode
        self.parentAgency = parentAgency
        self.name = name
        self.address = address
        self.email = email
        self.telephone = telephone
        self.fax = fax
        self.website = website
    }
}

/// The person to ask about a packet.
package struct StaffContact: Sendable, Hashable, Codable {
    package var department: String?
    package var name: String?
    package var mobile: String?
    package var email: String?
    /// How the sender's system calls department and person; read, never written.
    package var departmentId: String?
    package var id: String?

    package init(department: String? = nil, name: String? = nil, mobile: String? = nil, email: String? = nil) {
        self.department = department
        self.name = name
        self.mobile = mobile
        self.email = email
    }
}

/// Names another document: the one answered, recalled or reported on.
package struct DocumentReference: Sendable, Hashable, Codable {
    package var agencyCode: String?
    /// Number and notation in one, `7816/VPCP-TTĐT`.
    package var code: String?
    package var issuedOn: PacketDay?
    package var documentId: String?

    package init(
        agencyCode: String? = nil, code: String? = nil, issuedOn: PacketDay? = nil, documentId: String? = nil
    ) {
        self.agencyCode = agencyCode
        self.code = code
        self.issuedOn = issuedOn
        self.documentId = documentId
    }

    package var isEmpty: Bool { agencyCode == nil && code == nil && issuedOn == nil && documentId == nil }
}
