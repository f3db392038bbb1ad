// The clerk's form for what did not come over the exchange.
internal import Platform
internal import Records
internal import WebUI

struct EntryFormView {
    /// Names of known senders, offered while typing.
    let agencies: [String]
    let csrf: String
    let today: Day

    var html: HTML {
        """
        \(Lists.heading("Nhập văn bản đến"))
        \(Fields.form("/van-ban-den/moi", csrf: csrf, hasFiles: true, draftKey: "van-ban-den-moi", "\(document)\(signer)\(files)\(Fields.buttons(Fields.submit("Lưu, sang bước vào sổ")))"))
        """
    }

    private var document: HTML {
        Fields.group(
            "Văn bản",
            """
            \(sender)\
            \(Fields.pair("\(Fields.text("number", "Số", isRequired: true, maxLength: 50))\(Fields.text("notation", "Ký hiệu", placeholder: "QĐ-VHL", maxLength: 100))"))\
            \(Fields.pair("\(Fields.date("day", "Ngày văn bản"))\(Fields.select("type", "Loại văn bản", options: DocumentType.allCases.map { Option($0.rawValue, $0.label) }, selected: DocumentType.officialLetter.rawValue))"))\
            \(Fields.area("subject", "Trích yếu", isRequired: true, rows: 2, most: .subject))\
            \(Fields.choices("urgency", "Độ khẩn", options: Urgency.allCases.map { Option(String($0.rawValue), $0.label) }, selected: "0"))\
            \(Fields.choices("secrecy", "Độ mật", options: SecurityLevel.allCases.map { Option(String($0.rawValue), $0.label) }, selected: "0"))\
            \(Fields.date("due", "Hạn xử lý ghi trên văn bản", least: today))
            """)
    }

    private var sender: HTML {
        """
        <div class="field"><label for="f-sender"><span class="label">Cơ quan ban hành</span></label>\
        <input type="text" id="f-sender" name="sender" required maxlength="500" list="senders" autocomplete="off">\
        <datalist id="senders">\(agencies.map { #"<option value="\#($0)"></option>"# as HTML })</datalist></div>
        """
    }

    private var signer: HTML {
        Fields.pair(
            "\(Fields.text("signer", "Người ký", maxLength: 200))\(Fields.text("position", "Chức vụ người ký", maxLength: 200))"
        )
    }

    private var files: HTML {
        Fields.group(
            "Tệp",
            """
            \(Fields.file("scan", "Bản quét", accept: ".pdf", isRequired: true, hint: "PDF, màu, từ 200 dpi (Nghị định 30/2020/NĐ-CP, Phụ lục I)."))\
            \(Fields.file("attachment", "Tệp kèm", accept: "*/*", allowsMany: true))
            """)
    }
}
