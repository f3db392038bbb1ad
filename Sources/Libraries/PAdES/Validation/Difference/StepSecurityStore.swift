import PDFCore

/// The document security store may grow; nothing in it may be anything else than validation data
/// (ETSI EN 319 142-1 §5.4).
extension RevisionStep {
    mutating func explainSecurityStore(
        _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place
    ) throws(PDFError) {
        let store = try member("DSS", before, after, at: place)
        guard store.before != .null || store.after != .null else { return }
        guard case .dictionary(let now) = store.after, store.before == .null || store.before.stream == nil else {
            return note(.other, "Dữ liệu kiểm tra chữ ký lâu dài bị gỡ bỏ hoặc thay thế.")
        }
        let was = store.before.dictionary ?? [:]
        var isSound = !store.reusesObject && Set(now.keys).isSubset(of: ["Type", "Certs", "CRLs", "OCSPs", "VRI"])
        var isChanged = store.isChanged
        for key in ["Certs", "CRLs", "OCSPs"] as [PDFName] {
            let list = try explainStreams(key, was, now, store.place)
            (isSound, isChanged) = (isSound && list.isSound, isChanged || list.isChanged)
        }
        let records = try explainRecords(was, now, store.place)
        (isSound, isChanged) = (isSound && records.isSound, isChanged || records.isChanged)
        guard isChanged else { return }
        note(
            isSound ? .ltaUpdates : .other,
            isSound
                ? "Thêm dữ liệu kiểm tra chữ ký lâu dài." : "Dữ liệu kiểm tra chữ ký lâu dài bị thay đổi sai quy cách.")
    }

    private typealias Finding = (isSound: Bool, isChanged: Bool)

    /// An array of references to streams; what has served its purpose may be left out.
    private mutating func explainStreams(
        _ key: PDFName, _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place
    ) throws(PDFError) -> Finding {
        let list = try member(key, before, after, at: place)
        guard list.isChanged else { return (true, false) }
        guard list.after != .null else { return (false, true) }
        guard case .array(let values) = list.after, !list.reusesObject else { return (false, true) }
        for value in values {
            guard value.reference != nil, try new.resolve(value).stream != nil else { return (false, true) }
        }
        return (true, true)
    }

    private mutating func explainRecords(
        _ before: PDFDictionary, _ after: PDFDictionary, _ place: Place
    ) throws(PDFError) -> Finding {
        let records = try member("VRI", before, after, at: place)
        guard records.before != .null || records.after != .null else { return (true, false) }
        guard case .dictionary(let now) = records.after, !records.reusesObject else { return (false, true) }
        let was = records.before.dictionary ?? [:]
        var finding: Finding = (Set(was.keys).isSubset(of: now.keys), records.isChanged)
        for key in now.keys {
            let record = try member(key, was, now, at: records.place)
            guard record.isChanged else { continue }
            let isSound = try explainRecord(record)
            finding = (finding.isSound && isSound && isRecordName(key), true)
        }
        return finding
    }

    /// SHA-1 of the signature in hexadecimal.
    private func isRecordName(_ key: PDFName) -> Bool {
        key.text.utf8.count == 40 && key.text.allSatisfy(\.isHexDigit)
    }

    private mutating func explainRecord(_ record: Member) throws(PDFError) -> Bool {
        guard case .dictionary(let now) = record.after, !record.reusesObject,
            Set(now.keys).isSubset(of: ["Type", "Cert", "CRL", "OCSP", "TU", "TS"])
        else { return false }
        let was = record.before.dictionary ?? [:]
        for key in ["Cert", "CRL", "OCSP"] as [PDFName] {
            guard try explainStreams(key, was, now, record.place).isSound else { return false }
        }
        guard let stamp = now["TS"] else { return true }
        return try stamp.reference != nil ? new.resolve(stamp).stream != nil : false
    }
}
