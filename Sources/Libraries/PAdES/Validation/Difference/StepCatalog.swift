import PDFCore

/// Trailer and catalog: descriptions of the file may be renewed, everything else stays.
extension RevisionStep {
    static let structuralKeys: Set<PDFName> = [
        "Size", "Prev", "ID", "XRefStm", "Type", "W", "Index", "Filter", "DecodeParms", "Length", "Info", "Root",
    ]

    /// Updates drop keys of the trailer they do not know; adding or changing one is another matter.
    mutating func explainTrailer() throws(PDFError) {
        if old.catalogReference != new.catalogReference {
            note(.other, "Gốc của tài liệu bị thay bằng đối tượng khác.")
        }
        for (key, value) in new.trailer where !Self.structuralKeys.contains(key) {
            // One that an earlier revision had with this value is not new.
            if trailers.contain(key, value) { continue }
            if key == "AuthCode", new.isIntegrityProtected, isAuthenticationCode(value) {
                note(.ltaUpdates, "Mã bảo vệ toàn vẹn của tệp mã hóa được tính lại.")
                continue
            }
            note(.other, "Mục /\(key) của phần cuối tệp bị thay đổi.")
        }
        if old.trailer["Encrypt"] != nil, new.trailer["Encrypt"] == nil {
            note(.other, "Khai báo mã hóa của tệp bị gỡ bỏ.")
        }
        let information = try member("Info", old.trailer, new.trailer, at: .trailer)
        guard information.isChanged, information.after != .null else { return }
        // Some writers leave it out, and the next one takes it up again as it was.
        if old.trailer["Info"] == nil, let again = new.trailer["Info"], trailers.contain("Info", again),
            case .dictionary = information.after
        {
            if let number = again.reference?.number { clearIfUnused(number) }
            return note(.ltaUpdates, "Thông tin mô tả tệp được cập nhật.")
        }
        if case .dictionary = information.after, !information.reusesObject {
            note(.ltaUpdates, "Thông tin mô tả tệp được cập nhật.")
        } else {
            note(.other, "Thông tin mô tả tệp bị thay bằng đối tượng khác.")
        }
    }

    private static let codeKeys: Set<PDFName> = ["MACLocation", "MAC", "ByteRange", "SigObjRef"]

    /// Every revision of a file so protected has a code of its own: bytes, or a place in a signature made together with it
    /// (ISO/TS 32004 §6.2).
    private func isAuthenticationCode(_ value: PDFObject) -> Bool {
        guard case .dictionary(let members) = value, Set(members.keys).isSubset(of: Self.codeKeys) else { return false }
        switch members["MACLocation"]?.name {
        case "Standalone": return members["MAC"]?.string != nil && members["SigObjRef"] == nil
        case "AttachedToSig":
            return members["SigObjRef"]?.reference.map { created.contains($0.number) } ?? false
        default: return false
        }
    }

    mutating func explainCatalog() throws(PDFError) {
        guard let root = old.catalogReference?.number else { return }
        let (before, after) = (try old.catalog(), try new.catalog())
        let place = Place(holder: root)
        for key in Self.differingKeys(before, after).sorted() { explainCatalogEntry(key, before, after) }
        try explainMetadata(before, after, place)
        try explainExtensions(before, after, place)
        try explainSecurityStore(before, after, place)
        if case .dictionary = try new.object(new.reference(root)) { clearEverywhere(root) }
    }

    private mutating func explainCatalogEntry(_ key: PDFName, _ before: PDFDictionary, _ after: PDFDictionary) {
        switch key {
        case "AcroForm", "DSS", "Metadata", "Extensions", "MarkInfo": break
        case "Version" where Self.versions.contains(after[key]?.name ?? ""):
            // A signer that uses newer features must say so (ISO 32000-2 Table 29). One that says less than the header
            // counts for nothing (§7.5.2); some writers put there what they found in it.
            note(.ltaUpdates, "Phiên bản định dạng của tệp được khai báo lại.")
        default: note(.other, "Mục /\(key) của tài liệu bị thay đổi.")
        }
    }

    private static let versions: Set<PDFName> = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.0"]

    /// The new metadata must be XMP: a stream that is something else too would be a way to smuggle content.
    private mutating func explainMetadata(
        _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place
    ) throws(PDFError) {
        let metadata = try member("Metadata", before, after, at: place)
        guard metadata.isChanged else { return }
        let isIndirect = after["Metadata"]?.reference != nil && !metadata.reusesObject
        let isSound =
            isIndirect && isXMP(metadata.after, in: new)
            && (metadata.before == .null || isXMP(metadata.before, in: old))
        note(
            isSound ? .ltaUpdates : .other,
            isSound ? "Siêu dữ liệu của tệp được cập nhật." : "Siêu dữ liệu của tệp bị thay bằng dữ liệu khác.")
    }

    private func isXMP(_ object: PDFObject, in document: PDFDocument) -> Bool {
        guard let stream = object.stream, let content = try? document.decoded(stream, limit: 4 << 20) else {
            return false
        }
        return XMPPacket.isWellFormed(content)
    }

    private mutating func explainExtensions(
        _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place
    ) throws(PDFError) {
        for (key, sentence) in [
            ("Extensions", "Khai báo phần mở rộng của định dạng được cập nhật."),
            ("MarkInfo", "Khai báo về cấu trúc của tệp được cập nhật."),
        ] as [(PDFName, String)] {
            let declared = try member(key, before, after, at: place)
            guard declared.isChanged else { continue }
            guard case .dictionary(let members) = declared.after, !declared.reusesObject else {
                note(.other, "Mục /\(key) của tài liệu bị thay đổi.")
                continue
            }
            for (name, value) in declared.before.dictionary ?? [:] {
                _ = try follow(value, members[name] ?? .null, at: declared.place.member(name))
            }
            note(.ltaUpdates, sentence)
        }
    }
}
