// The list of trusted certificates on screen, and the preview before anything joins it.
internal import Foundation
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct TrustPage {
    let certificates: [TrustedCertificate]
    let events: [Event]
    let csrf: String
    let now: Date

    private var anchors: [TrustedCertificate] { certificates.filter { $0.isAnchor && $0.isEnabled } }
    private var intermediates: [TrustedCertificate] { certificates.filter { !$0.isAnchor && $0.isEnabled } }
    private var disabled: [TrustedCertificate] { certificates.filter { !$0.isEnabled } }

    var html: HTML {
        """
        \(Lists.heading("Tổ chức chứng thực tin cậy", count: anchors.isEmpty ? nil : anchors.count))
        <p class="lead-in">Chữ ký chỉ được coi là tin cậy khi chứng thư của người ký dẫn đến một gốc dưới đây. Chương trình không kèm sẵn gốc nào: hãy lấy tệp từ trang của tổ chức chứng thực (Cục Chứng thực số và Bảo mật thông tin, NEAC, …) và đối chiếu dấu vân tay.</p>
        \(HTML.when(anchors.isEmpty, Marks.message(.warn, "Chưa có gốc tin cậy nào: mọi chữ ký đều ở tình trạng “chưa xác định được tin cậy”.")))
        \(group("Gốc tin cậy", anchors))\(group("Chứng thư trung gian", intermediates))\(group("Đã ngừng tin cậy", disabled))
        <section class="trust-import"><h2>Nhập từ tệp</h2>\(importForm)</section>
        \(DocumentPage.section("Lịch sử", icon: .history, isOpen: false, Circulation.history(events)))
        """
    }

    private func group(_ title: String, _ certificates: [TrustedCertificate]) -> HTML {
        HTML.when(
            !certificates.isEmpty, "<section class=\"trust-group\"><h2>\(title)</h2>\(certificates.map(card))</section>"
        )
    }

    /// Plain, because its answer is a page and not a redirect.
    private var importForm: HTML {
        """
        <form class="form" method="post" action="\(href: TrustPages.base + "/xem-truoc")" enctype="multipart/form-data">\
        <input type="hidden" name="_csrf" value="\(csrf)">\
        \(Fields.file("file", "Tệp chứng thư", accept: ".pem,.crt,.cer,.der,.p7b,.p7c,.ca-bundle", isRequired: true, hint: "PEM, DER hoặc PKCS#7 (.p7b), tối đa 1 MB. Chưa có gì được ghi cho đến khi bạn xác nhận dấu vân tay."))\
        \(Fields.buttons(Fields.submit("Xem trước")))</form>
        """
    }

    private func card(_ entry: TrustedCertificate) -> HTML {
        """
        <details class="trust-card"><summary><span><strong>\(entry.name)</strong> \(tags(entry).map(\.html))\
        <span class="quiet">\(summary(entry))</span></span>\(Icon.down.html)</summary><div class="inside">\
        \(CertificateFacts(certificate: entry.certificate).html)\
        \(Marks.facts([
            ("Tin cậy", entry.isAnchor ? .text(entry.limit.sentence) : "chỉ giúp dẫn đến gốc"),
            ("Nhập lúc", "\(Marks.time(entry.addedAt))\(entry.addedBy.isEmpty ? "" : ", \(entry.addedBy)")"),
        ]))\(acts(entry))</div></details>
        """
    }

    private func summary(_ entry: TrustedCertificate) -> String {
        let owner = entry.certificate.organisation.map { "\($0) · " } ?? ""
        return "\(owner)hiệu lực đến \(Format.day(entry.certificate.notAfter))"
    }

    private func tags(_ entry: TrustedCertificate) -> [Tag] {
        var tags: [Tag] = []
        if !entry.isEnabled { tags.append(Tag("đã ngừng")) }
        if now > entry.certificate.notAfter { tags.append(Tag("đã hết hạn", .warn)) }
        if entry.isAnchor, entry.limit.usages.count < TrustStore.Usage.allCases.count {
            tags += entry.limit.usages.map { Tag("chỉ \($0.label)") }
        }
        if let until = entry.limit.until, now >= until { tags.append(Tag("hết thời hạn tin cậy", .warn)) }
        if let from = entry.limit.from, now < from { tags.append(Tag("chưa đến ngày tin cậy", .warn)) }
        return tags
    }

    private func acts(_ entry: TrustedCertificate) -> HTML {
        let path = "\(TrustPages.base)/\(entry.fingerprint)"
        guard entry.isEnabled else {
            return Fields.form("\(path)/bat", csrf: csrf, Fields.buttons(Fields.submit("Tin cậy trở lại")))
        }
        let limits = HTML.when(
            entry.isAnchor,
            """
            <details class="trust-act"><summary class="button">Đổi mục đích, thời hạn</summary>\
            \(Fields.form("\(path)/pham-vi", csrf: csrf, "\(TrustFields.limit(entry.limit, ""))\(Fields.buttons(Fields.submit("Ghi")))"))</details>
            """)
        return """
            <div class="trust-acts">\(limits)<details class="trust-act"><summary class="button danger">Ngừng tin cậy</summary>\
            \(Fields.form("\(path)/tat", csrf: csrf, "\(Fields.text("reason", "Lý do", isRequired: true, hint: "Chữ ký dẫn đến chứng thư này sẽ thành “chưa xác định được tin cậy”. Có thể tin cậy trở lại."))\(Fields.buttons(Fields.submit("Ngừng tin cậy", level: .bad)))"))</details></div>
            """
    }
}

/// Purpose and period of an anchor, to be ticked and dated.
enum TrustFields {
    static func limit(_ limit: AnchorLimit, _ suffix: String) -> HTML {
        let until = limit.until.map { Day(at: $0).adding(days: -1) }
        return """
            <fieldset class="field"><legend>Dùng để tin</legend>\
            \(Fields.check("ky\(suffix)", "Chữ ký trên văn bản", isOn: limit.usages.contains(.signing)))\
            \(Fields.check("dau\(suffix)", "Dấu thời gian", isOn: limit.usages.contains(.timestamping)))</fieldset>\
            \(Fields.pair("\(Fields.date("tu\(suffix)", "Tin từ ngày", value: limit.from.map { Day(at: $0) }))\(Fields.date("den\(suffix)", "Tin đến hết ngày", value: until))"))
            """
    }
}

/// What a certificate says of itself.
struct CertificateFacts {
    let certificate: Certificate

    var html: HTML {
        Marks.facts([
            ("Chủ thể", .text(certificate.subject.display)), ("Cơ quan cấp", .text(issuer)),
            ("Hiệu lực", "\(Marks.time(certificate.notBefore)) – \(Marks.time(certificate.notAfter))"),
            ("Khóa", .text(certificate.publicKey.name)), ("Số sê-ri", "<code>\(certificate.serialHex)</code>"),
            ("Dấu vân tay SHA-256", Self.fingerprint(certificate.fingerprint)),
        ])
    }

    private var issuer: String { certificate.isSelfIssued ? "tự cấp (gốc)" : certificate.issuer.display }

    /// In groups of four, as people read it aloud.
    static func fingerprint(_ hex: String) -> HTML {
        let groups = stride(from: 0, to: hex.count, by: 4).map { start in
            String(hex.dropFirst(start).prefix(4)).uppercased()
        }
        return #"<code class="fingerprint">\#(groups.joined(separator: " "))</code>"#
    }
}

/// What a file holds, before anything of it is trusted.
struct TrustPreview {
    let candidates: [TrustCandidate]
    let csrf: String
    let now: Date

    var html: HTML {
        """
        \(Lists.heading("Xem trước chứng thư", count: candidates.count))
        \(Marks.message(.warn, "Chưa có gì được ghi. Hãy đối chiếu từng dấu vân tay với công bố chính thức của tổ chức chứng thực (trang web, văn bản, điện thoại), không phải với chính tệp vừa tải lên."))
        \(Fields.form("\(TrustPages.base)/nhap", csrf: csrf, "\(candidates.enumerated().map { card($1, $0) })\(buttons)"))
        """
    }

    private var buttons: HTML {
        Fields.buttons(
            "\(Fields.submit("Nhập các chứng thư đã chọn"))<a class=\"button\" href=\"\(href: TrustPages.base)\">Bỏ qua</a>"
        )
    }

    private func card(_ candidate: TrustCandidate, _ index: Int) -> HTML {
        let certificate = candidate.certificate
        let limit = AnchorLimit()
        return """
            <fieldset class="group-of-fields trust-candidate"><legend>\(certificate.commonName)</legend>\
            \(Fields.check("chon-\(index)", "Nhập chứng thư này", isOn: !candidate.isKnown))\
            \(Fields.hidden("chung-thu-\(index)", certificate.der.base64EncodedString()))\
            \(candidate.warnings(at: now).map { Marks.message(.warn, .text($0)) })\
            \(CertificateFacts(certificate: certificate).html)\
            \(Fields.choices("loai-\(index)", "Nhập làm", options: [Option("goc", "Gốc tin cậy"), Option("trung-gian", "Chứng thư trung gian")], selected: candidate.isProposedAsAnchor ? "goc" : "trung-gian", hint: "Chứng thư trung gian không tự tạo ra tin cậy, nên không cần xác nhận dấu vân tay."))\
            <div class="anchor-only">\(TrustFields.limit(limit, "-\(index)"))\
            \(confirmation(index))</div></fieldset>
            """
    }

    /// Not a required field of the form: an intermediate has none.
    private func confirmation(_ index: Int) -> HTML {
        """
        <div class="field"><label><span class="label">\(TrustCandidate.confirmedDigits) ký tự cuối của dấu vân tay theo công bố của tổ chức chứng thực</span>\
        <input type="text" name="van-tay-\(index)" maxlength="100" autocomplete="off" spellcheck="false" placeholder="ví dụ 3F9A 02C1"></label>\
        <p class="hint">Chép từ công bố chính thức, không chép từ trang này.</p></div>
        """
    }
}
