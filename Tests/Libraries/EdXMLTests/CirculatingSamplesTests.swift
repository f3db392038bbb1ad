import Foundation
import Testing

@testable import EdXML

/// Các gói mẫu đang lưu hành, khi có sẵn bên cạnh mã nguồn.
@Suite(.enabled(if: Samples.arePresent, "không có ../shared/data/edxml: bỏ qua"))
struct CirculatingSamplesTests {
    @Test(arguments: Samples.names)
    func `every sample is read and summed up in one line`(name: String) throws {
        let data = try Data(contentsOf: Samples.folder.appending(path: name))
        let result = PacketReader().read(data)
        #expect(result.refused == nil)
        let line = PacketSummary(file: name, result: result).line
        print(line)
        #expect(!line.contains("\n"))
    }

    @Test func `each sample has the kind and the sender it is known for`() throws {
        let kinds = try Samples.names.map { name -> String in
            let data = try Data(contentsOf: Samples.folder.appending(path: name))
            switch PacketReader().read(data).packet {
            case .document(let packet): return "\(name) \(packet.operationKind) \(packet.sender.agencyCode)"
            case .status(let packet): return "\(name) \(packet.code) \(packet.sender.agencyCode)"
            case nil: return "\(name) refused"
            }
        }
        #expect(
            kinds == [
                "edoc.edxml new 002.00.20.H13", "edoc_new.edxml new 002.00.20.H13",
                "edoc_replacement.edxml replace 000.00.00.G22", "edoc_revocation.edxml recall 000.00.00.G22",
                "edoc_update.edxml amend 000.00.00.G22", "provincial_form_template.edxml new {senderOrgCode}",
                "returned_2019.edxml new 000.00.15.H51", "returned_2025_corrupt_attachment.edxml new vxp.saas.03",
                "status.edxml 01 000.00.00.H41", "status_acceptance_03.edxml 03 000.00.00.H41",
                "status_assignment_04.edxml 04 000.00.00.H41", "status_cancellation_13.edxml 13 000.00.00.G22",
                "status_change-acceptance_15.edxml 15 000.00.00.H41",
                "status_change-rejection_16.edxml 16 000.00.00.H41", "status_finish_06.edxml 06 000.00.00.H41",
                "status_inbox_01.edxml 01 000.00.00.H41", "status_processing_05.edxml 05 000.00.00.H41",
                "status_rejection_02.edxml 02 000.00.00.H41",
            ])
    }

    @Test func `attachments of the samples are intact except the two known to be bad`() throws {
        for name in Samples.names {
            let data = try Data(contentsOf: Samples.folder.appending(path: name))
            guard case .document(let packet) = PacketReader().read(data).packet else { continue }
            switch name {
            case "returned_2025_corrupt_attachment.edxml":
                #expect(packet.attachments.map(\.state) == [.corrupt(.destroyedAsText)])
            case "provincial_form_template.edxml":
                #expect(packet.attachments.map(\.state) == [.corrupt(.badBase64(at: 0))])
            default:
                #expect(packet.attachments.map(\.isIntact) == [true], "\(name)")
                #expect(packet.attachments.map(\.fileKind) == [.pdf], "\(name)")
            }
        }
    }
}

enum Samples {
    static let folder = URL(filePath: FileManager.default.currentDirectoryPath).appending(path: "../shared/data/edxml")
    static let names: [String] = {
        let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path())
        return (found ?? []).filter { $0.hasSuffix(".edxml") }.sorted()
    }()
    static var arePresent: Bool { !names.isEmpty }
}
