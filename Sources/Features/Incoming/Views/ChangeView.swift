// What the sender asks of a document it sent, beside what is there now; and what is left of one that was destroyed.
internal import Platform
internal import Records
internal import WebUI

extension ChangeRequest {
    var href: String { "/van-ban-den/\(document)/thay-doi/\(id)" }

    /// On the button that leads to the review.
    var actLabel: String {
        switch change {
        case .recall: "Trả lời yêu cầu thu hồi"
        case .amend: "Xem và áp dụng bản cập nhật"
        case .replace: "Trả lời yêu cầu thay thế"
        }
    }

    /// `Viện A đề nghị lấy lại văn bản này`
    var sentence: String {
        switch (change, isFormal) {
        case (.recall, false): "\(senderName) đề nghị lấy lại văn bản này."
        case (.recall, true): "\(senderName) thu hồi văn bản này bằng gói tin thu hồi."
        case (.amend, _): "\(senderName) gửi bản cập nhật của văn bản này."
        case (.replace, _): "\(senderName) gửi văn bản thay thế văn bản này."
        }
    }

    var tag: Tag {
        switch state {
        case .open: Tag(state.label, .active)
        case .agreed: Tag(state.label)
        case .refused: Tag(state.label, .warn)
        }
    }
}

/// On the document page: open requests and endings on top, and below the actions what was answered before.
struct ChangeNotices {
    let view: IncomingView
    let actor: Actor

    static let nothingLeft = Lists.empty(
        "Văn bản đã được thu hồi",
        "Nội dung và tệp đã hủy theo yêu cầu của bên gửi (QĐ 28/2018/QĐ-TTg, Điều 9). Số, ngày và mã băm được giữ để tra cứu."
    )

    var html: HTML { "\(open)\(carried)\(ending)" }

    private var open: HTML {
        let waiting = view.changes.filter { $0.state == .open }.map { request -> HTML in
            let who: HTML =
                actor.has(.recordsClerk)
                ? #" <a href="\#(href: request.href)">\#(request.actLabel)</a>"#
                : " Văn thư sẽ trả lời; tạm dừng xử lý đến khi có kết quả."
            return Marks.message(.warn, "\(request.sentence)\(Self.reason(request))\(who)")
        }
        return "\(waiting)"
    }

    private static func reason(_ request: ChangeRequest) -> String {
        request.reason.isEmpty ? "" : " Lý do: \(request.reason.asSentence)"
    }

    /// On a document that came to replace others.
    private var carried: HTML {
        let open = view.carried.filter { $0.state == .open }.map { request -> HTML in
            let way: HTML =
                actor.has(.recordsClerk) ? #" <a href="\#(href: request.href)">\#(request.actLabel)</a>"# : .empty
            return Marks.message(
                .warn, "Văn bản này được gửi để thay thế một văn bản đã nhận; việc thay thế chưa được trả lời.\(way)")
        }
        return "\(open)"
    }

    private var ending: HTML {
        if let replacement = view.links.replacement(view.document.ending) {
            return LinkedRecord.notice(ofReplacement: replacement)
        }
        guard let sentence = view.document.endingSentence else { return .empty }
        let at: HTML? = view.document.endedAt.map { " Từ \(Marks.time($0))." }
        return Marks.message(.bad, "\(sentence)\(at)")
    }

    var answered: HTML {
        let done = view.changes.filter { $0.state != .open }
        guard !done.isEmpty else { return .empty }
        return DocumentPage.section(
            "Thu hồi, cập nhật, thay thế", icon: .history, "\(done.map { AnsweredChange(request: $0).html })")
    }
}

/// A request that was answered: who asked what and why, who answered, and what is left.
struct AnsweredChange {
    let request: ChangeRequest

    var html: HTML {
        let who = request.answeredAt.map { "\(request.answeredBy), \(Marks.time($0))" as HTML }
        return """
            <div class="change"><p><strong>\(request.change.label)</strong> \(request.tag.html)</p>\
            \(Marks.facts([
                ("Bên yêu cầu", .text(request.senderName)), ("Yêu cầu lúc", Marks.time(request.askedAt)),
                ("Lý do", request.reason.isEmpty ? nil : .text(request.reason)), ("Người trả lời", who),
                ("Lý do từ chối", request.state == .refused && !request.answer.isEmpty ? .text(request.answer) : nil),
            ]))\(ChangeTable(rows: request.applied, before: "Trước", after: "Sau").html)\(stub)</div>
            """
    }

    private var stub: HTML {
        guard let stub = request.stub, !stub.files.isEmpty else { return .empty }
        let lines = stub.files.map { file -> HTML in
            """
            <li><p>\(Self.name(file)) <span class="quiet">\(Format.fileSize(file.byteCount))</span></p>\
            <p class="hash">SHA-256 \(file.sha256)</p></li>
            """
        }
        return #"<p>Tệp đã hủy:</p><ul class="destroyed">\#(lines)</ul>"#
    }

    private static func name(_ file: DestructionStub.File) -> String {
        switch file.role {
        case .main: "Văn bản, bản \(file.version)"
        case .attachment: file.ordinal == 0 ? "Tệp của bản cập nhật" : "Tệp kèm \(file.ordinal), bản \(file.version)"
        case .packet: "Gói tin"
        case .copy: "Bản sao y"
        case .source, .directive: "Tệp"
        }
    }
}

/// What is there and what would be, side by side.
struct ChangeTable {
    let rows: [FieldChange]
    let before: String
    let after: String

    var html: HTML {
        guard !rows.isEmpty else { return .empty }
        let lines = rows.map { row -> HTML in
            """
            <tr><th scope="row">\(row.label)</th><td data-label="\(before)">\(row.before.isEmpty ? "(trống)" : row.before)</td>\
            <td data-label="\(after)">\(row.after.isEmpty ? "(trống)" : row.after)</td></tr>
            """
        }
        return """
            <div class="compared"><table class="compare"><thead><tr><th scope="col">Thông tin</th><th scope="col">\(before)</th>\
            <th scope="col">\(after)</th></tr></thead><tbody>\(lines)</tbody></table></div>
            """
    }
}

/// The clerk's review of one request.
struct ChangeReview {
    let request: ChangeRequest
    let document: IncomingDocument
    let changes: [FieldChange]
    /// The document that would take its place.
    let carrier: IncomingDocument?
    /// Pages of the file as it is and as it would be, where both are PDF and differ.
    let pages: (now: [PageSize], file: RecordFile, proposed: [PageSize], ordinal: Int)?
    let csrf: String

    private var base: String { "/van-ban-den/\(document.id)" }

    var html: HTML {
        """
        \(Lists.heading(request.actLabel))
        \(Marks.message(.warn, .text(request.sentence)))
        \(Marks.facts([
            ("Văn bản", #"<a href="\#(href: base)">\#(document.linkLabel)</a>"#),
            ("Trích yếu", .text(document.content.subject)),
            ("Số đến", document.entry.map { .text("\(DocumentCode.printed($0.number))/\($0.year)") }),
            ("Lý do của bên gửi", .text(request.reason.isEmpty ? "(không ghi)" : request.reason)),
            ("Yêu cầu lúc", Marks.time(request.askedAt)),
        ]))
        \(what)\(request.state == .open ? answer : AnsweredChange(request: request).html)
        """
    }

    private var what: HTML {
        switch request.change {
        case .recall: .empty
        case .amend:
            changes.isEmpty
                ? Marks.message(.neutral, "Bản cập nhật không khác văn bản đang có.")
                : "\(ChangeTable(rows: changes, before: "Đang có", after: "Bản cập nhật").html)\(sideBySide)"
        case .replace:
            carrier.map { new -> HTML in
                """
                \(Marks.facts([
                    ("Văn bản thay thế", #"<a href="/van-ban-den/\#(new.id)">\#(new.linkLabel)</a>, \#(new.content.subject)"#)
                ]))
                """
            } ?? .empty
        }
    }

    private var sideBySide: HTML {
        guard let pages else { return .empty }
        let now = DocumentPage.viewer(
            pages: pages.now, title: "Đang có", label: "Văn bản đang có", anchor: "dang-co"
        ) { "\(base)/tep/\(pages.file.id)/trang/\($0)" }
        let new = DocumentPage.viewer(
            pages: pages.proposed, title: "Bản cập nhật", label: "Bản cập nhật", anchor: "cap-nhat"
        ) { "\(request.href)/tep/\(pages.ordinal)/trang/\($0)" }
        return """
            <div class="side-by-side"><section><h2>Đang có</h2>\(now)</section>\
            <section><h2>Bản cập nhật</h2>\(new)</section></div>
            """
    }

    private var answer: HTML {
        let agree = Fields.form(
            "\(request.href)/dong-y", csrf: csrf, id: "agree",
            "<p>\(consequence)</p>\(Fields.buttons(Fields.submit(agreement, level: request.change == .recall ? .bad : .active)))"
        )
        let refuse = Fields.form(
            "\(request.href)/tu-choi", csrf: csrf, id: "refuse",
            """
            \(Fields.area(
                "reason", "Lý do từ chối", isRequired: true, hint: "Ít nhất 10 ký tự; bên gửi sẽ đọc lý do này.",
                phrases: ["Văn bản đã giải quyết xong.", "Văn bản đang được thi hành, chưa thể dừng."], most: .reason))\
            \(Fields.buttons(Fields.submit("Từ chối", level: .neutral)))
            """)
        return """
            <div class="answer">\(agree)<details class="deed"><summary class="button">Từ chối yêu cầu</summary>\
            <div class="sheet">\(refuse)</div></details></div>
            """
    }

    private var agreement: String {
        switch request.change {
        case .recall: "Đồng ý và hủy văn bản"
        case .amend: "Đồng ý và cập nhật"
        case .replace: "Đồng ý thay thế"
        }
    }

    private var consequence: String {
        switch request.change {
        case .recall:
            "Tệp và nội dung bị hủy, không lấy lại được; số, ngày, mã băm, người hủy và lý do được giữ. Mọi người đang xử lý sẽ dừng. Bên gửi được báo ngay (trạng thái 15)."
        case .amend:
            "Thông tin mới thay thông tin cũ; tệp cũ vẫn được giữ là bản trước. Bên gửi được báo ngay (trạng thái 15)."
        case .replace:
            "Văn bản này ngừng xử lý và được nối với văn bản thay thế. Bên gửi được báo ngay (trạng thái 15)."
        }
    }
}
