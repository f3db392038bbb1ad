// Keys at signing services: asked at once, looked after until the phone has answered.
internal import Foundation
internal import Logging
internal import Platform
internal import Records
internal import SignatureCore

extension SigningTasks {
    /// Asks the service; the phone may answer now or later.
    func askRemote(
        _ task: SigningTask, _ errand: SigningErrand, _ credential: Credential, _ answer: KeyAnswer
    ) async throws -> SigningOutcome {
        let key = try await keyring.remote.key(credential.locator, answer, saying: task.order.title)
        guard key.certificate == credential.certificate else { throw Self.renewed }
        let parts = try await prepared(task, credential, certificate: key.certificate, chain: key.chain)
        let requests = parts.compactMap { $0?.request }
        let digest = requests.first?.digestAlgorithm ?? credential.certificate.preferredDigest
        let visit = try await visit(.sign(task: task.id), credential, key, person: task.person)
        switch try await key.begin(requests.map(\.messageToSign), digest: digest, visit: visit) {
        case .signatures(let values):
            try await finish(task, errand, values)
            return .signed
        case .waiting(let progress):
            let now = ground.clock.now()
            let seconds = visit == nil ? phoneSeconds : RemoteVisits.seconds
            try await ground.database.write { tx in
                try TaskStore(tx: tx, now: now).setProgress(
                    .remote(progress), task.id, pollAt: now.addingTimeInterval(Self.pollSeconds),
                    expiresAt: now.addingTimeInterval(seconds))
            }
            return .pending(task: task.id)
        }
    }

    /// The signer's way to the service's page, where he agrees there; nil for the other keys.
    func visit(
        _ purpose: RemoteVisit.Purpose, _ credential: Credential, _ key: CSCKey, person: PersonID
    ) async throws -> CSCVisit? {
        guard key.credential.isAgreedOnPage, let service = credential.locator.service else { return nil }
        return try await visits.begin(purpose, service: service, person: person)
    }

    /// Persons' ways to the pages of remote signing services.
    var visits: RemoteVisits { RemoteVisits(ground: ground, remote: keyring.remote) }

    private static let renewed = SigningFailure(
        .certificateUnfit,
        "Chứng thư số ở dịch vụ ký đã thay đổi (gia hạn hoặc cấp lại). Hãy vào “Chứng thư số của tôi” và liên kết lại.")

    /// Looks after every task that is due: asks services again, finishes what was answered, ends what ran out of time.
    /// - Returns: how many were looked at.
    @discardableResult
    package func lookAfter(_ errands: [SigningErrand]) async throws -> Int {
        let now = ground.clock.now()
        let due = try await ground.database.write {
            try TaskStore(tx: $0, now: now).claimDue(until: now.addingTimeInterval(30), most: 50)
        }
        for task in due {
            guard let errand = errands.first(where: { $0.kind == task.errand }) else { continue }
            do { try await lookAfter(task, errand, now) } catch {
                let told = try await failed(task, error)
                try await tell(task, errand, told)
            }
        }
        return due.count
    }

    private func lookAfter(_ task: SigningTask, _ errand: SigningErrand, _ now: Date) async throws {
        if let expiry = task.expiresAt, expiry <= now { throw Self.expiry(of: task.progress) }
        switch task.progress {
        case .remote(let progress): try await ask(task, errand, progress, now)
        case .answered(let values): try await write(task, errand, values, now)
        case .agent, .agentHashes, nil: try await again(task, task.progress, now.addingTimeInterval(5))
        }
    }

    private static func expiry(of progress: TaskProgress?) -> any Error {
        switch progress {
        case .remote: SigningFailure.timedOut
        case .answered: SigningRefusal.noTimestamp
        case .agent, .agentHashes: SigningFailure.agentTimedOut
        case nil: SigningFailure.interrupted
        }
    }

    private func ask(_ task: SigningTask, _ errand: SigningErrand, _ progress: CSCProgress, _ now: Date) async throws {
        let parts = try await ground.database.read { try TaskStore(tx: $0, now: now).parts(of: task.id) }
        let requests = parts.compactMap { $0?.request }
        guard let digest = requests.first?.digestAlgorithm,
            let credential = try await ground.database.read({ try CredentialStore(tx: $0).find(task.credential) })
        else { throw SigningFailure.interrupted }
        do {
            let key = try await keyring.remote.key(credential.locator, KeyAnswer(), saying: "")
            switch try await key.goOn(progress, requests.map(\.messageToSign), digest: digest) {
            case .waiting(let further):
                try await again(task, .remote(further), now.addingTimeInterval(Self.pollSeconds))
            case .signatures(let values): try await write(task, errand, values, now)
            }
        } catch KeyHolderError.unreachable {
            // A service that is away for a moment is asked again until the time is up.
            try await again(task, .remote(progress), now.addingTimeInterval(Self.pollSeconds * 2))
        }
    }

    /// The values are written down first: what the phone has given is not asked for twice.
    func write(_ task: SigningTask, _ errand: SigningErrand, _ values: [Data], _ now: Date) async throws {
        var expiry = task.expiresAt
        if case .answered = task.progress {
        } else {
            expiry = now.addingTimeInterval(Self.answeredSeconds)
            let kept = expiry
            try await ground.database.write { tx in
                try TaskStore(tx: tx, now: now).setProgress(
                    .answered(values), task.id, pollAt: now.addingTimeInterval(30), expiresAt: kept)
            }
        }
        do {
            try await finish(task, errand, values)
            try await tell(task, errand, nil)
        } catch SigningRefusal.noTimestamp {
            let kept = expiry
            try await ground.database.write { tx in
                try TaskStore(tx: tx, now: now).setProgress(
                    .answered(values), task.id, pollAt: now.addingTimeInterval(10), expiresAt: kept)
            }
        }
    }

    func again(_ task: SigningTask, _ progress: TaskProgress?, _ time: Date) async throws {
        let (now, ticket) = (ground.clock.now(), task.ticket)
        // Never later than its end, so that the end is noticed when it comes.
        let due = min(time, task.expiresAt ?? time)
        try await ground.database.write { tx in
            try TaskStore(tx: tx, now: now).setProgress(
                progress, task.id, pollAt: due, expiresAt: task.expiresAt, ticket: ticket)
        }
    }

    /// The person may have gone elsewhere meanwhile: he finds it under his bell.
    /// A batch tells of itself when it is done.
    func tell(_ task: SigningTask, _ errand: SigningErrand, _ error: (any Error)?) async throws {
        guard task.batch == nil else { return }
        let now = ground.clock.now()
        let words: String
        if let error {
            let reason = (error as? any Refusal)?.message ?? SigningFailure.interrupted.message
            words = "Chưa ký được “\(task.order.title)”: \(reason)"
        } else {
            words = "\(errand.done) “\(task.order.title)”"
        }
        try await ground.database.write { tx in
            try NoticeStore(tx: tx).add(
                to: task.person, words, href: error == nil ? task.order.href : "/ky-so/viec/\(task.id)",
                isGood: error == nil, at: now)
        }
    }
}
