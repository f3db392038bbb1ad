import Foundation
import PDFCore
import SignatureCore

/// A file pyHanko encrypted, each of whose revisions carries an authentication code (ISO/TS 32004), and what pyHanko says
/// of the codes.
enum ProtectedFile {
    static let password = "mở khóa"

    enum Shape: String, CaseIterable { case table, stream }

    static func made(_ source: Data, _ shape: Shape, password: String = password) async throws -> Data {
        try await withFolder { folder in
            let (plain, made) = (folder.appending(path: "plain.pdf"), folder.appending(path: "made.pdf"))
            try source.write(to: plain)
            try run(
                """
                import sys
                from pyhanko.pdf_utils.reader import PdfFileReader
                from pyhanko.pdf_utils.writer import copy_into_new_writer
                source, made, password, shape = sys.argv[1:]
                with open(source, 'rb') as file:
                    writer = copy_into_new_writer(
                        PdfFileReader(file), writer_kwargs={'stream_xrefs': shape == 'stream'})
                    writer.encrypt(owner_pass='chủ', user_pass=password)
                    with open(made, 'wb') as out:
                        writer.write(out)
                """, in: folder, [plain.path, made.path, password, shape.rawValue])
            return try Data(contentsOf: made)
        }
    }

    /// A line for every revision, read as if nothing came after it: what pyHanko says of its code, and of the signatures
    /// there, after field, coverage and changes.
    static func judged(_ file: Data, password: String = password) async throws -> [String] {
        let revisions = try PDFDocument(data: file, password: password).revisions
        let ends = revisions.indices.map { $0 == revisions.count - 1 ? file.count : revisions[$0].end }
        return try await withFolder { folder in
            let (pdf, root) = (folder.appending(path: "judged.pdf"), folder.appending(path: "root.pem"))
            try file.write(to: pdf)
            try Data(try Practice.shared.get().pki.root.pem.utf8).write(to: root)
            let said = try run(
                """
                import datetime, io, logging, sys
                from pyhanko.pdf_utils.reader import PdfFileReader
                from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
                from pyhanko_certvalidator import ValidationContext
                from pyhanko.keys import load_cert_from_pemder
                logging.disable(logging.CRITICAL)
                path, root, password, *ends = sys.argv[1:]
                moment = datetime.datetime.fromtimestamp(1772680531, datetime.timezone.utc)
                with open(path, 'rb') as file:
                    data = file.read()
                for end in ends:
                    reader = PdfFileReader(io.BytesIO(data[:int(end)]), strict=True)
                    try:
                        answer = reader.decrypt(password)
                    except ValueError:
                        print('FAILED; no structure')
                        continue
                    line = [answer.mac_status.name, answer.mac_failure_reason or '']
                    for found in reader.embedded_signatures if not answer.mac_failure_reason else []:
                        context = ValidationContext(
                            trust_roots=[load_cert_from_pemder(root)], moment=moment, allow_fetching=False)
                        if found.sig_object['/Type'] == '/DocTimeStamp':
                            status = validate_pdf_timestamp(found, context)
                            holds = status.valid and status.intact and status.trusted
                        else:
                            status = validate_pdf_signature(found, context, context)
                            holds = status.bottom_line
                        line.append(' '.join([
                            found.field_name, 'OK' if holds else 'NOT-OK',
                            status.coverage.name, status.modification_level.name if status.modification_level else '-']))
                    print('; '.join(part for part in line if part))
                """, in: folder, [pdf.path, root.path, password] + ends.map(String.init))
            return said.split(separator: "\n").map(String.init)
        }
    }

    @discardableResult
    private static func run(_ script: String, in folder: URL, _ arguments: [String]) throws -> String {
        let program = folder.appending(path: "judge.py")
        try Data(script.utf8).write(to: program)
        let result = try Tool.run(Tool.python, [program.path] + arguments)
        guard result.status == 0 else { throw ToolFailure(text: result.text) }
        return result.text
    }
}
