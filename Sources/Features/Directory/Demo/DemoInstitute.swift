// The practice institute: below the Academy, with a code that no real agency bears.
internal import Records

extension DemoOffice {
    static let institute = DemoOffice(
        agency: Agency(
            code: AgencyCode("000.00.97.G31"), shortCode: AgencyCode("G31.97"),
            name: "Viện Công nghệ thông tin (mã thực hành)", abbreviation: "CNTT",
            parentName: "Viện Hàn lâm Khoa học và Công nghệ Việt Nam",
            address: "18 Hoàng Quốc Việt, Nghĩa Đô, Hà Nội", email: "vanthu@cntt.example", isOwn: true),
        units: [
            DemoUnit("ld", "Lãnh đạo Viện", "", head: "vientruong"),
            DemoUnit("qlth", "Phòng Quản lý tổng hợp", "QLTH", head: "truongphong.qlth"),
            DemoUnit("cntt", "Phòng Nhận dạng và Công nghệ tri thức", "NDCNTT", head: "truongphong.nd"),
            DemoUnit("mang", "Phòng Tin học viễn thông", "THVT", head: "truongphong.vt"),
        ],
        people: [
            DemoPerson("vientruong", "Nguyễn Hải Triều", "Viện trưởng", "ld", .leader),
            DemoPerson("phovientruong", "Trần Thị Ngọc Diệp", "Phó Viện trưởng", "ld", .leader),
            DemoPerson("truongphong.qlth", "Lê Văn Thành", "Trưởng phòng", "qlth", .unitHead),
            DemoPerson("vanthu", "Phạm Thị Hồng Nhung", "Văn thư", "qlth", .recordsClerk),
            DemoPerson("chuyenvien", "Vũ Đức Mạnh", "Chuyên viên", "qlth", .specialist),
            DemoPerson("chuyenvien2", "Đỗ Thùy Dương", "Chuyên viên", "qlth", .specialist),
            DemoPerson("quantri", "Bùi Công Danh", "Quản trị hệ thống", "qlth", .administrator),
            DemoPerson("truongphong.nd", "Hoàng Kim Ngân", "Trưởng phòng", "cntt", .unitHead),
            DemoPerson("ncv.nd", "Phan Nhật Minh", "Nghiên cứu viên", "cntt", .specialist),
            DemoPerson("ncv2.nd", "Ngô Thị Khánh Ly", "Nghiên cứu viên", "cntt", .specialist),
            DemoPerson("truongphong.vt", "Đặng Trung Hiếu", "Trưởng phòng", "mang", .unitHead),
            DemoPerson("ncv.vt", "Lý Hoài Nam", "Nghiên cứu viên chính", "mang", .specialist),
            DemoPerson("ncv2.vt", "Dương Ánh Tuyết", "Nghiên cứu viên", "mang", .specialist),
        ])
}
