// All about the signatures of one file, and the file as it was signed beside what it is now.
internal import Foundation
internal import PAdES
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct SignatureDetailsView {
    let found: SignedFile
    let record: CheckRecord
    let keepsake: Keepsake
    /// Where the signing program of the person's computer listens, and from where it may fetch the file.
    let program: (address: String, file: String)

    var html: HTML {
        """
        <p class="kicker"><a href="\(href: found.home)">\(Icon.left.html)Về văn bản</a></p>
        \(Lists.heading("Chữ ký số trên “\(found.file.name)”", actions: reports))
        \(record.verdict.panel(at: found.address, isOpen: true).html)
        \(evidence)\(longTerm)\(secondOpinion)
        \(DocumentPage.section("Tệp được kiểm tra", icon: .file, Marks.facts([
            ("Dung lượng", .text(Format.fileSize(record.byteCount))),
            ("SHA-256", CertificateFacts.fingerprint(record.sha256)), ("Kiểm tra lúc", Marks.time(record.checkedAt)),
        ])))
        """
    }

    /// TT 15/2025: certificate, status used and result are kept with the document.
    private var evidence: HTML {
        guard !keepsake.evidence.isEmpty else { return .empty }
        let rows = keepsake.evidence.map { evidence -> [HTML] in
            [
                Marks.time(evidence.signedAt), .text(evidence.certificate.commonName), .text(evidence.personName),
                "<code>\(evidence.certificate.serialHex)</code>", .text(evidence.status.sentence), "Ký thành công",
            ]
        }
        return DocumentPage.section(
            "Hồ sơ ký của cơ quan", icon: .shield,
            Lists.table(
                caption: "Chứng thư số và tình trạng đã kiểm tra trước khi ký",
                columns: ["Ký lúc", "Chứng thư", "Người thực hiện", "Số sê-ri", "Tình trạng trước khi ký", "Kết quả"],
                rows: rows))
    }

    /// What another program says, by the certificates that its own maker trusts. It is shown and never kept: the office
    /// answers for its own verdict only.
    private var secondOpinion: HTML {
        DocumentPage.section(
            "Kiểm tra thêm bằng phần mềm ký số trên máy này", icon: .shield, isOpen: false,
            """
            <p>Phần mềm VGCASignService trên máy của bạn mở tệp và kiểm tra theo danh sách tin cậy của nó. \
            Kết quả chỉ để tham khảo, không thay cho kết luận ở trên.</p>\
            <div data-agent-check="\(program.address)" data-file="\(program.file)">\
            <button class="button" type="button">Gọi phần mềm ký số</button>\
            <p data-agent-words role="status" aria-live="polite"></p>\
            <noscript><p>Cách này cần JavaScript.</p></noscript></div>
            """)
    }

    private var longTerm: HTML {
        guard let extended = keepsake.extended else { return .empty }
        return DocumentPage.section(
            "Bản lưu trữ dài hạn", icon: .folder,
            """
            \(Marks.facts([
                ("Mức", .text(extended.level)), ("Lập lúc", Marks.time(extended.extendedAt)),
                ("Gia hạn trước", extended.renewAt.map { Marks.day(Day(at: $0)) }),
            ]))<p><a class="button" href="\(href: "\(found.address)/chu-ky/luu-tru")" download>\(Icon.download.html)\
            <span>Tải bản lưu trữ dài hạn</span></a></p>
            """)
    }

    private var reports: HTML {
        """
        <a class="button" href="\(href: "\(found.address)/chu-ky/bao-cao/pdf")" target="_blank">\(Icon.print.html)<span>Báo cáo PDF</span></a>\
        <a class="button" href="\(href: "\(found.address)/chu-ky/bao-cao/json")" download>\(Icon.download.html)<span>JSON</span></a>
        """
    }
}

struct CompareView {
    let found: SignedFile
    let version: SignedVersion
    /// nil where the file cannot be drawn.
    let signedPages: [PageSize]?
    let currentPages: [PageSize]?

    private var details: SignatureDetails { SignatureDetails(signature: version.signature) }
    private var address: String { "\(found.address)/chu-ky/\(version.number)" }

    var html: HTML {
        """
        <p class="kicker"><a href="\(href: found.home)">\(Icon.left.html)Về văn bản</a> · <a href="\(href: "\(found.address)/chu-ky")">Mọi chữ ký</a></p>
        \(Lists.heading("Văn bản như lúc \(details.title) ký", actions: download))
        \(SignaturePanel(level: details.level.mark, sentence: details.sentence).html)
        \(changes)
        <div class="side-by-side"><section aria-label="Như lúc ký"><h2>Như lúc ký</h2>\(signed)</section>\
        <section class="current" aria-label="Bản hiện tại"><h2>Bản hiện tại</h2>\(current)</section></div>
        """
    }

    private var download: HTML {
        """
        <a class="button" href="\(href: "\(address)/tep")" download>\(Icon.download.html)<span>Tải bản như lúc ký</span></a>
        """
    }

    private var changes: HTML {
        let changes = version.signature.changes
        if version.isCurrent {
            return Marks.message(.neutral, "Không có gì được thêm vào tệp sau chữ ký này: hai bản là một.")
        }
        guard !changes.isEmpty else {
            return Marks.message(.neutral, "Sau chữ ký này tệp có thêm dữ liệu nhưng nội dung hiển thị không đổi.")
        }
        let isBad = version.signature.verdict == .modifiedAfterSigning
        return Marks.message(
            isBad ? .bad : .neutral,
            "Sau chữ ký này: <span>\(changes.map { "\($0.sentence) " as HTML })</span>")
    }

    private var signed: HTML {
        viewer(signedPages, "Các trang như lúc ký", "luc-ky") { "\(address)/trang/\($0)" }
    }

    private var current: HTML {
        viewer(currentPages, "Các trang hiện tại", "hien-tai") { "\(found.address)/trang/\($0)" }
    }

    private func viewer(_ pages: [PageSize]?, _ label: String, _ anchor: String, _ href: (Int) -> String) -> HTML {
        guard let pages else {
            return Lists.empty("Không vẽ được", "Bản này không vẽ được tại đây; hãy tải về để xem.")
        }
        return DocumentPage.viewer(pages: pages, title: label, label: label, anchor: anchor, imageHref: href)
    }
}
