// Posted forms are parsed once, before any handler, and only after their secret was checked.
internal import Digests
package import Foundation
package import Hummingbird
package import Records

/// What makes a posted form unusable.
package enum FormProblem: Refusal, Hashable {
    case crossSite, wrongSecret, malformed, tooManyParts, fieldTooLarge, tooLarge, tooSlow, noSpace
    case fileTooLarge(String, limit: Int)

    package var kind: RefusalKind {
        switch self {
        case .crossSite, .wrongSecret: .forbidden
        default: .invalid
        }
    }

    package var message: String {
        switch self {
        case .crossSite: "Yêu cầu đến từ một trang khác nên không được thực hiện. Hãy làm lại ngay trong hệ thống."
        case .wrongSecret: "Trang đã mở quá lâu hoặc phiên đã đổi. Chưa có gì được ghi; hãy tải lại trang rồi thử lại."
        case .malformed: "Nội dung gửi lên bị hỏng trên đường truyền. Chưa có gì được ghi; hãy thử lại."
        case .tooManyParts: "Biểu mẫu có quá nhiều mục. Hãy chia thành nhiều lần gửi."
        case .fieldTooLarge: "Một ô nhập quá dài. Hãy rút gọn rồi gửi lại."
        case .tooLarge: "Các tệp gửi lên quá lớn. Hãy chia thành nhiều lần gửi."
        case .tooSlow: "Tệp gửi lên quá chậm nên đã dừng. Hãy thử lại khi đường truyền tốt hơn."
        case .noSpace: Fault.diskFull.sentence
        case .fileTooLarge(let name, let limit):
            """
            Tệp “\(name)” lớn hơn mức cho phép (\(Format.fileSize(limit))) nên chưa được nhận. Hãy chọn tệp nhỏ hơn; tệp đã ký \
            số thì đừng nén hay chia nhỏ, vì chữ ký sẽ không còn giá trị.
            """
        }
    }
}

/// Parses a posted form into the context and refuses forged ones (cross-site request forgery).
///
/// Three fences: the browser's own word on where the request comes from (`Sec-Fetch-Site`, else `Origin`); for a
/// session its secret in the header `X-CSRF-Token` or the field `_csrf`; in a multipart body that field must come
/// before the first file, so that nothing is written to disk for a stranger.
package struct FormMiddleware: RouterMiddleware {
    package typealias Context = OfficeContext
    private let limits: FormLimits
    private let temporaryFolder: URL
    private let publicUploads: [String: PublicUpload]

    package init(
        limits: FormLimits = .standard, temporaryFolder: URL, publicUploads: [String: PublicUpload] = [:]
    ) {
        self.limits = limits
        self.temporaryFolder = temporaryFolder
        self.publicUploads = publicUploads
    }

    package func handle(
        _ request: Request, context: OfficeContext, next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        guard !request.isSafe else { return try await next(request, context) }
        guard Self.isSameSite(request) else { throw FormProblem.crossSite }
        guard let upload = publicUploads[request.uri.path] else {
            return try await take(request, context, limits, isPublic: false, next)
        }
        switch try await upload.enter(request, context) {
        case .turnedAway(let response): return response
        case .admitted(let leave):
            do {
                let response = try await take(request, context, upload.limits, isPublic: true, next)
                await leave()
                return response
            } catch {
                await leave()
                throw error
            }
        }
    }

    private func take(
        _ request: Request, _ context: OfficeContext, _ limits: FormLimits, isPublic: Bool,
        _ next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        let secret = FormSecret(request, session: context.session)
        let mediaType = request.headers[.contentType] ?? ""
        if mediaType.lowercased().hasPrefix("multipart/form-data") {
            // Files are taken from people only, but where the route takes them from strangers.
            if !isPublic { _ = try context.requireSession() }
            return try await multipart(mediaType, request, context, limits, secret, next)
        }
        var context = context
        if mediaType.lowercased().hasPrefix("application/x-www-form-urlencoded") {
            context.submittedForm = try await urlEncoded(request, limits, secret)
        } else {
            try secret.requireHeader()
            context.submittedForm = Form()
        }
        return try await next(request, context)
    }

    private func urlEncoded(_ request: Request, _ limits: FormLimits, _ secret: FormSecret) async throws -> Form {
        let bytes = try await request.body.collect(upTo: min(limits.totalBytes, 4 << 20))
        let form = try Form(reading: String(buffer: bytes), limits: limits)
        try secret.check(form)
        return form
    }

    private func multipart(
        _ mediaType: String, _ request: Request, _ context: OfficeContext, _ limits: FormLimits, _ secret: FormSecret,
        _ next: (Request, OfficeContext) async throws -> Response
    ) async throws -> Response {
        let folder = try UploadFolder(below: temporaryFolder)
        defer { folder.remove() }
        var context = context
        context.submittedForm = try await receive(request, mediaType, into: folder, limits, secret)
        return try await next(request, context)
    }

    private func receive(
        _ request: Request, _ mediaType: String, into folder: UploadFolder, _ limits: FormLimits, _ secret: FormSecret
    ) async throws -> Form {
        var reader = try MultipartReader(contentType: mediaType, limits: limits, folder: folder, secret: secret)
        let end = ContinuousClock.now + .seconds(limits.seconds)
        for try await buffer in request.body {
            guard ContinuousClock.now < end else { throw FormProblem.tooSlow }
            try reader.feed(buffer.readableBytesView)
        }
        return try reader.finish()
    }

    /// Browsers send `Sec-Fetch-Site`; older ones `Origin`; programs neither, and they have no ambient cookie to abuse.
    static func isSameSite(_ request: Request) -> Bool {
        if let site = request.headers[headerName("Sec-Fetch-Site")] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin] else { return true }
        guard let host = request.head.authority ?? request.headers[headerName("Host")] else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}

/// Files that a program brings in the name of a person, without his session: whoever calls has checked its ticket.
package enum ProgramUpload {
    /// The form, readable while `work` runs.
    package static func receive<Value>(
        _ request: Request, limits: FormLimits, below temporaryFolder: URL, _ work: (Form) async throws -> Value
    ) async throws -> Value {
        let mediaType = request.headers[.contentType] ?? ""
        guard mediaType.lowercased().hasPrefix("multipart/form-data") else { throw FormProblem.malformed }
        let folder = try UploadFolder(below: temporaryFolder)
        defer { folder.remove() }
        let secret = FormSecret(request, session: nil)
        var reader = try MultipartReader(contentType: mediaType, limits: limits, folder: folder, secret: secret)
        for try await buffer in request.body { try reader.feed(buffer.readableBytesView) }
        return try await work(try reader.finish())
    }
}

/// The secret a session's forms must bring.
struct FormSecret: Sendable {
    let expected: String?
    let isInHeader: Bool

    init(_ request: Request, session: Session?) {
        expected = session?.csrfToken
        isInHeader = Self.matches(request.headers[headerName("X-CSRF-Token")], expected)
    }

    func requireHeader() throws(FormProblem) {
        guard expected == nil || isInHeader else { throw .wrongSecret }
    }

    func check(_ form: Form) throws(FormProblem) {
        guard expected == nil || isInHeader || Self.matches(form["_csrf"], expected) else { throw .wrongSecret }
    }

    private static func matches(_ given: String?, _ expected: String?) -> Bool {
        guard let given, let expected else { return false }
        return constantTimeEqual(Data(given.utf8), Data(expected.utf8))
    }
}

/// Turns a multipart body into a form while it arrives.
struct MultipartReader: ~Copyable {
    private var parser: MultipartParser
    private let limits: FormLimits
    private let folder: UploadFolder
    private let secret: FormSecret
    private var form = Form()
    private var field: (name: String, bytes: [UInt8])?
    private var fileField = ""
    private var sink: UploadSink?
    private var byteCount = 0

    init(contentType: String, limits: FormLimits, folder: UploadFolder, secret: FormSecret) throws {
        do { parser = try MultipartParser(contentType: contentType) } catch { throw FormProblem.malformed }
        self.limits = limits
        self.folder = folder
        self.secret = secret
    }

    mutating func feed(_ bytes: some Collection<UInt8>) throws {
        byteCount += bytes.count
        guard byteCount <= limits.totalBytes else { throw FormProblem.tooLarge }
        let events: [MultipartParser.Event]
        do { events = try parser.feed(bytes) } catch { throw FormProblem.malformed }
        for event in events { try take(event) }
    }

    consuming func finish() throws -> Form {
        do { try parser.finish() } catch { throw FormProblem.malformed }
        try secret.check(form)
        return form
    }

    private mutating func take(_ event: MultipartParser.Event) throws {
        switch event {
        case .part(let header): try begin(header)
        case .content(let bytes): try append(bytes)
        case .endOfPart: try end()
        }
    }

    private mutating func begin(_ header: MultipartParser.PartHeader) throws {
        guard form.fields.count + form.files.count < limits.parts else { throw FormProblem.tooManyParts }
        guard header.fileName != nil else {
            field = (header.name, [])
            return
        }
        try secret.check(form)
        fileField = header.name
        sink = try UploadSink(header, in: folder)
    }

    private mutating func append(_ bytes: [UInt8]) throws {
        if sink != nil {
            try sink?.write(bytes, limit: limits.fileBytes)
        } else if let count = field?.bytes.count {
            guard count + bytes.count <= limits.fieldBytes else { throw FormProblem.fieldTooLarge }
            field?.bytes += bytes
        }
    }

    private mutating func end() throws {
        if let file = try sink.take()?.finish() {
            form.add(fileField, file)
        } else if let (name, bytes) = field {
            guard let value = String(validating: bytes, as: UTF8.self) else { throw FormProblem.malformed }
            form.add(name, value)
            field = nil
        }
    }
}
