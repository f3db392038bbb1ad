/// The calls of the platform, as its Java kit makes them (version 2.0.1).
package enum VXPOperation: String, Sendable, CaseIterable, Codable {
    case sendEdoc, getReceivedEdocList, getSentEdocList, getEdoc, downloadEdoc, updateStatus
    case getAgenciesList, getAgenciesListQD20, getSynchronizeUnit, registerAgency, deleteAgency
    case countReceiveEdoc, countReceiveStatus

    package var path: String { "/\(rawValue)" }

    /// What the kit uses. A server accepts the counters by GET as well.
    package var method: String { self == .downloadEdoc ? "GET" : "POST" }

    /// `nil` for any other path. A path may end in one slash.
    package init?(path: String) {
        let name = path.split(separator: "/", omittingEmptySubsequences: true)
        guard name.count == 1 else { return nil }
        self.init(rawValue: String(name[0]))
    }

    /// Whether the call changes something. One that only asks may be made again word for word: the platform's kit, whose
    /// calls carry the moment at which it was set up, asks for its lists so.
    package var hasEffect: Bool {
        switch self {
        case .sendEdoc, .updateStatus, .registerAgency, .deleteAgency: true
        case .getReceivedEdocList, .getSentEdocList, .getEdoc, .downloadEdoc, .getAgenciesList, .getAgenciesListQD20,
            .getSynchronizeUnit, .countReceiveEdoc, .countReceiveStatus:
            false
        }
    }

    /// The parameters that mean something here. The kit sends those of earlier calls again with every later one.
    package var parameterNames: Set<String> {
        switch self {
        case .sendEdoc: ["from", "to", "servicetype", "messagetype", "hash-file"]
        case .getReceivedEdocList:
            ["servicetype", "messagetype", "fromDate", "toDate", "status", "pageSize", "pageIndex"]
        case .getSentEdocList: ["servicetype", "messagetype", "docId"]
        case .getEdoc, .downloadEdoc: ["docId"]
        case .updateStatus: ["status", "docId", "docid"]
        case .getAgenciesListQD20: ["level"]
        case .deleteAgency: ["AgencyCode"]
        case .getAgenciesList, .getSynchronizeUnit, .registerAgency, .countReceiveEdoc, .countReceiveStatus: []
        }
    }
}

/// The two kinds of packet.
package enum MessageType: String, Sendable, CaseIterable, Codable {
    case document = "edoc"
    case status
}

/// How far a receiver got with a packet. `done` means safely stored and is never said before the commit.
package enum Acknowledgement: String, Sendable, CaseIterable, Codable {
    case processing, done, fail
}
