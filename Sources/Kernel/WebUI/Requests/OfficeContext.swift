// What a handler knows of the request besides its bytes: who asks, and the form he sent.
internal import Digests
package import Foundation
package import Hummingbird
package import Logging
package import Records

/// A signed-in browser: the row of the session table, as far as pages need it.
package struct Session: Sendable, Hashable {
    /// Identity of the session row, for signing out; never the cookie's secret.
    package let id: String
    /// Secret of this session's forms.
    package let csrfToken: String
    package let actor: Actor

    package init(id: String, csrfToken: String, actor: Actor) {
        self.id = id
        self.csrfToken = csrfToken
        self.actor = actor
    }
}

/// Request context of the office: session and parsed form are put in by the middleware.
package struct OfficeContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Address of the other end of the connection; of a proxy when there is one before us.
    package let peerAddress: String?
    /// Shown to the user with a fault and written to the log: brings the two together.
    package let faultCode: String
    package var session: Session?
    package var submittedForm: Form?
    /// When the request came in.
    package var now: Date

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
        faultCode = Self.code(source.logger)
        now = Date()
    }

    /// A context without a connection, for asking a router in the same process.
    package init(logger: Logger, peerAddress: String? = nil, now: Date = Date()) {
        coreContext = .init(source: LoggerSource(logger: logger))
        self.peerAddress = peerAddress
        faultCode = Self.code(logger)
        self.now = now
    }

    private static func code(_ logger: Logger) -> String {
        let id = logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? randomIdentifier()
        return String(id.filter(\.isHexDigit).suffix(10)).lowercased()
    }

    package var requestDecoder: FormOrJSONDecoder { .init() }

    /// The person who asks; signed out, a page leads to the sign-in page and anything else is answered 401.
    package func requireActor() throws(SignInRequired) -> Actor { try requireSession().actor }

    package func requireSession() throws(SignInRequired) -> Session {
        guard let session else { throw SignInRequired() }
        return session
    }

    /// The posted form, parsed and its secret checked; an answerable refusal when the request carries none.
    package func form() throws(CommonRefusal) -> Form {
        guard let submittedForm else {
            throw .invalid("Yêu cầu không có nội dung biểu mẫu. Hãy mở lại trang rồi thử lại.")
        }
        return submittedForm
    }
}

private struct LoggerSource: RequestContextSource {
    let logger: Logger
}

/// Nobody is signed in.
package struct SignInRequired: Error, Hashable {
    package init() {}
}

extension Parameters {
    /// Identity from the path; one that is malformed is answered as one that does not exist.
    package func id<Subject>(
        _ name: String, of subject: Subject.Type = Subject.self
    ) throws(CommonRefusal) -> ID<Subject> {
        guard let text = get(name), let id = ID<Subject>(text) else { throw .notFound }
        return id
    }
}

extension Request {
    package var isPartial: Bool { headers[headerName("HX-Request")] == "true" }
    /// An API call: asks for JSON and not for HTML.
    package var wantsJSON: Bool {
        guard let accept = headers[.accept] else { return uri.path.hasPrefix("/api/") }
        return accept.contains("application/json") && !accept.contains("text/html")
    }
    package var isSafe: Bool { method == .get || method == .head || method == .options }
    /// The query as a form: `+` and `%XX` decoded, fields may repeat.
    package var query: Form { Form(urlEncoded: uri.query ?? "") ?? Form() }
}

/// A header name known to be well formed.
func headerName(_ name: String) -> HTTPFields.Element.Name { HTTPFields.Element.Name(name) ?? .via }

/// JSON or an URL-encoded form, by what the request says it is.
package struct FormOrJSONDecoder: RequestDecoder {
    package func decode<T: Decodable>(
        _ type: T.Type, from request: Request, context: some RequestContext
    ) async throws -> T {
        let mediaType = request.headers[.contentType].flatMap { MediaType(from: $0) }
        if mediaType?.isType(.applicationUrlEncoded) == true {
            return try await URLEncodedFormDecoder().decode(type, from: request, context: context)
        }
        guard mediaType?.isType(.applicationJson) == true else { throw HTTPError(.unsupportedMediaType) }
        return try await JSONDecoder().decode(type, from: request, context: context)
    }
}
