// The public page on screen: a place to drop a file, and the verdict.
internal import Foundation
internal import PAdES
internal import Records
internal import WebUI

struct PublicCheckView {
    let agencyName: String
    let anchors: [String]
    let limitBytes: Int
    /// nil for a stranger.
    let csrf: String?
    let isPractice: Bool

    var empty: HTML {
        """
        <h1>Xác minh chữ ký số trên tệp PDF</h1>
        <p class="lead-in">Thả tệp vào đây để biết: ai đã ký, khi nào, tệp có bị sửa sau khi ký không. Không cần tài khoản. Tệp được đọc một lần rồi xóa ngay; hệ thống không lưu tệp, không ghi lại tên tệp hay kết quả.</p>
        \(form)\(trust)
        """
    }

    func refused(_ sentence: String) -> HTML { "\(Marks.message(.bad, .text(sentence)))\(empty)" }

    static func busy(seconds: Int) -> HTML {
        let wait = seconds < 90 ? "\(seconds) giây" : "\((seconds + 59) / 60) phút"
        return """
            <h1>Xác minh chữ ký số trên tệp PDF</h1>
            \(Marks.message(.warn, "Đang có nhiều lượt kiểm tra. Tệp của bạn chưa được đọc; hãy thử lại sau \(wait)."))
            <p class="buttons"><a class="button primary" href="\(href: PublicCheckPages.path)">Thử lại</a></p>
            """
    }

    /// Plain, because its answer is a page and not a redirect.
    private var form: HTML {
        let limit = Format.fileSize(limitBytes)
        return """
            <form class="form verify-form" method="post" action="\(href: PublicCheckPages.path)" enctype="multipart/form-data" \
            data-verify data-limit="\(limitBytes)">\(csrf.map { Fields.hidden("_csrf", $0) })\
            \(Fields.file("file", "Tệp PDF", accept: ".pdf,application/pdf", isRequired: true, hint: "Tối đa \(limit)."))\
            <details class="password"><summary>Tệp có mật khẩu mở?</summary>\
            <div class="field"><label><span class="label">Mật khẩu mở tệp</span>\
            <input type="password" id="f-password" name="password" autocomplete="off" maxlength="200" spellcheck="false"></label>\
            <p class="hint">Chỉ dùng để mở tệp trong lần kiểm tra này, không lưu lại.</p></div></details>\
            \(Fields.buttons(Fields.submit("Xác minh")))</form>
            """
    }

    private var trust: HTML {
        let practice = isPractice ? " Đây là hệ thống thực hành: các gốc tin cậy không có giá trị pháp lý." : ""
        guard !anchors.isEmpty else {
            return Marks.message(
                .warn,
                "\(agencyName) chưa khai báo tổ chức chứng thực tin cậy nào, nên chưa chữ ký nào được xác nhận là tin cậy."
            )
        }
        return """
            <details class="verify-trust"><summary>Dựa vào \(anchors.count) tổ chức chứng thực được \(agencyName) tin cậy</summary>\
            <ul>\(anchors.map { "<li>\($0)</li>" as HTML })</ul><p class="quiet">\(practice)</p></details>
            """
    }

    // MARK: Result

    func result(_ record: CheckRecord, json: String, seal: String) -> HTML {
        """
        <h1>Kết quả xác minh</h1>
        <section class="verify-result" aria-label="Kết quả">\
        \(SignaturePanel(record, isOpen: record.report.signatures.count <= 3, act: signedPart).html)\
        \(about(record))\(reports(json, seal))</section>
        <section class="verify-again"><h2>Xác minh tệp khác</h2>\(form)\(trust)</section>
        """
    }

    /// The browser still has the file: it cuts the signed part off itself, and nothing is sent again.
    private func signedPart(_ index: Int, _ signature: VerificationReport.Signature) -> HTML {
        guard signature.signedByteCount > 0, signature.coverage == .wholeRevision else { return .empty }
        return """
            <p class="buttons js" hidden><button type="button" class="button" data-signed-bytes="\(signature.signedByteCount)">\
            \(Icon.download.html)Tải văn bản như lúc ký</button></p>
            """
    }

    private func about(_ record: CheckRecord) -> HTML {
        Marks.facts([
            ("Tệp", .text(record.fileName)), ("Dung lượng", .text(Format.fileSize(record.byteCount))),
            ("SHA-256", CertificateFacts.fingerprint(record.sha256)), ("Kiểm tra lúc", Marks.time(record.checkedAt)),
        ])
    }

    private func reports(_ json: String, _ seal: String) -> HTML {
        """
        <form class="verify-reports" method="post" action="\(href: PublicCheckPages.reportPath)">\
        \(csrf.map { Fields.hidden("_csrf", $0) })<textarea name="report" hidden readonly aria-hidden="true">\(json)</textarea>\
        \(Fields.hidden("seal", seal))\
        \(Fields.buttons("\(Fields.submit("Báo cáo PDF", name: "dang", value: "pdf"))\(Fields.submit("Báo cáo JSON", level: .neutral, name: "dang", value: "json"))"))\
        <p class="quiet">Báo cáo nằm trong chính trang này, không nằm trên máy chủ: rời trang là hết.</p></form>
        """
    }
}
