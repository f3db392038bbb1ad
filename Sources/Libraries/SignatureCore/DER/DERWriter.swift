/// Writes the distinguished encoding of ASN.1 (X.690): each function returns one whole element.
enum DER {
    static func element(_ tag: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
        var out: [UInt8] = [tag]
        let count = content.count
        out.reserveCapacity(count + 6)
        if count < 0x80 {
            out.append(UInt8(count))
        } else {
            let octets = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> $0) }
            let significant = octets.drop { $0 == 0 }
            out.append(0x80 | UInt8(significant.count))
            out += significant
        }
        out += content
        return out
    }

    static func sequence(_ members: [UInt8]...) -> [UInt8] { element(DERTag.sequence, members.flatMap(\.self)) }
    static func sequence(of members: [[UInt8]]) -> [UInt8] { element(DERTag.sequence, members.flatMap(\.self)) }

    /// SET OF: members in ascending order of their encodings (X.690 §11.6).
    static func set(of members: [[UInt8]], tag: UInt8 = DERTag.set) -> [UInt8] {
        element(tag, members.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self))
    }

    static func identifier(_ oid: ObjectIdentifier) -> [UInt8] { element(DERTag.objectIdentifier, oid.content) }
    static func octets(_ content: some Collection<UInt8>) -> [UInt8] { element(DERTag.octetString, content) }
    static func bits(_ content: some Collection<UInt8>) -> [UInt8] { element(DERTag.bitString, [0] + content) }
    static func utf8(_ text: String) -> [UInt8] { element(DERTag.utf8String, Array(text.utf8)) }
    static func boolean(_ value: Bool) -> [UInt8] { element(DERTag.boolean, [value ? 0xFF : 0]) }
    static let null: [UInt8] = [DERTag.null, 0]

    static func integer(_ value: Int) -> [UInt8] {
        element(
            DERTag.integer, minimal(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) })
        )
    }

    /// A non-negative INTEGER from its big-endian magnitude.
    static func integer(magnitude: some Collection<UInt8>) -> [UInt8] {
        element(DERTag.integer, minimal([0] + magnitude))
    }

    /// Drops leading octets that repeat the sign (X.690 §8.3.2).
    private static func minimal(_ octets: [UInt8]) -> ArraySlice<UInt8> {
        var rest = octets[...]
        while rest.count > 1, let first = rest.first, let second = rest.dropFirst().first,
            (first == 0 && second < 0x80) || (first == 0xFF && second >= 0x80)
        {
            rest = rest.dropFirst()
        }
        return rest
    }
}
