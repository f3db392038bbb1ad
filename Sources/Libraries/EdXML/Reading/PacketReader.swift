package import Digests
package import Foundation

/// Reads a packet tolerantly: children in any order, either dialect, with what is odd noted and what cannot be
/// forgiven refused.
package struct PacketReader: Sendable {
    private let limits: PacketLimits
    private let windowBytes: Int

    package init(limits: PacketLimits = PacketLimits()) {
        self.init(limits: limits, windowBytes: XMLWindow.usualBytes)
    }

    /// - Parameter windowBytes: at least 256; a test makes it small.
    init(limits: PacketLimits = PacketLimits(), windowBytes: Int) {
        self.limits = limits
        self.windowBytes = windowBytes
    }

    /// Reads a packet in memory; its attachments stay there too.
    package func read(_ data: Data) -> ReadResult {
        var fault: (any Error)?
        return result(of: ByteSource(data), .memory, &fault)
    }

    /// Reads a packet from front to back in pieces, decoding each attachment on the way, so that memory follows neither.
    ///
    /// Throws only what the disk says (`FileFault`); what is wrong with the packet is in the result.
    package func read(_ source: ByteSource, attachments place: AttachmentPlace) throws -> ReadResult {
        var fault: (any Error)?
        let result = result(of: source, place, &fault)
        if let fault { throw fault }
        return result
    }

    private func result(of source: ByteSource, _ place: AttachmentPlace, _ fault: inout (any Error)?) -> ReadResult {
        do throws(XMLProblem) {
            let tree = try XMLReader.read(
                XMLWindow(source, bytes: windowBytes), limits: limits, attachments: place, fault: &fault)
            return result(of: tree, place, &fault)
        } catch {
            let line = XMLWindow.line(at: error.offset, of: source)
            return ReadResult(refused: PacketProblem(reason: .xml(error.reason), line: line, offset: error.offset))
        }
    }

    private func result(of tree: XMLTree, _ place: AttachmentPlace, _ fault: inout (any Error)?) -> ReadResult {
        var fields = FieldReader(tree: tree, limits: limits, place: place)
        defer { fault = fault ?? fields.fault }
        noteSurroundings(&fields)
        do throws(PacketProblem) {
            let packet = try packet(&fields)
            return ReadResult(packet: packet, tolerated: fields.notes)
        } catch {
            return ReadResult(tolerated: fields.notes, refused: error)
        }
    }

    private func noteSurroundings(_ fields: inout FieldReader) {
        let tree = fields.tree
        if tree.leadingJunk > 0 { fields.note(.leadingJunk(bytes: tree.leadingJunk)) }
        if tree.trailingJunk > 0 { fields.note(.trailingJunk(bytes: tree.trailingJunk)) }
        if tree.looseAmpersands > 0 { fields.note(.looseAmpersands(tree.looseAmpersands)) }
        for name in tree.respelledNames { fields.note(.respelled(name: name.written, as: name.meant)) }
        if let name = tree.misdeclaredEncoding { fields.note(.misdeclaredEncoding(name.shortened)) }
        if let name = tree.transcodedFrom { fields.note(.transcoded(from: name)) }
    }

    private func packet(_ fields: inout FieldReader) throws(PacketProblem) -> Packet {
        let root = fields.tree.root
        guard let header = try PacketReader.header(in: root, &fields) else {
            let isPacket = root.name == "edXML" || root.name == "Envelope"
            throw fields.problem(isPacket ? .noHeader : .notAPacket(root: root.name.shortened), at: root)
        }
        if let status = try fields.only("Status", of: header) {
            fields.note(.statusElement)
            return .status(try StatusReader(node: status).read(&fields))
        }
        guard let message = try fields.only("MessageHeader", of: header) else {
            throw fields.problem(.noHeader, at: header)
        }
        if message.first("StatusCode") != nil {
            let known = ["MessageHeader", "TraceHeaderList", "Signature", "DigitalSignature"]
            for child in header.children where !known.contains(child.name) { fields.unknown(child, in: header.name) }
            for node in AttachmentsReader(root: root).encodedLists { fields.unknown(node, in: root.name) }
            return .status(try StatusReader(node: message).read(&fields))
        }
        return .document(try DocumentReader(root: root, header: header, message: message).read(&fields))
    }

    /// `edXML/edXMLEnvelope/edXMLHeader`, or the SOAP form of one provincial gateway, or a root that is the
    /// envelope itself.
    private static func header(in root: XMLNode, _ fields: inout FieldReader) throws(PacketProblem) -> XMLNode? {
        guard ["edXML", "Envelope", "edXMLEnvelope"].contains(root.name) else { return nil }
        let (named, soap) = (try fields.only("edXMLEnvelope", of: root), try fields.only("Envelope", of: root))
        let inner = named ?? soap
        let envelope = inner ?? root
        if inner != nil {
            for child in root.children where !["edXMLEnvelope", "Envelope", "AttachmentEncoded"].contains(child.name) {
                fields.unknown(child, in: root.name)
            }
        }
        let (own, general) = (try fields.only("edXMLHeader", of: envelope), try fields.only("Header", of: envelope))
        if let header = own ?? general {
            let known = ["edXMLHeader", "Header", "edXMLBody", "Body", "AttachmentEncoded"]
            for child in envelope.children where !known.contains(child.name) {
                fields.unknown(child, in: envelope.name)
            }
            return header
        }
        let holdsMessage = envelope.first("MessageHeader") != nil || envelope.first("Status") != nil
        return holdsMessage ? envelope : nil
    }
}
