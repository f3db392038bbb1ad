// Agencies: ours and those we exchange documents with.
internal import Platform
package import Records

extension Agency.Listing: SQLBindable, SQLDecodable {}

/// An agency of the directory, known by its codes in both systems.
package struct Agency: Sendable, Hashable {
    /// QCVN 102 form, e.g. `000.00.00.G31`: the one on the wire.
    package var code: AgencyCode
    /// QĐ 20/2020 form, e.g. `G31`; nil where the agency has none.
    package var shortCode: AgencyCode?
    package var name: String
    /// Used in the notation of its documents, e.g. `VHL` in `05/QĐ-VHL`; empty where unknown.
    package var abbreviation: String
    /// Name of the agency above it, printed over its own; empty for a topmost one.
    package var parentName: String
    package var address: String
    package var email: String
    package var phone: String
    /// Whether this is the agency whose office this is; exactly one is.
    package var isOwn: Bool
    /// An agency that no longer takes documents stays known, for what it sent before.
    package var isActive: Bool
    package var listing: Listing

    /// How the exchange platform's whole list of agencies stands to this one.
    package enum Listing: String, Sendable, Hashable, CaseIterable {
        /// Entered by others; the list says nothing of it.
        case never
        case listed
        /// It was listed once, and the last whole list has it no more.
        case missing
    }

    package init(
        code: AgencyCode, shortCode: AgencyCode? = nil, name: String, abbreviation: String = "",
        parentName: String = "",
        address: String = "", email: String = "", phone: String = "", isOwn: Bool = false, isActive: Bool = true,
        listing: Listing = .never
    ) {
        self.code = code
        self.shortCode = shortCode
        self.name = name
        self.abbreviation = abbreviation
        self.parentName = parentName
        self.address = address
        self.email = email
        self.phone = phone
        self.isOwn = isOwn
        self.isActive = isActive
        self.listing = listing
    }
}
