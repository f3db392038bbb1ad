// What the signing program on a person's computer calls: it has a ticket and neither session nor form secret.
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Platform
internal import Records
internal import WebUI

struct AgentPages: Sendable {
    let ground: Groundwork
    let tasks: SigningTasks
    let errands: [SigningErrand]
    let temporaryFolder: URL

    /// One file, and the few fields that such programs send beside it.
    private static let limits = FormLimits(fieldBytes: 64 << 10, parts: 20, fileBytes: 220 << 20, totalBytes: 240 << 20)

    var routes: [Route] {
        [
            .get("\(SigningTasks.agentPath)/{ticket}/{part}", .anyone, download),
            .post("\(SigningTasks.agentPath)/{ticket}/{part}", .anyone, upload),
            .get("\(FileTicket.path)/{ticket}", .anyone, view),
        ]
    }

    /// A file to be checked, by the address that its page gave.
    @Sendable private func view(_ request: Request, _ context: OfficeContext) async throws -> Response {
        guard let text = context.coreContext.parameters["ticket"].map(String.init),
            let ticket = try FileTicket(text, ground)
        else { throw CommonRefusal.notFound }
        return FileAnswer.download(
            try ground.blobs.get(ticket.file), name: ticket.name, mediaType: "application/pdf", isInline: false)
    }

    private func place(_ context: OfficeContext) throws -> (ticket: String, part: Int) {
        let parameters = context.coreContext.parameters
        guard let ticket = parameters["ticket"].map(String.init), ticket.count == 48,
            let part = parameters["part"].flatMap({ Int($0) })
        else { throw CommonRefusal.notFound }
        return (ticket, part)
    }

    @Sendable private func download(_ request: Request, _ context: OfficeContext) async throws -> Response {
        let place = try place(context)
        let offered = try await tasks.offered(ticket: place.ticket, part: place.part)
        return FileAnswer.download(offered.file, name: offered.name, mediaType: "application/pdf", isInline: false)
    }

    /// The answer that such programs understand: multipart part `uploadfile`, JSON with Status and Message.
    @Sendable private func upload(_ request: Request, _ context: OfficeContext) async throws -> Response {
        do {
            let place = try place(context)
            // Before anything is written to disk for a stranger.
            _ = try await tasks.offered(ticket: place.ticket, part: place.part)
            try await ProgramUpload.receive(request, limits: Self.limits, below: temporaryFolder) { form in
                let file = try form.requiredFile("uploadfile", "Tệp đã ký")
                try await tasks.returned(
                    ticket: place.ticket, part: place.part, file: try Data(contentsOf: file.url), errands: errands)
            }
            return try .json(
                UploadAnswer(Status: true, Message: "", FileName: "", FileServer: "", DocumentNumber: ""))
        } catch let refusal as any Refusal {
            context.logger.info("refused", metadata: ["refusal": .string("\(type(of: refusal))")])
            return try .json(
                UploadAnswer(
                    Status: false, Message: refusal.message, FileName: "", FileServer: "", DocumentNumber: ""))
        }
    }

    private struct UploadAnswer: Encodable {
        let Status: Bool
        let Message: String
        let FileName: String
        let FileServer: String
        let DocumentNumber: String
    }
}

extension Response {
    /// For scripts and programs; never kept.
    static func json(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}
