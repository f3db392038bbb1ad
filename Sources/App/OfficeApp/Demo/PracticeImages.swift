// Pictures of practice signatures and of the practice seal, drawn as the law wants them: PNG, transparent, blue and red.
internal import Foundation
internal import Platform

/// Draws with librsvg in the sandbox, once, when a practice office is made.
struct PracticeImages: Sendable {
    let sandbox: Sandbox

    /// A handwritten-looking stroke in blue; each name gets its own.
    func signature(of name: String) async throws -> Data {
        var state = name.unicodeScalars.reduce(UInt64(1469)) { ($0 ^ UInt64($1.value)) &* 1_099_511_628_211 }
        func next(_ range: ClosedRange<Double>) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(range.lowerBound + Double(state >> 40) / Double(1 << 24) * (range.upperBound - range.lowerBound))
        }
        var path = "M 30 \(next(120...160))"
        for step in 0..<6 {
            let x = 60 + step * 75
            path += " C \(x) \(next(10...70)), \(x + next(10...30)) \(next(150...210)), \(x + 60) \(next(70...150))"
        }
        path += " S \(next(440...520)) \(next(20...60)), \(next(540...570)) \(next(60...100))"
        return try await png(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="600" height="240" viewBox="0 0 600 240">
            <path d="\(path)" fill="none" stroke="#1a3fb0" stroke-width="7" stroke-linecap="round"/>
            <path d="M 60 \(next(180...205)) Q 300 \(next(150...190)) 540 \(next(175...200))" fill="none" stroke="#1a3fb0" stroke-width="4"/>
            </svg>
            """)
    }

    /// A round red seal of 36 mm at 300 dpi, plainly marked as practice.
    func seal(of agency: String) async throws -> Data {
        try await png(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="425" height="425" viewBox="0 0 425 425">
            <g fill="none" stroke="#d40000"><circle cx="212" cy="212" r="205" stroke-width="9"/><circle cx="212" cy="212" r="192" stroke-width="3"/>
            <circle cx="212" cy="212" r="118" stroke-width="3"/></g>
            <g fill="#d40000" font-family="Liberation Sans, Noto Sans, sans-serif" font-weight="bold" text-anchor="middle">
            \(around(agency.uppercased(), baseline: 68, degreesEach: min(9, 240 / Double(agency.count)), size: agency.count > 30 ? 23 : 28))
            \(around("THỰC HÀNH", baseline: 378, degreesEach: -7.5, size: 26))
            <polygon points="212,168 222,198 254,198 228,217 238,248 212,229 186,248 196,217 170,198 202,198"/></g></svg>
            """)
    }

    /// Letters set one by one on a circle around the centre, since the drawing program knows no text on a path.
    private func around(_ text: String, baseline: Int, degreesEach: Double, size: Int) -> String {
        text.enumerated().map { index, letter in
            let angle = (Double(index) - Double(text.count - 1) / 2) * degreesEach
            return
                "<text transform=\"rotate(\(angle) 212 212)\" x=\"212\" y=\"\(baseline)\" font-size=\"\(size)\">\(escaped(String(letter)))</text>"
        }.joined()
    }

    private func png(_ svg: String) async throws -> Data {
        try await sandbox.run("rsvg-convert", ["--format", "png"], input: Data(svg.utf8))
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
