// Who may be chosen to sign, and in what capacity (NĐ 30/2020 Art. 13); pure.
internal import Directory
package import Records

/// What somebody is among those who sign for the agency.
package enum SignerRank: Sendable, CaseIterable {
    /// Người đứng đầu cơ quan.
    case head
    /// Cấp phó của người đứng đầu.
    case deputy
    /// Người đứng đầu đơn vị thuộc cơ quan.
    case unitHead
    case other

    /// A leader at the head of a unit below is a head of a unit, whatever else he leads.
    init(of person: Person, under head: Person?) {
        self =
            switch person {
            case _ where person.id == head?.id: .head
            case _ where person.has(.leader) && (person.unit == head?.unit || !person.has(.unitHead)): .deputy
            case _ where person.has(.unitHead): .unitHead
            default: .other
            }
    }
}

package enum SignerRule {
    /// Art. 13.1: the head signs, and his deputies in his place (KT.); 13.2: on behalf of a collective (TM.) the head, or
    /// a deputy in his place; 13.3: by his authorisation (TUQ.), 13.4: by his order (TL.) heads of units below. Nobody
    /// signs in his own place or by his own authorisation.
    static let capacities: [SignerRank: Set<SigningCapacity>] = [
        .head: [.inOwnRight, .onBehalfOf, .acting],
        .deputy: [.deputising, .onBehalfOf],
        .unitHead: [.byOrder, .byAuthorisation],
        .other: [],
    ]

    package static func maySign(_ rank: SignerRank, as capacity: SigningCapacity) -> Bool {
        capacities[rank]?.contains(capacity) ?? false
    }

    /// What to choose instead.
    static func sentence(_ rank: SignerRank) -> String {
        switch rank {
        case .head: "Người đứng đầu ký trực tiếp, TM. hoặc Q., không ký KT., TL., TUQ. cho chính mình."
        case .deputy: "Cấp phó ký thay người đứng đầu: hãy chọn KT., hoặc TM. khi thay mặt tập thể."
        case .unitHead: "Trưởng đơn vị chỉ ký thừa lệnh (TL.) hoặc thừa ủy quyền (TUQ.)."
        case .other: "Người này không có thẩm quyền ký văn bản của cơ quan."
        }
    }
}

extension DraftContent {
    /// `KT. Chủ tịch – Phó Chủ tịch`: the capacity, for whom, and the signer's own position.
    var signatureLine: String {
        let capacity = principal.isEmpty || self.capacity != .onBehalfOf ? self.capacity.abbreviation : "TM. KT."
        let own = principal.isEmpty ? signerPosition : "\(principal) – \(signerPosition)"
        return [capacity, own].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
