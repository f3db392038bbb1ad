// The practice Academy: real names of the agency and its units, made-up people.
internal import Records

extension DemoOffice {
    static let academy = DemoOffice(
        agency: Agency(
            code: AgencyCode("000.00.00.G31"), shortCode: AgencyCode("G31"),
            name: "Viện Hàn lâm Khoa học và Công nghệ Việt Nam", abbreviation: "VHL",
            address: "18 Hoàng Quốc Việt, Nghĩa Đô, Hà Nội", email: "vanthu@vhl.example", isOwn: true),
        units: [
            DemoUnit("ld", "Lãnh đạo Viện Hàn lâm", "", head: "chutich"),
            DemoUnit("vp", "Văn phòng", "VP", head: "chanhvp"),
            DemoUnit("tccb", "Ban Tổ chức – Cán bộ", "TCCB", head: "truongban.tccb"),
            DemoUnit("khtc", "Ban Kế hoạch – Tài chính", "KHTC", head: "truongban.khtc"),
            DemoUnit("htqt", "Ban Hợp tác quốc tế", "HTQT", head: "truongban.htqt"),
            DemoUnit("udtk", "Ban Ứng dụng và Triển khai công nghệ", "UDTKCN", head: "truongban.udtk"),
            DemoUnit("toan", "Viện Toán học", "VTH", head: "vientruong.toan"),
            DemoUnit("ly", "Viện Vật lý", "VL", head: "vientruong.ly"),
            DemoUnit("hoa", "Viện Hóa học", "HH", head: "vientruong.hoa"),
            DemoUnit("dulieu", "Trung tâm Dữ liệu và Thông tin khoa học", "TTDL", head: "giamdoc.dulieu"),
            DemoUnit("vutru", "Trung tâm Vũ trụ Việt Nam", "TTVT", head: "giamdoc.vutru"),
            DemoUnit("baotang", "Bảo tàng Thiên nhiên Việt Nam", "BTTN", head: "giamdoc.baotang"),
        ],
        people: leadership + office + departments + institutes)

    private static let leadership = [
        DemoPerson("chutich", "Trần Minh Đức", "Chủ tịch", "ld", .leader),
        DemoPerson("phochutich", "Nguyễn Thị Hồng Vân", "Phó Chủ tịch", "ld", .leader),
        DemoPerson("phochutich2", "Lê Quang Huy", "Phó Chủ tịch", "ld", .leader),
    ]

    private static let office = [
        DemoPerson("chanhvp", "Phạm Văn Khải", "Chánh Văn phòng", "vp", .unitHead, .leader),
        DemoPerson("phovp", "Đỗ Thị Thu Hằng", "Phó Chánh Văn phòng", "vp", .specialist),
        DemoPerson("vanthu", "Nguyễn Thị Mai", "Văn thư", "vp", .recordsClerk),
        DemoPerson("vanthu2", "Bùi Thị Lan Anh", "Văn thư", "vp", .recordsClerk),
        DemoPerson("chuyenvien", "Hoàng Đức Thịnh", "Chuyên viên", "vp", .specialist),
        DemoPerson("chuyenvien2", "Vũ Thị Ngọc Ánh", "Chuyên viên", "vp", .specialist),
        DemoPerson("quantri", "Đặng Hữu Phước", "Quản trị hệ thống", "vp", .administrator),
    ]

    private static let departments = [
        DemoPerson("truongban.tccb", "Ngô Xuân Trường", "Trưởng ban", "tccb", .unitHead),
        DemoPerson("phoban.tccb", "Lý Thị Kiều Oanh", "Phó Trưởng ban", "tccb", .specialist),
        DemoPerson("cv.tccb", "Trịnh Văn Sơn", "Chuyên viên chính", "tccb", .specialist),
        DemoPerson("cv2.tccb", "Phan Thị Quỳnh Như", "Chuyên viên", "tccb", .specialist),
        DemoPerson("truongban.khtc", "Đinh Thị Thanh Thủy", "Trưởng ban", "khtc", .unitHead),
        DemoPerson("phoban.khtc", "Hồ Sỹ Nguyên", "Phó Trưởng ban", "khtc", .specialist),
        DemoPerson("cv.khtc", "Dương Thị Bích Ngọc", "Chuyên viên chính", "khtc", .specialist),
        DemoPerson("cv2.khtc", "Lưu Tuấn Kiệt", "Chuyên viên", "khtc", .specialist),
        DemoPerson("cv3.khtc", "Mai Thị Phương Thảo", "Chuyên viên", "khtc", .specialist),
        DemoPerson("truongban.htqt", "Tạ Hoàng Linh", "Trưởng ban", "htqt", .unitHead),
        DemoPerson("phoban.htqt", "Cao Thị Diệu Hương", "Phó Trưởng ban", "htqt", .specialist),
        DemoPerson("cv.htqt", "Kiều Anh Dũng", "Chuyên viên", "htqt", .specialist),
        DemoPerson("truongban.udtk", "Nguyễn Đình Phong", "Trưởng ban", "udtk", .unitHead),
        DemoPerson("phoban.udtk", "Võ Thị Cẩm Tú", "Phó Trưởng ban", "udtk", .specialist),
        DemoPerson("cv.udtk", "Trương Quốc Bảo", "Chuyên viên", "udtk", .specialist),
    ]

    private static let institutes = [
        DemoPerson("vientruong.toan", "Lâm Gia Khiêm", "Viện trưởng", "toan", .unitHead),
        DemoPerson("ncv.toan", "Đoàn Thị Tố Uyên", "Nghiên cứu viên", "toan", .specialist),
        DemoPerson("vientruong.ly", "Châu Ngọc Ẩn", "Viện trưởng", "ly", .unitHead),
        DemoPerson("ncv.ly", "Nghiêm Xuân Bách", "Nghiên cứu viên", "ly", .specialist),
        DemoPerson("vientruong.hoa", "Quách Thị Tuyết", "Viện trưởng", "hoa", .unitHead),
        DemoPerson("ncv.hoa", "Thái Bá Ước", "Nghiên cứu viên", "hoa", .specialist),
        DemoPerson("giamdoc.dulieu", "Ông Thế Vinh", "Giám đốc", "dulieu", .unitHead),
        DemoPerson("cv.dulieu", "Phùng Thị Yến Nhi", "Chuyên viên", "dulieu", .specialist),
        DemoPerson("cv2.dulieu", "Giang Minh Quý", "Kỹ sư", "dulieu", .specialist),
        DemoPerson("giamdoc.vutru", "Doãn Hà Thắng", "Tổng Giám đốc", "vutru", .unitHead),
        DemoPerson("cv.vutru", "Sầm Thị Huyền Trang", "Kỹ sư", "vutru", .specialist),
        DemoPerson("giamdoc.baotang", "Văn Đức Ý", "Giám đốc", "baotang", .unitHead),
        DemoPerson("cv.baotang", "Từ Thị Ái Vy", "Chuyên viên", "baotang", .specialist),
        DemoPerson("cv2.baotang", "Khúc Thành Đạt", "Chuyên viên", "baotang", .specialist),
        DemoPerson("cv3.baotang", "La Văn Hưởng", "Chuyên viên", "baotang", .specialist),
    ]

    /// Agencies that both practice offices know and that are not there to answer.
    static let others = [
        Agency(
            code: AgencyCode("000.00.00.G22"), shortCode: AgencyCode("G22"), name: "Văn phòng Chính phủ",
            abbreviation: "VPCP"),
        Agency(
            code: AgencyCode("000.00.00.G06"), shortCode: AgencyCode("G06"), name: "Bộ Khoa học và Công nghệ",
            abbreviation: "BKHCN"),
        Agency(code: AgencyCode("000.00.00.G09"), shortCode: AgencyCode("G09"), name: "Bộ Nội vụ", abbreviation: "BNV"),
        Agency(
            code: AgencyCode("000.00.00.G12"), shortCode: AgencyCode("G12"), name: "Bộ Tài chính", abbreviation: "BTC"),
        Agency(
            code: AgencyCode("000.00.00.G32"), shortCode: AgencyCode("G32"),
            name: "Viện Hàn lâm Khoa học xã hội Việt Nam", abbreviation: "VASS"),
    ]
}
