import Digests
import Foundation
import PDFCore
import SignatureCore

/// The authentication code of an encrypted file's newest revision (ISO/TS 32004). It is made over every byte of the file:
/// those of earlier revisions have nothing to add.
struct CodeCheck {
    private struct Code {
        var code: AuthenticatedCode
        /// The value of the signature that carries it.
        var signature: Data?
        var hole: Range<Int>
    }

    private let wrappingKey: Data
    private let isAbsent: Bool
    private let code: Code?
    private let byteCount: Int

    /// Nil where the file asks for no code.
    init?(_ document: PDFDocument) throws(PDFError) {
        guard let key = document.codeWrappingKey else { return nil }
        wrappingKey = key
        byteCount = document.data.count
        isAbsent = document.trailer["AuthCode"] == nil
        code = try Self.read(document)
    }

    var digests: [RangeDigest] {
        guard let code, let algorithm = code.code.digestAlgorithm else { return [] }
        return [RangeDigest(algorithm, before: byteCount, without: code.hole)]
    }

    func finding(_ taken: DigestsAhead) -> SignatureFacts.CodeFinding {
        if isAbsent { return .absent }
        guard let code else { return .wrong }
        let digest = digests.first.flatMap(taken.value) ?? Data()
        switch code.code.finding(under: wrappingKey, documentDigest: digest, signature: code.signature) {
        case .right: return .right
        case .wrong: return .wrong
        case .unsupported: return .unsupported
        }
    }

    // MARK: reading

    /// Nil where there is none that covers the whole file but for itself. The dictionary must stand in the trailer, where
    /// nothing is encrypted.
    private static func read(_ document: PDFDocument) throws(PDFError) -> Code? {
        guard case .dictionary(let members)? = document.trailer["AuthCode"] else { return nil }
        switch members["MACLocation"]?.name {
        case "Standalone":
            guard let value = members["MAC"]?.string, let hole = hole(of: value, members, document),
                let code = try? AuthenticatedCode(der: value)
            else { return nil }
            return Code(code: code, signature: nil, hole: hole)
        case "AttachedToSig":
            guard let reference = members["SigObjRef"]?.reference,
                let signature = try document.object(reference).dictionary
            else { return nil }
            return carried(by: signature, document)
        default: return nil
        }
    }

    private static func carried(by signature: PDFDictionary, _ document: PDFDocument) -> Code? {
        guard let value = signature["Contents"]?.string, let hole = hole(of: value, signature, document),
            let cms = try? CMSFacts(der: value), cms.signerCount == 1, cms.integrityCodes.count == 1,
            let code = cms.integrityCodes.first.flatMap({ try? AuthenticatedCode(der: $0) })
        else { return nil }
        return Code(code: code, signature: cms.signature, hole: hole)
    }

    private static func hole(of value: Data, _ holder: PDFDictionary, _ document: PDFDocument) -> Range<Int>? {
        let range = holder["ByteRange"]?.array?.map { $0.integer ?? -1 } ?? []
        guard range.count == 4, range.allSatisfy({ $0 >= 0 && $0 <= document.data.count }), range[0] == 0,
            range[1] < range[2], range[2] + range[3] == document.data.count,
            document.hexadecimal(in: range[1]..<range[2]) == value
        else { return nil }
        return range[1]..<range[2]
    }
}
