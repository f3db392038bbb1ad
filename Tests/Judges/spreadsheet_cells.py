"""Reads a workbook as a stranger would, with Python's own ZIP and XML, and tells its sheets and cells as JSON."""

import json
import sys
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"


def value(cell):
    if cell.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(MAIN + "t"))
    number = cell.find(MAIN + "v")
    return None if number is None else float(number.text)


def sheets(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, "a checksum is wrong"
        targets = {
            one.get("Id"): one.get("Target")
            for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")).iter(PACKAGE + "Relationship")}
        types = archive.read("[Content_Types].xml").decode()
        for tab in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(MAIN + "sheet"):
            part = "xl/" + targets[tab.get(RELATION)]
            assert f'PartName="/{part}"' in types, f"{part} has no type"
            rows = [
                [(cell.get("r"), value(cell)) for cell in row.iter(MAIN + "c")]
                for row in ElementTree.fromstring(archive.read(part)).iter(MAIN + "row")]
            yield {
                "name": tab.get("name"), "rows": [[told for _, told in row] for row in rows],
                "places": [[place for place, _ in row] for row in rows]}


if __name__ == "__main__":
    print(json.dumps(list(sheets(sys.argv[1])), ensure_ascii=False))
