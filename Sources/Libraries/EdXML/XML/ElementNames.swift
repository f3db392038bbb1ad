/// The element names that packets are made of, in the standard's spelling. Senders write them in other cases too
/// (`DocumentID`, `subject`); such a name is read as the one it means.
enum ElementNames {
    /// Not the names of an XML signature: its verifier compares them exactly, so we must not see more of them than it.
    static let known: Set<String> = [
        "edXML", "edXMLEnvelope", "Envelope", "edXMLHeader", "Header", "edXMLBody", "Body", "edXMLManifest",
        "Reference", "AttachmentEncoded", "Attachment", "ContentId", "AttachmentName", "Description", "ContentType",
        "ContentTransferEncoded", "MessageHeader", "From", "To", "OrganId", "OrganizationInCharge", "OrganName",
        "OrganAdd", "Email", "Telephone", "Fax", "Website", "Code", "CodeNumber", "CodeNotation", "PromulgationInfo",
        "Place", "PromulgationDate", "DocumentType", "Type", "TypeDetail", "TypeName", "Subject", "Content",
        "SignerInfo", "Competence", "Position", "Function", "FullName", "DueDate", "ToPlaces", "OtherInfo", "Priority",
        "SphereOfPromulgation", "TyperNotation", "PromulgationAmount", "PageAmount", "Direction", "Appendixes",
        "Appendix", "ReplyFors", "ReferenceCodes", "ResponseFor", "SteeringType", "DocumentId", "ResponseForTask",
        "TaskCode", "ApplicationType", "TraceHeaderList", "TraceHeader", "Timestamp", "Bussiness", "Business",
        "BussinessDocType", "BusinessDocType", "BussinessDocReason", "BusinessDocReason", "BussinessDocumentInfo",
        "BusinessDocumentInfo", "DocumentInfo", "DocumentReceiver", "ReceiverList", "Receiver", "ReceiverType",
        "StaffInfo", "Department", "DepartmentId", "Staff", "StaffId", "Mobile", "Paper", "ReplacementInfoList",
        "ReplacementInfo", "OrganIdList", "DigitalSignature", "Status", "StatusCode",
    ]

    private static let folded = Dictionary(uniqueKeysWithValues: known.map { (fold($0), $0) })

    /// The name that this one means; nil where it is written as it should be, or means nothing here.
    static func meant(by name: String) -> String? {
        known.contains(name) ? nil : folded[fold(name)]
    }

    /// ASCII letters only: no name has others.
    private static func fold(_ name: String) -> String {
        String(decoding: name.utf8.map { (65...90).contains($0) ? $0 | 32 : $0 }, as: UTF8.self)
    }
}
