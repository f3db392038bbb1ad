import Foundation
import OfficeTestKit
import Platform
import Records
import Testing
import WebUI

@testable import OfficeApp

/// Hai máy chủ cùng phục vụ một cơ quan trên một cơ sở dữ liệu: chung phiên đăng nhập, chung sổ, không trùng số, không sót số.
@Suite struct TwoNodesTests {
    /// Two offices, each with its own connections, over one database and one folder of files.
    static func nodes(_ engine: Engine) async throws -> (test: TestOffice, nodes: [Office]) {
        let test = try await TestOffice.make(engine, schema: Office.featureSchema)
        let settings = try OfficeSettings(Settings(["data": test.folder.path, "practice": "true"]))
        var nodes: [Office] = []
        for _ in 0..<2 {
            let ground = Groundwork(
                database: try await Database(test.address, connections: 4), blobs: test.ground.blobs,
                clock: test.ground.clock,
                sandbox: test.ground.sandbox, transport: test.ground.transport, settings: test.ground.settings)
            nodes.append(try await Office(settings, ground: ground))
        }
        return (test, nodes)
    }

    @Test(arguments: Engine.testable)
    func `clerks on two nodes share sessions and one register`(engine: Engine) async throws {
        let (test, nodes) = try await Self.nodes(engine)
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<24 {
                group.addTask {
                    let browser = Browser(nodes[index % 2].router(), clock: test.clock)
                    try await browser.become(test.people.clerk, in: test)
                    let entered = try await browser.post(
                        "/van-ban-den/moi",
                        [
                            "sender": "Bộ Nội vụ", "number": "\(index + 1)", "notation": "BNV-VP",
                            "subject": "Văn bản \(index)",
                        ],
                        files: [FormFile("scan", name: "quet.pdf", bytes: Data("%PDF-1.4\n%%EOF".utf8))])
                    let path = try #require(
                        entered.location?.split(separator: "?").first.map(String.init), "\(entered.text)")
                    // Registered on the other node: both see what the other has committed.
                    let other = Browser(nodes[(index + 1) % 2].router(), clock: test.clock)
                    try await other.become(test.people.clerk, in: test)
                    let registered = try await other.post("\(path)/register", ["confirmed": "1"])
                    let said = try #require(registered.location?.removingPercentEncoding, "\(registered.text)")
                    return try #require(said.firstMatch(of: /số đến (\d+)/).flatMap { Int($0.1) }, "\(said)")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...24))
        for node in nodes { await node.ground.database.close() }
    }

    @Test(arguments: Engine.testable)
    func `a job runs on one of two nodes and once`(engine: Engine) async throws {
        let (test, nodes) = try await Self.nodes(engine)
        let specialist = Browser(nodes[0].router(), clock: test.clock)
        try await specialist.become(test.people.specialist, in: test)
        for index in 0..<6 {
            _ = try await specialist.post(
                "/van-ban-di/moi",
                ["type": "officialLetter", "subject": "Dự thảo \(index)", "urgency": "0", "secrecy": "0"],
                files: [FormFile("main", name: "hong.docx", bytes: Data("không phải DOCX".utf8))])
        }
        async let first = nodes[0].worker.drain()
        async let second = nodes[1].worker.drain()
        #expect(try await first + second == 6)
        for node in nodes { await node.ground.database.close() }
    }
}
