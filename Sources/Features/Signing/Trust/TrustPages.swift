// Routes of the list of trusted certificates: the administrator's alone.
internal import Foundation
internal import Hummingbird
internal import Platform
internal import Records
internal import SignatureCore
internal import WebUI

struct TrustPages: Sendable {
    let desk: TrustDesk
    let shell: Shell

    static let base = "/quan-tri/tin-cay"
    private static let administrators: Audience = .roles([.administrator])

    var routes: [Route] {
        [
            .get(Self.base, Self.administrators, show),
            .post("\(Self.base)/xem-truoc", Self.administrators, preview),
            .post("\(Self.base)/nhap", Self.administrators, add),
            .post("\(Self.base)/{fingerprint}/tat", Self.administrators, disable),
            .post("\(Self.base)/{fingerprint}/bat", Self.administrators, enable),
            .post("\(Self.base)/{fingerprint}/pham-vi", Self.administrators, limit),
        ]
    }

    @Sendable private func show(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let page = TrustPage(
            certificates: try await desk.all(), events: try await desk.history(), csrf: session.csrfToken,
            now: context.now)
        return try await shell.page("Tổ chức chứng thực tin cậy", request, context, content: page.html)
    }

    /// Answered with a page of its own: nothing is kept until every fingerprint was confirmed.
    @Sendable private func preview(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let session = try context.requireSession()
        let file = try context.form().requiredFile("file", "Tệp chứng thư")
        guard file.byteCount <= 1 << 20 else { throw TrustRefusal.unreadable }
        let candidates = try await desk.candidates(in: try Data(contentsOf: file.url))
        let page = TrustPreview(candidates: candidates, csrf: session.csrfToken, now: context.now)
        return try await shell.page("Xem trước chứng thư", request, context, content: page.html)
    }

    @Sendable private func add(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let decisions = try TrustForm.decisions(try context.form())
        try await desk.add(decisions, by: try context.requireActor())
        return context.redirect(to: Self.base, saying: "Đã nhập \(decisions.count) chứng thư.")
    }

    @Sendable private func disable(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let reason = try context.form()["reason"] ?? ""
        try await desk.setEnabled(false, of: try context.fingerprint(), reason: reason, by: try context.requireActor())
        return context.redirect(to: Self.base, saying: "Đã ngừng tin cậy; chữ ký sẽ được kiểm tra lại.")
    }

    @Sendable private func enable(_ request: Request, _ context: OfficeContext) async throws -> Response {
        try await desk.setEnabled(true, of: try context.fingerprint(), reason: "", by: try context.requireActor())
        return context.redirect(to: Self.base, saying: "Đã tin cậy trở lại; chữ ký sẽ được kiểm tra lại.")
    }

    @Sendable private func limit(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let limit = try TrustForm.limit(try context.form(), "")
        try await desk.setLimit(limit, of: try context.fingerprint(), by: try context.requireActor())
        return context.redirect(to: Self.base, saying: "Đã đổi phạm vi tin cậy.")
    }
}

extension OfficeContext {
    fileprivate func fingerprint() throws -> String {
        guard let text = coreContext.parameters["fingerprint"], text.count == 64 else { throw CommonRefusal.notFound }
        return String(text)
    }
}

/// The fields of a certificate's decision; those of several on one page are told apart by a number.
enum TrustForm {
    static func decisions(_ form: Form) throws -> [TrustDecision] {
        try (0..<TrustDesk.mostCandidates).filter { form.has("chon-\($0)") }.map { index in
            guard let text = form["chung-thu-\(index)"], let der = Data(base64Encoded: text),
                let certificate = try? Certificate(der: der)
            else { throw TrustRefusal.unreadable }
            let isAnchor = form["loai-\(index)"] == "goc"
            return TrustDecision(
                certificate: certificate, isAnchor: isAnchor,
                limit: isAnchor ? try limit(form, "-\(index)") : AnchorLimit(),
                confirmation: form["van-tay-\(index)"] ?? "")
        }
    }

    /// The last day counts whole.
    static func limit(_ form: Form, _ suffix: String) throws(CommonRefusal) -> AnchorLimit {
        var usages: Set<TrustStore.Usage> = []
        if form.has("ky\(suffix)") { usages.insert(.signing) }
        if form.has("dau\(suffix)") { usages.insert(.timestamping) }
        let (from, until) = (try form.day("tu\(suffix)", "Từ ngày"), try form.day("den\(suffix)", "Đến ngày"))
        return AnchorLimit(usages: usages, from: from?.start, until: until?.adding(days: 1).start)
    }
}
