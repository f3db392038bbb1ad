import Foundation
import OfficeTestKit
import Platform
import Records
import Testing

/// Danh từ chung: số ký hiệu, loại văn bản, mã định danh, chữ không dấu.
@Suite struct NounTests {
    @Test(arguments: [
        ("Quyết định", "quyet dinh"), ("ĐẠI HỌC Đà Nẵng", "dai hoc da nang"), ("123/QĐ-VHL", "123/qd-vhl"),
        ("ƯỚC ngược", "uoc nguoc"), ("Nguyễn Thị Ánh", "nguyen thi anh"), ("ÿ Œ ß 漢字", "y œ ß 漢字"), ("", ""),
    ])
    func `text is folded for searching`(text: String, folded: String) {
        #expect(Folding.fold(text) == folded)
        #expect(Folding.fold(text.decomposedStringWithCanonicalMapping) == folded)
        #expect(Folding.fold(folded) == folded)
    }

    @Test func `every letter of the alphabet folds to a plain one`() {
        let vowels = "aăâeêioôơuưyđ"
        let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]
        for vowel in vowels {
            for tone in tones {
                let letter = "\(vowel)\(tone)".precomposedStringWithCanonicalMapping
                for form in [letter, letter.uppercased()] {
                    #expect(Folding.fold(form).unicodeScalars.filter { !$0.isASCII }.isEmpty, "\(form)")
                }
            }
        }
    }

    @Test func `words are letters and digits`() {
        #expect(Folding.words("Số: 123/QĐ-VHL, ngày 05/11") == ["so", "123", "qd", "vhl", "ngay", "05", "11"])
        #expect(Folding.words(" %_'\";-- ").isEmpty)
    }

    /// The long way, without the table of Latin letters.
    private func foldedWords(_ text: String) -> [String] {
        Folding.fold(text).split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    @Test func `every character alone and between letters gives the words that it gives without the table`() {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for text in ["\(scalar)", "a\(scalar)B", "Đ \(scalar)\(scalar)9"] {
                #expect(Folding.words(text) == foldedWords(text), "U+\(String(value, radix: 16))")
            }
        }
    }

    @Test(arguments: 1...20) func `mixed text gives the words that it gives without the table`(seed: Int) {
        var random = SeededRandom(seed: seed)
        let letters = Array("aĐ9 -–’ếỳỵß漢œÿ\u{301}\u{323}\u{200D}ﬁ²ǅ€".unicodeScalars)
        for _ in 0..<50 {
            var text = String.UnicodeScalarView()
            for _ in 0..<12 { text.append(letters.randomElement(using: &random) ?? "a") }
            #expect(Folding.words(String(text)) == foldedWords(String(text)))
        }
    }

    @Test func `spaces at both ends go, all others stay`() {
        for text in ["", " ", " a b ", "\u{A0}Ủy ban\n", "a", "\u{3000}ế ", "\ta", "…a…"] {
            #expect(text.trimmingSpaces == text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    @Test(arguments: [(1, "01/QĐ-VHL"), (9, "09/QĐ-VHL"), (10, "10/QĐ-VHL"), (1234, "1234/QĐ-VHL")])
    func `a number below ten is printed with a zero before it`(number: Int, printed: String) {
        #expect(DocumentCode(number: number, notation: "QĐ-VHL").description == printed)
    }

    @Test(arguments: ["000.00.00.G31", "G31", "G31.97", "H37.02.02"])
    func `codes of both systems are well formed`(code: String) { #expect(AgencyCode(code).isWellFormed) }

    @Test(arguments: ["", "G31.", ".G31", "G 31", "G31/1", "Gế", String(repeating: "A", count: 36)])
    func `what is no code is not`(code: String) { #expect(!AgencyCode(code).isWellFormed) }

    @Test func `the decree's twenty-nine types are known by their names, whatever the case and tones`() {
        #expect(DocumentType.allCases.count == 29)
        for type in DocumentType.allCases {
            #expect(DocumentType(label: type.label.uppercased()) == type)
            #expect(DocumentType(label: " \(Folding.fold(type.label)) ") == type)
        }
        #expect(DocumentType(label: "Quyết định (cá biệt)") == .decision)
        #expect(DocumentType(label: "Bức thư tình") == nil)
    }

    @Test func `abbreviations of the types differ from one another`() {
        let all = DocumentType.allCases.compactMap(\.abbreviation)
        #expect(Set(all).count == all.count)
    }

    @Test(arguments: ["0-1", "5-7", "-5-7", "1795485600000-12"])
    func `where a list goes on survives the address`(text: String) { #expect(PageKey(text)?.description == text) }

    @Test(arguments: ["", "-", "5", "a-1", "1-b", "5-", "99999999999999999999-1"])
    func `what is no such place is none`(text: String) { #expect(PageKey(text) == nil) }

    @Test func `a page holds fifty and says where the next begins`() {
        let page = ListPage(oneMoreThanAPage: Array(1...51)) { PageKey(key: Int64($0), id: Int64($0)) }
        #expect(page.items.count == 50 && page.next == PageKey(key: 50, id: 50))
        #expect(ListPage(oneMoreThanAPage: Array(1...50)) { PageKey(key: Int64($0), id: 0) }.next == nil)
    }

    @Test(arguments: [
        ("Gửi nhầm nơi nhận", "Gửi nhầm nơi nhận."), (" Gửi nhầm nơi nhận.\n", "Gửi nhầm nơi nhận."),
        ("Vì sao?", "Vì sao?"),
        ("", ""),
    ])
    func `a reason is told with one full stop`(reason: String, told: String) { #expect(reason.asSentence == told) }

    @Test(arguments: ["0", "-1", "abc", "", "1.5", "99999999999999999999"])
    func `what is no identity is none`(text: String) { #expect(PersonID(text) == nil) }
}
