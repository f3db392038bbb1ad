package import Foundation
import PDFCore
import SamplePDFs

extension FuzzTarget {
    /// What the fuzzer begins with, beside the files it is given.
    package var seeds: [Data] {
        switch self {
        case .object:
            [
                "<</A/B/C[1 -2 3.5 (x\\(y\\)\\101)<4142>]/D<</E null/F true>>/G 4 0 R>>", "[1 0 R 2 0 R]", "(a(b)c)",
                "/A#20B", "<</K(1)/K(2)/L>>",
            ].map { Data($0.utf8) }
        case .document:
            SamplePDF.Shape.allCases.flatMap { shape in
                let file = SamplePDF(shape: shape, pages: 2, rotation: 90).data
                return [file, Self.continued(file)]
            }
        case .crossReference:
            [
                "xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n0000000125 00000 n \n"
                    + "trailer\n<</Size 4/Root 1 0 R>>",
                "xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9/XRefStm 9>>",
                "4 0 obj<</Type/XRef/W[1 2 1]/Size 5/Root 1 0 R/Length 20/Filter/ASCIIHexDecode>>stream\n"
                    + "00000000010009000100360001007d0001\nendstream endobj",
            ].map { Data($0.utf8) }
        case .encryption:
            [
                "<</Filter/Standard/V 1/R 2/P -4/O<\(Self.zeros(32))>/U<\(Self.zeros(32))>>>",
                "<</Filter/Standard/V 2/R 3/Length 128/P -4/O<\(Self.zeros(32))>/U<\(Self.zeros(32))>>>",
                "<</Filter/Standard/V 4/R 4/CF<</StdCF<</CFM/AESV2>>>>/StmF/StdCF/StrF/StdCF/P -4"
                    + "/O<\(Self.zeros(32))>/U<\(Self.zeros(32))>/EncryptMetadata false>>",
                "<</Filter/Standard/V 5/R 6/CF<</StdCF<</CFM/AESV3>>>>/StmF/StdCF/StrF/StdCF/P -4"
                    + "/O<\(Self.zeros(48))>/U<\(Self.zeros(48))>/OE<\(Self.zeros(32))>/UE<\(Self.zeros(32))>>>",
            ].map { Data($0.utf8) }
        case .cms: Data(base64Encoded: Self.integrityCode).map { [$0] } ?? []
        case .timestamp, .certificate, .revocationList, .ocsp: []
        }
    }

    /// The code of a revision (ISO/TS 32004), as it stands in a signature.
    private static let integrityCode = """
        MIIBZgYLKoZIhvcNAQkQAQKgggFVMIIBUQIBADFGo0QCAQCgCAYGKIH6BAEBMAsGCWCGSAFlAwQBLQQoFn45n7b9SYKVkRHlmTsecu7fSQHG\
        N0WJXmw9KGszZc/7TddgaSDbfDAKBggqhkiG9w0CCaELBglghkgBZQMEAgEwVQYGKIH6BAEAoEsESTBHAgEABCA+yI/cGdpZQUi2Fqt4tfrN\
        a+8MFaGPs4SmvGZx1DtYU4AgejfVuQv6wiJM2ttGCIa3eBMdQvOGh26iqpV7QlONNDyicjAVBgkqhkiG9w0BCQMxCAYGKIH6BAEAMCgGCSqG\
        SIb3DQEJNDEbMBkwCwYJYIZIAWUDBAIBogoGCCqGSIb3DQIJMC8GCSqGSIb3DQEJBDEiBCDLm/xUdDYchnQjR/ssAn+WVMMBQSkv5RRMkPYT\
        cQo2owQgQjYc6hm9lfqFDk8+49Nj/Zq/CkNnmndBn1S+O6oyuSs=
        """

    private static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

    /// The file with an update.
    private static func continued(_ file: Data) -> Data {
        guard let document = try? PDFDocument(data: file), var update = try? IncrementalUpdate(continuing: document)
        else { return file }
        _ = update.add(.stream(PDFStream(["A": .integer(1)], encoded: Data("abc".utf8))))
        return update.file()
    }
}
