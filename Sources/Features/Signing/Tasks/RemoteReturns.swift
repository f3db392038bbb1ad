// A person comes back from the page of a remote signing service: his account is connected, or what he agreed to is signed.
internal import Foundation
internal import Platform
package import Records
internal import SignatureCore

extension SigningTasks {
    /// Uses what he brings once. What goes wrong with a signature is written down with it and told on its own page.
    package func cameBack(
        _ answer: VisitAnswer, by actor: Actor, batches: SigningBatches, errands: [SigningErrand]
    ) async throws -> VisitResult {
        let (remote, visits) = (keyring.remote, visits)
        let visit = try await visits.take(answer, of: actor)
        let token: @Sendable () async throws -> CSCToken = {
            try await remote.token(visit.service, try visits.code(answer))
        }
        switch visit.purpose {
        case .connect(let isSeal):
            do {
                let account = try await remote.accounts.keep(
                    try await token(), service: visit.service, person: actor.person)
                return .connected(account: account, isSeal: isSeal)
            } catch let error as KeyHolderError { throw error.asFailure }
        case .sign(let id):
            try await activate(id, by: actor, token, errands)
            return .signing(task: id)
        case .signBatch(let id):
            try await batches.cameBack(id, token)
            return .signingBatch(id)
        }
    }

    private func activate(
        _ id: Int64, by actor: Actor, _ token: () async throws -> CSCToken, _ errands: [SigningErrand]
    ) async throws {
        let (task, now) = (try await find(id, of: actor), ground.clock.now())
        guard let errand = errands.first(where: { $0.kind == task.errand }), task.state == .processing,
            case .remote(.visit) = task.progress
        else { throw Self.noTicket }
        do {
            let activation = try await token().accessToken
            let credential = try await credential(of: task)
            let parts = try await ground.database.read { try TaskStore(tx: $0, now: now).parts(of: task.id) }
            let requests = parts.compactMap { $0?.request }
            guard let digest = requests.first?.digestAlgorithm else { throw SigningFailure.interrupted }
            let key = try await keyring.remote.key(credential.locator, KeyAnswer(), saying: "")
            switch try await key.activated(activation, requests.map(\.messageToSign), digest: digest) {
            case .waiting(let further):
                try await again(task, .remote(further), now.addingTimeInterval(Self.pollSeconds))
            case .signatures(let values): try await write(task, errand, values, now)
            }
        } catch {
            let told = try await failed(task, error)
            try await tell(task, errand, told)
        }
    }
}
