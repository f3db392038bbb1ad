// Ký số on screen.
internal import Records
package import WebUI

/// A person's own key, and the seal for those who operate it.
func keysPage(own: CredentialState?, seal: CredentialState?, isClerk: Bool) -> HTML {
    """
    \(Lists.heading("Chứng thư số của tôi"))
    \(card(own, image: "/ky-so/anh", alt: "Ảnh chữ ký của bạn", absent: "Bạn chưa có chứng thư số trong hệ thống. Hãy liên hệ quản trị để được cấp."))
    \(HTML.when(isClerk, sealCard(seal)))
    """
}

private func sealCard(_ seal: CredentialState?) -> HTML {
    """
    <h2>Con dấu của cơ quan</h2>
    \(card(seal, image: "/ky-so/anh-dau", alt: "Ảnh con dấu", absent: "Cơ quan chưa có chứng thư số của con dấu. Hãy liên hệ quản trị."))
    """
}

private func card(_ credential: CredentialState?, image: String, alt: String, absent: String) -> HTML {
    guard let credential else { return Marks.message(.warn, .text(absent)) }
    let facts: [(label: String, value: HTML?)] = [
        ("Người được cấp", .text(credential.subject)), ("Cơ quan cấp", .text(credential.issuer)),
        ("Có giá trị đến", Marks.time(credential.validUntil)),
    ]
    return """
        \(Marks.message(credential.problem == nil ? .neutral : .bad, .text(credential.problem ?? "Chứng thư số còn hạn, dùng để ký được.")))
        \(Marks.facts(facts))
        \(HTML.when(credential.image != nil, #"<p><img class="signature-image" src="\#(image)" alt="\#(alt)" width="240"></p>"#))
        """
}

extension SignaturePanel {
    /// The panel of a file whose check may be refused: then it says why, and the page stands all the same.
    package static func telling(_ check: () async throws -> SignatureVerdict) async throws -> SignaturePanel {
        do { return try await check().panel } catch let refusal as any Refusal {
            return SignaturePanel(level: .warn, sentence: "Chưa kiểm tra được chữ ký: \(refusal.message)")
        }
    }
}

extension SignatureVerdict {
    /// The panel beside the pages: one sentence, then each signature.
    package var panel: SignaturePanel {
        SignaturePanel(level: level.mark, sentence: sentence, signers: signatures.map(\.panelLine))
    }
}

extension VerdictLevel {
    package var mark: Level {
        switch self {
        case .trusted: .ok
        case .caution: .warn
        case .broken: .bad
        case .unsigned: .neutral
        }
    }
}

extension SignatureLine {
    fileprivate var panelLine: SignaturePanel.Signer {
        var facts: [(label: String, value: String)] = [
            ("Chứng thư", organisation.map { "\(signer), \($0)" } ?? signer), ("Cơ quan cấp", issuer),
        ]
        if let signedAt { facts.append(("Thời điểm ký", "\(Format.time(signedAt)) (\(timeSource))")) }
        facts.append(("Mức", pades))
        facts += checks.map { ($0.name, $0.sentence) }
        if !changes.isEmpty { facts.append(("Thay đổi sau chữ ký", changes.joined(separator: "; "))) }
        let when = signedAt.map { "Ký lúc \(Format.time($0)). " } ?? ""
        return SignaturePanel.Signer(name: signer, level: level.mark, sentence: when + sentence, facts: facts)
    }
}
