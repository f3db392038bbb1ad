/// What reading a packet gave: the packet, what had to be forgiven on the way, or why it was refused.
package struct ReadResult: Sendable {
    package var packet: Packet?
    package var tolerated: [PacketNote]
    package var refused: PacketProblem?

    package init(packet: Packet? = nil, tolerated: [PacketNote] = [], refused: PacketProblem? = nil) {
        self.packet = packet
        self.tolerated = tolerated
        self.refused = refused
    }
}

/// Why a packet is refused, and where the trouble is.
package struct PacketProblem: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        case xml(XMLProblem.Reason)
        /// The root is not `edXML`, or its header is missing.
        case notAPacket(root: String)
        case noHeader
        case missing(Field)
        case tooManyAttachments
        /// Said twice, where it matters which one is believed.
        case ambiguous(path: String)
        case fieldTooLong(path: String)
    }

    /// What a packet cannot be routed or recognised without.
    package enum Field: String, Sendable, Hashable {
        case sender, recipient, identity, statusSubject, statusCode

        package var name: String {
            switch self {
            case .sender: "mã cơ quan gửi (From/OrganId)"
            case .recipient: "mã cơ quan nhận (To/OrganId)"
            case .identity: "mã định danh văn bản hoặc số và ký hiệu"
            case .statusSubject: "văn bản được báo trạng thái (ResponseFor)"
            case .statusCode: "mã trạng thái gồm hai chữ số (StatusCode)"
            }
        }
    }

    package var reason: Reason
    /// Line from 1, and byte offset, in the packet as received.
    package var line: Int
    package var offset: Int

    package var sentence: String { "\(reason.sentence) (dòng \(line), byte \(offset))" }
}

extension PacketProblem.Reason {
    package var sentence: String {
        switch self {
        case .xml(let reason): reason.sentence
        case .notAPacket(let root): "không phải gói edXML: phần tử gốc là “\(root)”"
        case .noHeader: "gói không có phần mô tả (MessageHeader)"
        case .missing(let field): "thiếu \(field.name)"
        case .tooManyAttachments: "quá nhiều tệp đính kèm"
        case .ambiguous(let path): "\(path) ghi hai lần, không biết tin phần nào"
        case .fieldTooLong(let path): "trường \(path) dài quá mức cho phép"
        }
    }
}

extension XMLProblem.Reason {
    var sentence: String {
        switch self {
        case .empty: "tệp rỗng"
        case .tooLarge: "gói lớn quá mức cho phép"
        case .notXML: "không phải XML"
        case .unsupportedEncoding(let name): "bảng mã “\(name)” không được hỗ trợ"
        case .documentTypeForbidden: "có khai báo DOCTYPE, không được phép"
        case .unexpectedEnd: "gói bị cắt ngắn"
        case .malformedTag: "thẻ XML sai cú pháp"
        case .malformedAttribute: "thuộc tính XML sai cú pháp"
        case .malformedReference: "tham chiếu ký tự sai"
        case .unterminated(let what): "không thấy chỗ kết thúc “\(what)”"
        case .mismatchedEnd(let expected, let found): "thẻ đóng “\(found)” không khớp “\(expected)”"
        case .tooDeep: "các phần tử lồng nhau quá sâu"
        case .tooManyElements: "quá nhiều phần tử"
        case .tooManyAttributes: "quá nhiều thuộc tính"
        case .attributeTooLong: "thuộc tính quá dài"
        case .nameTooLong: "tên phần tử quá dài"
        }
    }
}

/// Something a strict reader would have stumbled over.
package enum PacketNote: Sendable, Hashable {
    case leadingJunk(bytes: Int)
    case trailingJunk(bytes: Int)
    case transcoded(from: String)
    case misdeclaredEncoding(String)
    case looseAmpersands(Int)
    case brokenText(path: String)
    case respelled(name: String, as: String)
    case unknownElement(path: String)
    case duplicateElement(path: String)
    case blankBesideFilled(path: String)
    case missing(path: String)
    case unreadable(path: String, text: String)
    case tooLong(path: String, limit: Int)
    case emptyReplyReference
    case statusElement
    case duplicateRecipient(String)
    case traceWithoutAgency
    case wordedOperation(String, readAs: DocumentPacket.Operation.Kind)
    case unclearOperation(String)
    case unknownStatus(String)
    case noAttachments
    case notInManifest(name: String)
    case nameFromManifest(contentId: String)
    case pairedInOrder(name: String)
    case contentDiffers(name: String, kind: FileKind)
    case unexpectedArchive(name: String)
    case cutShort(name: String)
    case unusualBase64(name: String)
}

extension PacketNote {
    package var sentence: String {
        switch self {
        case .leadingJunk(let bytes): "\(bytes) byte thừa trước phần XML"
        case .trailingJunk(let bytes): "\(bytes) byte thừa sau phần XML"
        case .transcoded(let name): "chuyển từ bảng mã \(name)"
        case .misdeclaredEncoding(let name): "khai bảng mã “\(name)”, thực ra là UTF-8"
        case .looseAmpersands(let count): "\(count) ký tự & viết không đúng quy tắc XML"
        case .brokenText(let path): "ký tự hỏng trong \(path)"
        case .respelled(let name, let meant): "tên phần tử “\(name.shortened)” viết khác, đọc là \(meant)"
        case .unknownElement(let path): "phần tử lạ \(path)"
        case .duplicateElement(let path): "\(path) lặp lại, chỉ dùng giá trị đầu"
        case .blankBesideFilled(let path): "\(path) ghi nhiều lần, có chỗ bỏ trống"
        case .missing(let path): "thiếu \(path)"
        case .unreadable(let path, let text): "\(path) không đọc được: “\(text)”"
        case .tooLong(let path, let limit): "\(path) dài hơn \(limit) ký tự"
        case .emptyReplyReference: "ResponseFor rỗng, coi như không có"
        case .statusElement: "trạng thái nằm trong phần tử Status thay cho MessageHeader"
        case .duplicateRecipient(let code): "nơi nhận \(code) ghi hai lần"
        case .traceWithoutAgency: "vết chuyển thiếu mã cơ quan"
        case .wordedOperation(let text, let kind): "loại nghiệp vụ ghi “\(text)”, đọc là \(kind.name)"
        case .unclearOperation(let text): "loại nghiệp vụ “\(text)” không rõ"
        case .unknownStatus(let code): "mã trạng thái lạ “\(code)”"
        case .noAttachments: "không có tệp đính kèm"
        case .notInManifest(let name): "tệp “\(name)” không có trong danh mục"
        case .nameFromManifest(let id): "tên tệp “\(id)” lấy từ danh mục"
        case .pairedInOrder(let name): "tệp “\(name)” ghép với danh mục theo thứ tự, vì mã nội dung không khớp"
        case .contentDiffers(let name, .other): "nội dung tệp “\(name)” không đúng với đuôi tệp"
        case .contentDiffers(let name, let kind): "tệp “\(name)” thực ra là \(kind.name)"
        case .unexpectedArchive(let name): "tệp “\(name)” thực ra là gói ZIP, giữ nguyên"
        case .cutShort(let name): "tệp “\(name)” có thể bị cắt ngắn: không thấy chỗ kết thúc của tệp PDF"
        case .unusualBase64(let name): "nội dung tệp “\(name)” mã hóa base64 không theo mẫu, đã đọc được"
        }
    }
}
