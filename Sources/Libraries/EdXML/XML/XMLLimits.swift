/// The bounds within which a foreign packet is read; everything beyond is refused, not truncated.
package struct PacketLimits: Sendable, Hashable {
    /// Size of the whole packet. The gateways cap a packet at 50 MB; some room above that.
    package var packetBytes = 64 << 20
    package var depth = 32
    package var elements = 20_000
    package var attributesPerElement = 32
    package var attributeBytes = 4_096
    package var nameBytes = 256
    /// One text field other than an attachment's content.
    package var fieldBytes = 65_536
    /// The text of all fields together.
    package var textBytes = 8 << 20
    package var attachments = 200
    /// All attachments together after decoding and unpacking.
    package var decodedBytes = 128 << 20
    /// Bytes before the first `<` that are forgiven.
    package var leadingJunkBytes = 1_024

    package init() {}
}
