package import PDFCore

/// A place on a page as a person sees it: millimetres from the top left corner of the page shown upright, without what
/// its CropBox cuts off.
package struct PageRect: Hashable, Sendable, Codable {
    /// Counted from 1.
    package var page: Int
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(page: Int, x: Double, y: Double, width: Double, height: Double) {
        self.page = page
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    static let pointsPerMillimetre = 72 / 25.4

    /// The rectangle in the page's own units, turned as the page is turned.
    package func rectangle(on page: PDFPage) -> PDFRectangle {
        let scale = Self.pointsPerMillimetre / page.userUnit
        let (left, top, right, bottom) = (x * scale, y * scale, (x + width) * scale, (y + height) * scale)
        let box = page.cropBox
        return switch page.rotation {
        case 90:
            PDFRectangle(minX: box.minX + top, minY: box.minY + left, maxX: box.minX + bottom, maxY: box.minY + right)
        case 180:
            PDFRectangle(minX: box.maxX - right, minY: box.minY + top, maxX: box.maxX - left, maxY: box.minY + bottom)
        case 270:
            PDFRectangle(minX: box.maxX - bottom, minY: box.maxY - right, maxX: box.maxX - top, maxY: box.maxY - left)
        default:
            PDFRectangle(minX: box.minX + left, minY: box.maxY - bottom, maxX: box.minX + right, maxY: box.maxY - top)
        }
    }
}

extension PDFPage {
    /// Width and height of the page as shown, in millimetres.
    package var sizeInMillimetres: (width: Double, height: Double) {
        let scale = userUnit / PageRect.pointsPerMillimetre
        let isTurned = rotation == 90 || rotation == 270
        return isTurned
            ? (cropBox.height * scale, cropBox.width * scale) : (cropBox.width * scale, cropBox.height * scale)
    }
}
