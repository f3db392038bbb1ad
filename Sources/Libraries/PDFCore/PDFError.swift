/// Why a PDF could not be read or continued, and at which byte.
package struct PDFError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Limit: String, Hashable, Sendable {
        case depth, members, objects, revisions, decodedBytes, pages, stringBytes, work
    }

    package enum Reason: Hashable, Sendable {
        case notAPDF
        case noStartXRef
        case badCrossReference
        /// The cross reference chain, the page tree or a reference comes back to itself.
        case loop
        /// The file needs a password, and none was given.
        case encrypted
        case wrongPassword
        /// Encrypted for certificates, or in a way that is not known here.
        case unsupportedEncryption(String)
        case limit(Limit)
        case expected(String)
        case corruptStream
        case unsupportedFilter(String)
        case noSuchPage
        /// Each revision carries a code over its bytes that cannot be made: nothing is encrypted that would have a key
        /// (ISO/TS 32004).
        case integrityProtected
        /// Well enough to be shown, not sound enough to be signed.
        case unsoundForSigning(String)
    }

    package var reason: Reason
    package var offset: Int

    package init(_ reason: Reason, at offset: Int = 0) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason) at byte \(offset)" }

    /// The sentence for the user.
    package var message: String {
        switch reason {
        case .notAPDF: "Tệp không phải là tệp PDF."
        case .encrypted: "Tệp PDF được đặt mật khẩu. Hãy nhập mật khẩu để mở tệp."
        case .wrongPassword: "Mật khẩu của tệp PDF không đúng."
        case .unsupportedEncryption: "Tệp PDF được mã hóa theo cách chưa được hỗ trợ."
        case .integrityProtected:
            "Tệp PDF đòi mã bảo vệ toàn vẹn (ISO/TS 32004) nhưng không có khóa mã hóa để tính mã này, nên không ký được."
        case .noSuchPage: "Tệp PDF không có trang được yêu cầu."
        case .unsupportedFilter(let name): "Tệp PDF dùng kiểu nén \(name) chưa được hỗ trợ."
        case .unsoundForSigning: "Cấu trúc tệp PDF có lỗi nên không thể ký. Hãy xuất lại tệp PDF."
        case .limit: "Tệp PDF vượt quá giới hạn cho phép."
        case .noStartXRef, .badCrossReference, .loop, .expected, .corruptStream: "Tệp PDF bị hỏng."
        }
    }
}

/// Bounds on what a hostile file may ask for.
package enum PDFLimits {
    /// Arrays and dictionaries inside one another.
    package static let depth = 96
    /// Members of all arrays and dictionaries of one object.
    package static let members = 2_000_000
    /// ISO 32000-1 Annex C names 8,388,607; a third of a gigabyte of table is more than an office file needs.
    package static let objects = 2_000_000
    package static let objectNumbers = 8_388_607
    package static let revisions = 2048
    /// Bytes one stream may decode to.
    package static let decodedBytes = 128 << 20
    package static let pages = 50_000
}
