/// Media types of the files offices exchange.
enum MediaType {
    private static let byExtension: [String: String] = [
        "pdf": "application/pdf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "zip": "application/zip", "rar": "application/vnd.rar",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff", "tiff": "image/tiff",
        "txt": "text/plain", "xml": "application/xml",
    ]

    static func forExtension(_ name: String) -> String { byExtension[name] ?? "application/octet-stream" }
}
