/// One packet waiting for a receiver.
package struct ReceivedRow: Sendable, Hashable, Codable {
    package var docId: String
    package var serviceType: String?
    package var messageType: String?
    package var createdAt: String?
    package var updatedAt: String?
    package var from: String?
    package var to: String?
    package var status: String?
    package var statusExplanation: String?

    private enum CodingKeys: String, CodingKey {
        case docId, serviceType, messageType, from, to, status
        case createdAt = "created_time"
        case updatedAt = "updated_time"
        case statusExplanation = "status_desc"
    }

    package init(
        docId: String, serviceType: String? = "eDoc", messageType: String? = nil, createdAt: String? = nil,
        updatedAt: String? = nil, from: String? = nil, to: String? = nil, status: String? = nil,
        statusExplanation: String? = nil
    ) {
        self.docId = docId
        self.serviceType = serviceType
        self.messageType = messageType
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.from = from
        self.to = to
        self.status = status
        self.statusExplanation = statusExplanation
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        docId = try row.decode(LooseText.self, forKey: .docId).text
        serviceType = try row.loose(.serviceType)
        messageType = try row.loose(.messageType)
        createdAt = try row.loose(.createdAt)
        updatedAt = try row.loose(.updatedAt)
        from = try row.loose(.from)
        to = try row.loose(.to)
        status = try row.loose(.status)
        statusExplanation = try row.loose(.statusExplanation)
    }
}

/// How one packet sent stands with one receiver.
package struct SentRow: Sendable, Hashable, Codable {
    package var senderDocId: String?
    package var receiverDocId: String?
    package var fromCode: String?
    package var toCode: String?
    package var serviceType: String?
    package var messageType: String?
    package var title: String?
    package var notation: String?
    package var sentTime: String?
    package var receivedTime: String?
    package var sendStatus: String?
    package var sendStatusDesc: String?
    package var receiveStatus: String?
    package var receiveStatusDesc: String?

    package init(
        senderDocId: String?, receiverDocId: String?, fromCode: String?, toCode: String?,
        serviceType: String? = "eDoc", messageType: String? = nil, title: String? = nil, notation: String? = nil,
        sentTime: String? = nil, receivedTime: String? = nil, sendStatus: String? = nil,
        sendStatusDesc: String? = nil, receiveStatus: String? = nil, receiveStatusDesc: String? = nil
    ) {
        self.senderDocId = senderDocId
        self.receiverDocId = receiverDocId
        self.fromCode = fromCode
        self.toCode = toCode
        self.serviceType = serviceType
        self.messageType = messageType
        self.title = title
        self.notation = notation
        self.sentTime = sentTime
        self.receivedTime = receivedTime
        self.sendStatus = sendStatus
        self.sendStatusDesc = sendStatusDesc
        self.receiveStatus = receiveStatus
        self.receiveStatusDesc = receiveStatusDesc
    }

    private enum CodingKeys: String, CodingKey {
        case senderDocId, receiverDocId, fromCode, toCode, serviceType, messageType, title, notation, sentTime
        case receivedTime, sendStatus, sendStatusDesc, receiveStatus, receiveStatusDesc
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        senderDocId = try row.loose(.senderDocId)
        receiverDocId = try row.loose(.receiverDocId)
        fromCode = try row.loose(.fromCode)
        toCode = try row.loose(.toCode)
        serviceType = try row.loose(.serviceType)
        messageType = try row.loose(.messageType)
        title = try row.loose(.title)
        notation = try row.loose(.notation)
        sentTime = try row.loose(.sentTime)
        receivedTime = try row.loose(.receivedTime)
        sendStatus = try row.loose(.sendStatus)
        sendStatusDesc = try row.loose(.sendStatusDesc)
        receiveStatus = try row.loose(.receiveStatus)
        receiveStatusDesc = try row.loose(.receiveStatusDesc)
    }
}

/// One agency of the platform's directory, in any of the three lists that name agencies.
package struct AgencyRow: Sendable, Hashable, Codable {
    package var id: String?
    /// The `id` of the agency above.
    package var pid: String?
    package var code: String
    package var name: String
    package var mail: String?
    package var mobile: String?
    package var fax: String?
    package var oldCode: String?
    /// The code in the form of QCVN 102:2016, where `code` is that of QĐ 20/2020.
    package var code102: String?
    package var centerCode: String?
    package var version: String?
    package var deleted: String?
    package var modifyDate: String?
    package var isAgency: String?

    package init(
        id: String? = nil, pid: String? = nil, code: String, name: String, mail: String? = nil,
        mobile: String? = nil, fax: String? = nil, oldCode: String? = nil, code102: String? = nil,
        centerCode: String? = nil, version: String? = nil, deleted: String? = nil, modifyDate: String? = nil,
        isAgency: String? = nil
    ) {
        self.id = id
        self.pid = pid
        self.code = code
        self.name = name
        self.mail = mail
        self.mobile = mobile
        self.fax = fax
        self.oldCode = oldCode
        self.code102 = code102
        self.centerCode = centerCode
        self.version = version
        self.deleted = deleted
        self.modifyDate = modifyDate
        self.isAgency = isAgency
    }

    private enum CodingKeys: String, CodingKey {
        case id, pid, code, name, mail, mobile, fax, oldCode, code102, centerCode, version, deleted, modifyDate
        case isAgency
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        id = try row.loose(.id)
        pid = try row.loose(.pid)
        code = try row.loose(.code) ?? ""
        name = try row.loose(.name) ?? ""
        mail = try row.loose(.mail)
        mobile = try row.loose(.mobile)
        fax = try row.loose(.fax)
        oldCode = try row.loose(.oldCode)
        code102 = try row.loose(.code102)
        centerCode = try row.loose(.centerCode)
        version = try row.loose(.version)
        deleted = try row.loose(.deleted)
        modifyDate = try row.loose(.modifyDate)
        isAgency = try row.loose(.isAgency)
    }
}

/// The body of `registerAgency`.
package struct AgencyRegistration: Sendable, Hashable, Codable {
    package var id: String
    /// Code of the agency above.
    package var pcode: String
    package var code: String
    package var name: String
    package var mail: String
    package var mobile: String
    package var fax: String

    package init(
        id: String = "", pcode: String = "", code: String, name: String, mail: String = "", mobile: String = "",
        fax: String = ""
    ) {
        self.id = id
        self.pcode = pcode
        self.code = code
        self.name = name
        self.mail = mail
        self.mobile = mobile
        self.fax = fax
    }

    private enum CodingKeys: String, CodingKey { case id, pcode, code, name, mail, mobile, fax }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        id = try row.loose(.id) ?? ""
        pcode = try row.loose(.pcode) ?? ""
        code = try row.decode(LooseText.self, forKey: .code).text
        name = try row.loose(.name) ?? ""
        mail = try row.loose(.mail) ?? ""
        mobile = try row.loose(.mobile) ?? ""
        fax = try row.loose(.fax) ?? ""
    }
}

extension KeyedDecodingContainer {
    /// Text, number or truth value as text; nil when absent or null.
    fileprivate func loose(_ key: Key) throws -> String? { try decodeIfPresent(LooseText.self, forKey: key)?.text }
}
