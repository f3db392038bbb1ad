// Who may take part: enrolment, registration by systems, locking, new secrets. Every change is a security event.
internal import EdXML
internal import Foundation
internal import Platform
package import Records
internal import VXP

/// What the person in charge asked for cannot be done.
package enum HubDirectoryRefusal: Refusal, Hashable {
    case unknownAgency(String)
    case unknownSystem(String)
    case badCode(String)
    case badName
    case otherSystem(String)

    package var kind: RefusalKind {
        switch self {
        case .unknownAgency, .unknownSystem: .notFound
        case .badCode, .badName: .invalid
        case .otherSystem: .conflict
        }
    }

    package var message: String {
        switch self {
        case .unknownAgency(let code): "Không có đơn vị “\(code)” trong danh bạ của trục. Hãy kiểm tra mã định danh."
        case .unknownSystem(let id): "Không có hệ thống “\(id)”. Hãy kiểm tra tên hệ thống."
        case .badCode(let code): "Mã định danh “\(code)” không đúng mẫu, ví dụ 000.00.00.G31 hoặc G31."
        case .badName: "Hãy ghi tên đơn vị, không quá 200 ký tự."
        case .otherSystem(let code): "Đơn vị “\(code)” thuộc hệ thống khác. Hãy xóa ở đó trước."
        }
    }
}

// By the person in charge.
extension HubDesk {
    /// Connects a system and gives it these agencies; doing it again changes only what differs.
    package func enrol(_ system: HubSystem, agencies: [HubAgency]) async throws {
        let (now, sealing) = (clock.now(), gate.sealing)
        try await change { store, log in
            let before = try store.credentials(of: system.systemId)
            let known = try before.map {
                try $0.isSealed ? sealing.open($0.secrets[0], of: system.systemId) : $0.secrets[0]
            }
            if known != system.secret {
                try store.upsert(system, sealed: try sealing.seal(system.secret, of: system.systemId))
                try log.append(.systemEnrolled, system.systemId, "\(agencies.count) đơn vị", at: now)
            }
            for agency in agencies { try store.upsert(agency, systemId: system.systemId) }
        }
    }

    /// Adds an agency to a system, which is made where it is not there yet: its secret is returned, once.
    package func add(_ agency: HubAgency, to systemId: String, systemName: String? = nil) async throws -> String? {
        guard AgencyCode(agency.code).isWellFormed else { throw HubDirectoryRefusal.badCode(agency.code) }
        guard !agency.name.isEmpty, agency.name.unicodeScalars.count <= TextLimit.name.most else {
            throw HubDirectoryRefusal.badName
        }
        let (now, sealing, secret) = (clock.now(), gate.sealing, HubSystem.newSecret())
        return try await change { store, log in
            if let other = try store.addresses([agency.code])[agency.code], other.systemId != systemId {
                throw HubDirectoryRefusal.otherSystem(agency.code)
            }
            let isNew = try store.credentials(of: systemId) == nil
            if isNew {
                let system = HubSystem(systemId: systemId, secret: secret, name: systemName ?? agency.name)
                try store.upsert(system, sealed: try sealing.seal(secret, of: systemId))
                try log.append(.systemEnrolled, systemId, system.name, at: now)
            }
            try store.upsert(agency, systemId: systemId)
            try log.append(.agencyRegistered, agency.code, "hệ thống \(systemId)", at: now)
            return isNew ? secret : nil
        }
    }

    /// A locked agency neither sends nor is sent anything; what waits for it is held back until it is unlocked.
    package func setLocked(_ isLocked: Bool, agency code: String) async throws {
        let now = clock.now()
        try await change { store, log in
            guard let address = try store.addresses([code])[code] else { throw HubDirectoryRefusal.unknownAgency(code) }
            guard address.isLocked != isLocked else { return }
            try store.setLocked(isLocked, agency: address.id)
            try log.append(isLocked ? .agencyLocked : .agencyUnlocked, address.code, "", at: now)
        }
    }

    /// A new secret for a system, or for the system that serves an agency. The old one counts for `graceSeconds` more,
    /// so that the other side can be set anew without an interruption; with 0 it is void at once.
    package func rotate(
        _ name: String, graceSeconds: Double = 86_400
    ) async throws -> (systemId: String, secret: String) {
        let (now, sealing, secret) = (clock.now(), gate.sealing, HubSystem.newSecret())
        return try await change { store, log in
            let systemId = try store.addresses([name])[name]?.systemId ?? name
            guard let before = try store.credentials(of: systemId) else {
                throw HubDirectoryRefusal.unknownSystem(name)
            }
            if !before.isSealed { try store.setSecret(try sealing.seal(before.secrets[0], of: systemId), of: systemId) }
            try store.rotate(
                systemId, to: try sealing.seal(secret, of: systemId), oldUntil: now.addingTimeInterval(graceSeconds))
            try log.append(.secretRotated, systemId, "khóa cũ còn dùng \(Int(graceSeconds)) giây", at: now)
            return (systemId, secret)
        }
    }

    /// nil leaves the usual limit.
    package func limit(
        agency code: String, packetsPerMinute: Int?, bytesPerDay: Int?, uploads: Int?
    ) async throws {
        let now = clock.now()
        try await change { store, log in
            guard let address = try store.addresses([code])[code] else { throw HubDirectoryRefusal.unknownAgency(code) }
            try store.setLimits(packetsPerMinute, bytesPerDay, uploads, agency: address.id)
            let words = [packetsPerMinute, bytesPerDay, uploads].map { $0.map { "\($0)" } ?? "mặc định" }
            try log.append(.limitsChanged, address.code, words.joined(separator: ", "), at: now)
        }
    }

    /// Agencies with a system, by code, after `code`.
    package func agencies(after code: String = "", limit: Int = 100) async throws -> [AgencyOverview] {
        let now = clock.now()
        return try await database.read { try HubStore(tx: $0, now: now).agencyOverview(after: code, limit: limit) }
    }

    /// Secrets that an earlier version kept in the open.
    func sealOldSecrets() async throws {
        let sealing = gate.sealing
        try await change { store, _ in
            for (systemId, secret) in try store.unsealed() {
                try store.setSecret(try sealing.seal(secret, of: systemId), of: systemId)
            }
        }
    }

    private func change<Value: Sendable>(
        _ work: @escaping @Sendable (HubStore, EventLog) throws -> Value
    ) async throws -> Value {
        let (now, node) = (clock.now(), settings.node)
        return try await database.write { tx in
            try tx.lock("hub.directory", 0)
            return try work(HubStore(tx: tx, now: now), EventLog(tx: tx, node: node))
        }
    }
}

// By a system.
extension HubDesk {
    /// A system may register agencies below its own and change its own; nobody else's.
    func register(_ registration: AgencyRegistration, _ knock: Knock) async throws {
        guard AgencyCode(registration.code).isWellFormed, !registration.name.isEmpty,
            registration.name.unicodeScalars.count <= TextLimit.name.most
        else {
            throw HubRefusal(.invalidFile, "Mã hoặc tên đơn vị không hợp lệ")
        }
        let node = settings.node
        try await within(knock) { store, call in
            try store.tx.lock("hub.directory", 0)
            let known = try store.addresses([registration.code, registration.pcode])
            if let own = known[registration.code] {
                guard own.systemId == call.systemId else {
                    throw HubRefusal(.invalidFile, "Mã đơn vị thuộc hệ thống khác", cause: .foreignSender)
                }
            } else {
                guard known[registration.pcode]?.systemId == call.systemId else {
                    throw HubRefusal(.unregisteredSender, "Chỉ được đăng ký đơn vị trực thuộc đơn vị của mình")
                }
            }
            let code = known[registration.code]?.code ?? registration.code
            if let parent = known[registration.pcode]?.code, try store.lies(parent, atOrBelow: code) {
                throw HubRefusal(
                    .invalidFile, "Đơn vị cấp trên (pcode) không thể là chính đơn vị này hay đơn vị trực thuộc nó")
            }
            try store.upsert(
                HubAgency(
                    code: code, name: registration.name, parentCode: known[registration.pcode]?.code,
                    email: registration.mail, mobile: registration.mobile, fax: registration.fax),
                systemId: call.systemId)
            try EventLog(tx: store.tx, node: node).append(
                .agencyRegistered, code, "hệ thống \(call.systemId)", at: store.now)
        }
    }

    func remove(_ knock: Knock) async throws {
        let node = settings.node
        try await within(knock) { store, call in
            let code = try CallParameters(call, knock.operation).required("AgencyCode")
            try store.tx.lock("hub.directory", 0)
            guard let agency = try store.addresses([code])[code], agency.systemId == call.systemId else {
                throw HubRefusal(.unregisteredSender, "Không có đơn vị \(code) thuộc hệ thống này")
            }
            try store.delete(agency: agency.id)
            try EventLog(tx: store.tx, node: node).append(
                .agencyRemoved, agency.code, "hệ thống \(call.systemId)", at: store.now)
        }
    }
}
