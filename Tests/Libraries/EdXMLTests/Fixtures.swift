import Foundation

/// Packets of our own in every shape that circulates; the people, agencies and files in them do not exist.
enum Fixture {
    static let pdf = data(
        "JVBERi0xLjQKJeLjz9MKMSAwIG9iago8PCAvVHlwZSAvQ2F0YWxvZyAvUGFnZXMgMiAwIFIgPj4KZW5kb2JqCjIgMCBvYmoKPDwgL1R5cGUg"
            + "L1BhZ2VzIC9LaWRzIFtdIC9Db3VudCAwID4+CmVuZG9iagp0cmFpbGVyCjw8IC9Sb290IDEgMCBSIC9TaXplIDMgPj4KJSVFT0YK")
    /// The same file in a ZIP as a streaming writer makes it, sizes behind the data (made with Python's zipfile).
    static let zippedPDF =
        "UEsDBBQACAAIAABQZVwAAAAAAAAAAAAAAAAoAAAAMWI5ZDZiY2QtYmJmZC00YjJkLTliNWQtYWI4ZGZiYmQ0YmVkLlBERlMNcHHTNdQz4VJ9"
        + "9Pj8ZS5DBQOF/KQsLhsbBf2QyoJUBX3nxJLEnPx0Bf2AxPTUYgUjoIIgBTs7rtS8FJBCIwwNEHX63pkpxQrRsUAD8kvzSoCqEHpKihIzc1KL"
        + "wHqC8vNLFAzBhuoHZ1alKhiDFKqquvq7cQEAUEsHCMRxs4F3AAAAnAAAAFBLAQIUAxQACAAIAABQZVzEcbOBdwAAAJwAAAAoAAAAAAAAAAAA"
        + "AACAAQAAAAAxYjlkNmJjZC1iYmZkLTRiMmQtOWI1ZC1hYjhkZmJiZDRiZWQuUERGUEsFBgAAAAABAAEAVgAAAM0AAAAAAA=="
    /// The same file after a round trip through a UTF-8 string.
    static let destroyedPDF =
        "JVBERi0xLjQKJe+/ve+/ve+/ve+/vQoxIDAgb2JqCjw8IC9UeXBlIC9DYXRhbG9nIC9QYWdlcyAyIDAgUiA+PgplbmRvYmoKMiAwIG9iago8"
        + "PCAvVHlwZSAvUGFnZXMgL0tpZHMgW10gL0NvdW50IDAgPj4KZW5kb2JqCnRyYWlsZXIKPDwgL1Jvb3QgMSAwIFIgL1NpemUgMyA+PgolJUVP"
        + "Rgo="
    static let docx = data(
        "UEsDBBQAAAAAAAAAIQDHHBc8CAAAAAgAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDxUeXBlcy8+UEsDBBQAAAAAAAAAIQAWw3oZBAAAAAQA"
            + "AAARAAAAd29yZC9kb2N1bWVudC54bWw8dy8+UEsBAhQDFAAAAAAAAAAhAMccFzwIAAAACAAAABMAAAAAAAAAAAAAAIABAAAAAFtDb250ZW50"
            + "X1R5cGVzXS54bWxQSwECFAMUAAAAAAAAACEAFsN6GQQAAAAEAAAAEQAAAAAAAAAAAAAAgAE5AAAAd29yZC9kb2N1bWVudC54bWxQSwUGAAAA"
            + "AAIAAgCAAAAAbAAAAAAA")
    /// An archive that is the attachment itself, with one entry.
    static let plainZip = data(
        "UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAMAAAAa2UtaG9hY2gudHh0eFBLAQIUAxQAAAAAAAAAIQCDFtyMAQAAAAEAAAAMAAAAAAAAAAAA"
            + "AACAAQAAAABrZS1ob2FjaC50eHRQSwUGAAAAAAEAAQA6AAAAKwAAAAAA")

    static func data(_ base64: String) -> Data { Data(base64Encoded: base64) ?? Data() }

    private static let root = #"<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">"#
    private static let envelope =
        #"<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">"#
    private static let declaration = #"<?xml version="1.0" encoding="UTF-8"?>"#

    static func party(_ tag: String, _ code: String, _ name: String) -> String {
        """
        <edXML:\(tag)><edXML:OrganId>\(code)</edXML:OrganId>
        <edXML:OrganizationInCharge>Viện Hàn lâm mẫu</edXML:OrganizationInCharge>
        <edXML:OrganName>\(name)</edXML:OrganName><edXML:OrganAdd>Số 1 phố Mẫu, Hà Nội</edXML:OrganAdd>
        <edXML:Email>vanthu@mau.example</edXML:Email><edXML:Telephone>024 0000 0001</edXML:Telephone>
        <edXML:Fax>024 0000 0002</edXML:Fax><edXML:Website>mau.example</edXML:Website></edXML:\(tag)>
        """
    }

    /// Header fields in the order of the vendor's kit: `DocumentId` early, `ToPlaces` last.
    private static func kitHeader(number: String, reply: String = "") -> String {
        """
        \(party("From", "000.00.00.G31", "Viện Hàn lâm mẫu"))
        \(party("To", "000.00.00.H41", "Tỉnh mẫu A"))
        \(party("To", "000.00.00.H14", "Tỉnh mẫu B"))
        <edXML:DocumentId>000.00.00.G31,2026/03/05,\(number)/VHL-VP</edXML:DocumentId>
        <edXML:Code><edXML:CodeNumber>\(number)</edXML:CodeNumber>
        <edXML:CodeNotation>VHL-VP</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:Place>Hà Nội</edXML:Place>
        <edXML:PromulgationDate>2026/03/05</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeDetail>0</edXML:TypeDetail>
        <edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
        <edXML:Subject>V/v phối hợp tổ chức hội thảo &amp; tập huấn</edXML:Subject>
        <edXML:Content>Đề nghị cử cán bộ</edXML:Content>
        <edXML:SignerInfo><edXML:Competence>KT. CHỦ TỊCH</edXML:Competence>
        <edXML:Position>Phó Chủ tịch</edXML:Position><edXML:FullName>Nguyễn Thị Mẫu</edXML:FullName></edXML:SignerInfo>
        <edXML:DueDate>2026/03/20</edXML:DueDate>
        <edXML:OtherInfo><edXML:Priority>1</edXML:Priority>
        <edXML:SphereOfPromulgation>Nội bộ ngành</edXML:SphereOfPromulgation>
        <edXML:TyperNotation>NTM</edXML:TyperNotation><edXML:PromulgationAmount>2</edXML:PromulgationAmount>
        <edXML:PageAmount>3</edXML:PageAmount><edXML:Direction>false</edXML:Direction>
        <edXML:Appendixes><edXML:Appendix>Chương trình</edXML:Appendix></edXML:Appendixes></edXML:OtherInfo>
        \(reply)<edXML:SteeringType>1</edXML:SteeringType>
        <edXML:ToPlaces><edXML:Place>Như trên</edXML:Place><edXML:Place>Lưu: VT</edXML:Place></edXML:ToPlaces>
        """
    }

    private static let staff = """
        <edXML:StaffInfo><edXML:Department>Văn thư</edXML:Department><edXML:Staff>Lê Văn Thử</edXML:Staff>
        <edXML:Email>thu@mau.example</edXML:Email><edXML:Mobile>0900000000</edXML:Mobile></edXML:StaffInfo>
        """

    private static let dummySignature = """
        <Signature><SignedInfo><SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1" />
        </SignedInfo><SignatureValue>AAAA</SignatureValue></Signature>
        """

    private static func kitPacket(number: String, operation: String, reply: String = "") -> String {
        """
        \(declaration)\r
        \(root)\(envelope)<edXML:edXMLHeader><edXML:MessageHeader>
        \(kitHeader(number: number, reply: reply))</edXML:MessageHeader>
        <edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>000.00.00.G31</edXML:OrganId>
        <edXML:Timestamp>2026/03/05 09:30:00</edXML:Timestamp></edXML:TraceHeader>
        <edXML:Bussiness>\(operation)<edXML:Paper>0</edXML:Paper>\(staff)</edXML:Bussiness>
        </edXML:TraceHeaderList>\(dummySignature)</edXML:edXMLHeader>
        <edXML:edXMLBody><edXML:edXMLManifest version="1.0"><edXML:Reference><edXML:ContentId>cid:209</edXML:ContentId>
        <edXML:ContentType>application/zip</edXML:ContentType><edXML:Description>Công văn</edXML:Description>
        <edXML:AttachmentName>cong-van.doc</edXML:AttachmentName></edXML:Reference></edXML:edXMLManifest>
        </edXML:edXMLBody></edXML:edXMLEnvelope>
        <AttachmentEncoded><Attachment><ContentId>cid:209</ContentId><AttachmentName>cong-van.doc</AttachmentName>
        <Description>Công văn</Description><ContentType>application/zip</ContentType>
        <edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">\(zippedPDF)\
        </edXML:ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>
        """
    }

    static let newDocument = kitPacket(
        number: "12a3",
        operation: """
            <edXML:DocumentId>000.00.00.G31,2026/02/30,9/VHL-VP</edXML:DocumentId>
            <edXML:BussinessDocType>0</edXML:BussinessDocType><edXML:BussinessDocReason>Mới</edXML:BussinessDocReason>
            """)
    static let amendment = kitPacket(
        number: "13",
        operation: """
            <edXML:DocumentId>000.00.00.G31,2026/02/02,9/VHL-VP</edXML:DocumentId>
            <edXML:BussinessDocType>2</edXML:BussinessDocType>
            <edXML:BussinessDocReason>Sửa trích yếu</edXML:BussinessDocReason>
            <edXML:BussinessDocumentInfo><edXML:DocumentInfo>1</edXML:DocumentInfo>
            <edXML:DocumentReceiver>1</edXML:DocumentReceiver><edXML:ReceiverList>
            <edXML:Receiver><edXML:OrganId>000.00.00.H41</edXML:OrganId><edXML:ReceiverType>0</edXML:ReceiverType>
            </edXML:Receiver><edXML:Receiver><edXML:OrganId>000.00.00.H14</edXML:OrganId>
            <edXML:ReceiverType>1</edXML:ReceiverType></edXML:Receiver></edXML:ReceiverList></edXML:BussinessDocumentInfo>
            """)
    static let replacement = kitPacket(
        number: "14",
        operation: """
            <edXML:BussinessDocType>3</edXML:BussinessDocType>
            <edXML:BussinessDocReason>Thay bản lỗi</edXML:BussinessDocReason><edXML:ReplacementInfoList>
            <edXML:ReplacementInfo><edXML:DocumentId>A-1</edXML:DocumentId><edXML:OrganIdList>
            <edXML:OrganId>000.00.00.H41</edXML:OrganId><edXML:OrganId>000.00.00.H14</edXML:OrganId></edXML:OrganIdList>
            </edXML:ReplacementInfo><edXML:ReplacementInfo><edXML:DocumentId>A-2</edXML:DocumentId><edXML:OrganIdList>
            <edXML:OrganId>000.00.00.H14</edXML:OrganId></edXML:OrganIdList></edXML:ReplacementInfo>
            </edXML:ReplacementInfoList>
            """)
    static let recall = kitPacket(
        number: "15",
        operation: """
            <edXML:BussinessDocType>1</edXML:BussinessDocType>
            <edXML:BussinessDocReason>Gửi nhầm</edXML:BussinessDocReason>
            """,
        reply: """
            <edXML:ResponseFor><edXML:OrganId>000.00.00.H14</edXML:OrganId><edXML:Code>26/TM-VP</edXML:Code>
            <edXML:DocumentId>B-26</edXML:DocumentId><edXML:PromulgationDate>2026/01/28</edXML:PromulgationDate>
            </edXML:ResponseFor>
            """)
    static let newWithJunk = "1212" + newDocument

    /// The standard's element order, comments, raw base64; `xlink:` and, outside its scope, `edXML:` are unbound.
    static let handMade = """
        \(declaration)\r
        \(root)
        \(envelope)
        <!-- bản mẫu <viết tay> -->
        <edXML:edXMLHeader><edXML:MessageHeader>
        \(party("From", "002.00.20.G31", "Viện mẫu"))
        <edXML:To><edXML:OrganId>000.00.15.H51</edXML:OrganId></edXML:To>
        <edXML:Code><edXML:CodeNumber>77</edXML:CodeNumber><edXML:CodeNotation>QĐ-VM</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:Place>Hà Nội</edXML:Place>
        <edXML:PromulgationDate>2026/01/17</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>Quyết định</edXML:TypeName></edXML:DocumentType>
        <edXML:Subject>Về việc ban hành quy chế</edXML:Subject>
        <edXML:ToPlaces><edXML:Place>Các đơn vị</edXML:Place></edXML:ToPlaces>
        <edXML:OtherInfo><edXML:Priority>0</edXML:Priority></edXML:OtherInfo>
        <edXML:ResponseFor><edXML:OrganId></edXML:OrganId><edXML:Code></edXML:Code>
        <edXML:PromulgationDate></edXML:PromulgationDate><edXML:DocumentId></edXML:DocumentId></edXML:ResponseFor>
        <!--<edXML:ResponseFor><edXML:OrganId>X</edXML:OrganId></edXML:ResponseFor>-->
        <edXML:SteeringType>0</edXML:SteeringType><edXML:DocumentId>7e1a-77</edXML:DocumentId>
        </edXML:MessageHeader><edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>01.02.G31</edXML:OrganId>
        <edXML:Timestamp>2026/01/17 16:35:56</edXML:Timestamp></edXML:TraceHeader></edXML:TraceHeaderList>
        <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>AAAA</SignatureValue></Signature>
        </edXML:edXMLHeader><edXML:edXMLBody><edXML:edXMLManifest version="1.0"><edXML:Reference xlink:href="">
        <edXML:ContentId>cid:36b8</edXML:ContentId><edXML:AttachmentName>QUY CHE.SIGNED.PDF</edXML:AttachmentName>
        <edXML:Description>Quy chế</edXML:Description></edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody>
        </edXML:edXMLEnvelope><edXML:AttachmentEncoded><edXML:Attachment><edXML:ContentId>cid:36b8</edXML:ContentId>
        <edXML:AttachmentName>QUY CHE.SIGNED.PDF</edXML:AttachmentName>
        <edXML:ContentType>application/pdf</edXML:ContentType>
        <edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">\
        \(pdf.base64EncodedString(options: [.lineLength64Characters, .endLineWithCarriageReturn]))
        </edXML:ContentTransferEncoded></edXML:Attachment></edXML:AttachmentEncoded></edXML>
        """

    /// Came back from the platform: empty `ResponseFor`, a hop added, the attachment zipped under its PDF name.
    static let returned =
        newDocument
        .replacingOccurrences(of: "<edXML:SteeringType>", with: "<edXML:ResponseFor /><edXML:SteeringType>")
        .replacingOccurrences(
            of: "</edXML:TraceHeader>",
            with: """
                </edXML:TraceHeader><edXML:TraceHeader><edXML:OrganId>001.00.20.TT2</edXML:OrganId>
                <edXML:Timestamp>2026/03/05 09:31:10</edXML:Timestamp></edXML:TraceHeader>
                """
        )
        .replacingOccurrences(of: "cong-van.doc", with: "cong-van.pdf")

    /// No signature, no operation, hops without an agency, and a PDF that went through a string.
    static let returnedCorrupt = """
        \(declaration)
        \(root)\(envelope)<edXML:edXMLHeader><edXML:MessageHeader>
        \(party("From", "vxp.mau.03", "Đơn vị thử 3"))\(party("To", "vxp.mau.03", "Đơn vị thử 3"))
        <edXML:DocumentId>efa1</edXML:DocumentId>
        <edXML:Code><edXML:CodeNumber>45</edXML:CodeNumber><edXML:CodeNotation>BC-VM</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:PromulgationDate>2026/10/20</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>2</edXML:Type><edXML:TypeDetail>1</edXML:TypeDetail>
        <edXML:TypeName>Báo cáo</edXML:TypeName></edXML:DocumentType><edXML:Subject>Gộp ba tệp</edXML:Subject>
        <edXML:SteeringType>2</edXML:SteeringType></edXML:MessageHeader><edXML:TraceHeaderList>
        <edXML:TraceHeader><edXML:OrganId>null</edXML:OrganId><edXML:Timestamp>2026/10/23 15:46:18</edXML:Timestamp>
        </edXML:TraceHeader><edXML:TraceHeader><edXML:Timestamp>2026/10/23 15:46:19</edXML:Timestamp></edXML:TraceHeader>
        </edXML:TraceHeaderList></edXML:edXMLHeader><edXML:edXMLBody><edXML:edXMLManifest version="1.0">
        <edXML:Reference><edXML:ContentId>cid:a2e2</edXML:ContentId><edXML:ContentType>application/pdf</edXML:ContentType>
        <edXML:AttachmentName>bao-cao.pdf</edXML:AttachmentName></edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody>
        </edXML:edXMLEnvelope><AttachmentEncoded><Attachment><ContentId>cid:a2e2</ContentId>
        <AttachmentName>bao-cao.pdf</AttachmentName><ContentType>application/pdf</ContentType>
        <edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">\(destroyedPDF)\
        </edXML:ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>
        """

    /// The .NET serialiser's form: attributes on the trace list, xlink, content ids with and without `cid:`.
    static let dotNet = """
        \u{FEFF}<?xml version="1.0" encoding="utf-8"?>
        <edXML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
        \(envelope)<edXML:edXMLHeader><edXML:MessageHeader>
        <edXML:From><edXML:OrganId>H37.DN.001</edXML:OrganId><edXML:OrganName>Sở mẫu</edXML:OrganName></edXML:From>
        <edXML:To><edXML:OrganId>G31</edXML:OrganId><edXML:OrganName>Viện Hàn lâm mẫu</edXML:OrganName></edXML:To>
        <edXML:Code><edXML:CodeNumber>18</edXML:CodeNumber><edXML:CodeNotation>SM-VP</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:Place>N/A</edXML:Place>
        <edXML:PromulgationDate>05/03/2026</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>18</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName>
        <edXML:TypeDetail>0</edXML:TypeDetail></edXML:DocumentType><edXML:Subject>Xin ý kiến</edXML:Subject>
        <edXML:DueDate>không</edXML:DueDate><edXML:SteeringType>0</edXML:SteeringType>
        <edXML:DocumentId>H37.DN.001,2026/03/05,18/SM-VP</edXML:DocumentId></edXML:MessageHeader>
        <edXML:TraceHeaderList id="0a1b2c3d" version="1.0" mustUnderstand="1"
        actor="http://schemas.xmlsoap.org/soap/actor/next"><edXML:TraceHeader><edXML:OrganId>H37.DN.001</edXML:OrganId>
        <edXML:Timestamp>2026/03/05 08:00:00</edXML:Timestamp></edXML:TraceHeader><edXML:Bussiness>
        <edXML:BussinessDocType>0</edXML:BussinessDocType><edXML:StaffInfo><edXML:Department>N/A</edXML:Department>
        <edXML:Mobile></edXML:Mobile></edXML:StaffInfo><edXML:Paper>0</edXML:Paper></edXML:Bussiness>
        </edXML:TraceHeaderList><edXML:DigitalSignature /></edXML:edXMLHeader><edXML:edXMLBody>
        <edXML:edXMLManifest version="1.0"><edXML:Reference xmlns:xlink="http://www.w3.org/1999/xlink"
        xlink:href="cid:d1" xlink:role="XLinkRole" xlink:type="simple"><edXML:Description>Tệp 1</edXML:Description>
        <edXML:AttachmentName>xin-y-kien.pdf</edXML:AttachmentName>
        <edXML:ContentType>application/pdf</edXML:ContentType><edXML:ContentId>cid:d1</edXML:ContentId>
        </edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody></edXML:edXMLEnvelope>
        <AttachmentEncoded><Attachment><ContentType>application/pdf</ContentType><ContentId>d1</ContentId>
        <Description>Tệp 1</Description><ContentTransferEncoded>\(pdf.base64EncodedString())</ContentTransferEncoded>
        <AttachmentName>xin-y-kien.pdf</AttachmentName></Attachment></AttachmentEncoded></edXML>
        """

    /// As the vendor's kit writes them, and with the children in the other order that circulates.
    static func status(_ code: String, from sender: String, to other: String, text: String) -> String {
        """
        \(declaration)\r
        \(root)\(envelope)<edXML:edXMLHeader><edXML:MessageHeader>
        \(party("From", sender, "Cơ quan mẫu"))
        <edXML:ResponseFor><edXML:OrganId>\(other)</edXML:OrganId><edXML:Code>78/VHL-VP</edXML:Code>
        <edXML:PromulgationDate>2026/03/05</edXML:PromulgationDate>
        <edXML:DocumentId>000.00.00.G31,2026/03/05,78/VHL-VP</edXML:DocumentId></edXML:ResponseFor>
        \(staff)<edXML:StatusCode>\(code)</edXML:StatusCode><edXML:Description>\(text)</edXML:Description>
        <edXML:Timestamp>2026/03/06 11:08:36</edXML:Timestamp></edXML:MessageHeader></edXML:edXMLHeader>
        </edXML:edXMLEnvelope></edXML>
        """
    }

    /// One provincial gateway's form: SOAP header, `Status`, day before month.
    static let soapStatus = """
        <SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header><edXML:Status>
        <edXML:From><edXML:OrganId>14.00.W00</edXML:OrganId></edXML:From><edXML:ResponseFor>
        <edXML:OrganId>28.22.H17</edXML:OrganId><edXML:Code>5/QĐ</edXML:Code>
        <edXML:PromulgationDate>06/08/2025</edXML:PromulgationDate></edXML:ResponseFor>
        <edXML:StatusCode>3</edXML:StatusCode><edXML:Timestamp>07/08/2025 09:05:00</edXML:Timestamp></edXML:Status>
        </SOAP-ENV:Header></SOAP-ENV:Envelope>
        """

    /// Every shape, for tests that mutate.
    static var all: [String] {
        [
            handMade, newDocument, newWithJunk, amendment, replacement, recall, returned, returnedCorrupt, dotNet,
            soapStatus,
        ]
            + ["01", "02", "03", "04", "05", "06", "13", "15", "16"].map {
                status($0, from: "000.00.00.H41", to: "000.00.00.G31", text: "Ghi chú")
            }
    }
}

/// A small repeatable generator (SplitMix64), so that a failing case is named by its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
