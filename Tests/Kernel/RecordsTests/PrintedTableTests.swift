import Platform
import Testing

@testable import Records

/// Sổ và phiếu trên giấy.
@Suite struct PrintedTableTests {
    @Test func `characters XML has no place for are dropped`() {
        #expect(PrintedTable.escaped("a\u{1}b<&>\"\nc") == "ab&lt;&amp;&gt;&quot; c")
    }

    @Test func `a register says which days and numbers it holds`() {
        let (from, to) = (Day("2026-01-05"), Day("2026-02-01"))
        #expect(
            PrintedTable.span(year: 2026, from: from, to: to, numbers: [1, 2, 12])
                == "Năm: 2026. Từ ngày 05/01/2026 đến ngày 01/02/2026. Từ số 01 đến số 12.")
        #expect(PrintedTable.span(year: 2026, from: nil, to: nil, numbers: []).hasSuffix("Chưa có văn bản."))
    }
}
