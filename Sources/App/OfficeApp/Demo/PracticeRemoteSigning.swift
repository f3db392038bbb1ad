// A remote signing service for practice (CSC API v2), with the telephone on which one agrees, on the machine itself.
internal import Digests
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Platform
internal import SignatureCore
internal import WebUI

/// What waits for a person's word on his practice telephone.
struct PracticeConsent: Sendable {
    enum Word: Sendable { case waiting, agreed, refused }

    let handle: String
    let credential: String
    let description: String
    let hashes: [String]
    let until: Date
    var word = Word.waiting
}

/// Keys of the practice people at the service, and what they were asked. An actor because nothing of it is kept.
actor PracticeRemoteSigning {
    nonisolated let clientSecret: String
    static let clientID = "van-phong-thuc-hanh"
    private static let waitSeconds: Double = 180

    private let keys: [String: PKCS12Key]
    private let clock: Clock
    private var tokens: Set<String> = []
    private var consents: [String: PracticeConsent] = [:]
    private var activations: [String: PracticeConsent] = [:]

    init(keys: [String: PKCS12Key], clientSecret: String, clock: Clock) {
        self.keys = keys
        self.clientSecret = clientSecret
        self.clock = clock
    }

    nonisolated var names: [String] { keys.keys.sorted() }

    func waiting(for credential: String) -> [PracticeConsent] {
        let now = clock.now()
        return consents.values.filter { $0.credential == credential && $0.word == .waiting && $0.until > now }
            .sorted { $0.until < $1.until }
    }

    func say(_ word: PracticeConsent.Word, to handle: String) { consents[handle]?.word = word }

    // MARK: Methods of the standard

    func token(_ form: Form) throws(PracticeRefusal) -> [String: JSONValue] {
        guard form["client_id"] == Self.clientID, form["client_secret"] == clientSecret else {
            throw PracticeRefusal(401, "invalid_client")
        }
        let token = randomBytes(24).hex
        tokens.insert(token)
        return ["access_token": .text(token), "token_type": "Bearer", "expires_in": 3600]
    }

    func requireToken(_ header: String?) throws(PracticeRefusal) {
        let token = header.map { $0.replacing("Bearer ", with: "") } ?? ""
        guard tokens.contains(token) else { throw PracticeRefusal(401, "invalid_token") }
    }

    func credentialInfo(_ question: PracticeQuestion) throws(PracticeRefusal) -> [String: JSONValue] {
        let key = try key(question)
        let chain = ([key.certificate] + key.chain).map { JSONValue.text($0.der.base64EncodedString()) }
        return [
            "description": "Chứng thư thực hành",
            "key": .object(["status": "enabled", "algo": .list(["1.2.840.10045.4.3.2"]), "len": 256]),
            "cert": .object(["status": "valid", "certificates": .list(chain)]),
            "auth": .object([
                "mode": "explicit", "expression": "mobile",
                "objects": .list([.object(["type": "MobileApp", "id": "mobile", "label": "Điện thoại thực hành"])]),
            ]),
            "multisign": 1000,
        ]
    }

    func authorize(_ question: PracticeQuestion) throws(PracticeRefusal) -> [String: JSONValue] {
        _ = try key(question)
        guard let hashes = question.hashes, !hashes.isEmpty, hashes.count <= 1000 else {
            throw PracticeRefusal(400, "invalid_request", "Empty hash array")
        }
        let consent = PracticeConsent(
            handle: randomBytes(16).hex, credential: question.credentialID ?? "",
            description: String((question.description ?? "").prefix(500)), hashes: hashes,
            until: clock.now().addingTimeInterval(Self.waitSeconds))
        consents = consents.filter { $0.value.until > clock.now() }
        consents[consent.handle] = consent
        return ["handle": .text(consent.handle)]
    }

    /// nil while the person has not said anything.
    func check(_ question: PracticeQuestion) throws(PracticeRefusal) -> String? {
        guard let handle = question.handle, let consent = consents[handle] else {
            throw PracticeRefusal(400, "invalid_request", "Invalid parameter handle")
        }
        guard consent.until > clock.now() else {
            throw PracticeRefusal(400, "invalid_request", "The handle has expired")
        }
        switch consent.word {
        case .waiting: return nil
        case .refused: throw PracticeRefusal(400, "access_denied", "The signer declined the request")
        case .agreed:
            consents[handle] = nil
            let activation = randomBytes(24).hex
            activations[activation] = consent
            return activation
        }
    }

    func sign(_ question: PracticeQuestion) throws(PracticeRefusal) -> [String: JSONValue] {
        let key = try key(question)
        guard let activation = question.SAD, let consent = activations.removeValue(forKey: activation) else {
            throw PracticeRefusal(400, "invalid_request", "Invalid parameter SAD")
        }
        var signatures: [JSONValue] = []
        for text in question.hashes ?? [] {
            guard consent.hashes.contains(text), let hash = Data(base64Encoded: text),
                let value = try? key.signHash(hash, digest: .sha256)
            else { throw PracticeRefusal(400, "invalid_request", "Hash is not authorized by the SAD") }
            signatures.append(.text(value.base64EncodedString()))
        }
        return ["signatures": .list(signatures)]
    }

    private func key(_ question: PracticeQuestion) throws(PracticeRefusal) -> PKCS12Key {
        guard let key = question.credentialID.flatMap({ keys[$0] }) else {
            throw PracticeRefusal(400, "invalid_request", "Invalid parameter credentialID")
        }
        return key
    }
}

/// The members of questions that this service knows.
struct PracticeQuestion: Decodable, Sendable {
    var credentialID: String?
    var description: String?
    var hashes: [String]?
    var handle: String?
    var SAD: String?
}

struct PracticeRefusal: Error {
    let status: Int
    let error: String
    let words: String
    init(_ status: Int, _ error: String, _ words: String = "") {
        (self.status, self.error, self.words) = (status, error, words)
    }
}

/// JSON as it is written down in the source.
enum JSONValue: Sendable, Encodable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int)
    case list([JSONValue])
    case object([String: JSONValue])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .list(let members): try container.encode(members)
        case .object(let members): try container.encode(members)
        }
    }
}
