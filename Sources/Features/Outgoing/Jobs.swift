// Work after commit.
internal import Platform
internal import Records

/// Takes an issued document to the exchange for one agency; handled by the exchange.
package struct SendDocumentJob: JobPayload {
    package static let kind = "exchange.send"
    package let document: Int64
    /// Code of the receiving agency, QCVN 102 form.
    package let agency: String

    package init(document: Int64, agency: String) {
        self.document = document
        self.agency = agency
    }
}

/// Asks one receiver to give a document back, or tells it what has changed; handled by the exchange.
package struct SendChangeJob: JobPayload {
    package static let kind = "exchange.change"
    /// Row of the receiver within the change.
    package let request: Int64

    package init(request: Int64) { self.request = request }
}

/// Turns an uploaded draft into a PDF and finds where number, date, signature and seal go.
struct PrepareDraftJob: JobPayload {
    static let kind = "outgoing.prepare"
    let document: Int64
    /// The upload it was enqueued for; a newer upload makes the job pointless.
    let sourceSHA256: String
}
