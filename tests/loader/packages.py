"""Workbooks written part by part, for shapes that no library writes."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_parts(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def excel_parts(
    cells: str,
    *,
    after: str = "",
    before: str = "",
    strings: str = "",
    styles: str = "",
    book: str = "",
    namespace: str = TRANSITIONAL,
) -> dict[str, str | bytes]:
    """Parts of a workbook with the sheet 'Cohort'; `cells` is what stands in sheetData."""
    related = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    related.append(("sharedStrings", "sharedStrings.xml"))
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(related)
    )
    main = f'<Relationship Id="r0" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    sheets = '<sheets><sheet name="Cohort" sheetId="1" r:id="r0"/></sheets>'
    return {
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{main}</Relationships>',
        "xl/_rels/workbook.xml.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'
        ),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{namespace}" xmlns:r="{RELATIONS}">{book}{sheets}</workbook>'
        ),
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{namespace}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{namespace}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": (
            f'{HEAD}<worksheet xmlns="{namespace}">{before}<sheetData>{cells}</sheetData>'
            f"{after}</worksheet>"
        ),
    }


def write_excel(path: Path, cells: str, **more: str) -> Path:
    return write_parts(path, excel_parts(cells, **more))


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def formats(*codes: str) -> str:
    """Styles 1, 2 … that show numbers in these formats; a number is a built-in format."""
    custom = [c for c in codes if not c.isdigit()]
    ids = {code: code if code.isdigit() else str(164 + custom.index(code)) for code in codes}
    known = "".join(
        f"<numFmt numFmtId={quoteattr(ids[c])} formatCode={quoteattr(c)}/>" for c in custom
    )
    styles = "".join(f'<xf numFmtId="{ids[code]}"/>' for code in codes)
    return f'<numFmts>{known}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs>'


ODS_NAMES = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("draw", "drawing"),
    ]
) + (
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def write_ods(path: Path, sheets: str, *, styles: str = "", settings: str = "", **parts) -> Path:
    """An OpenDocument spreadsheet; `sheets` is what stands in office:spreadsheet."""
    content = (
        f"{HEAD}<office:document-content{ODS_NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{settings}{sheets}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return write_parts(path, {"mimetype": kind, "content.xml": content, **parts})


def ods_sheet(rows, name: str = "Cohort") -> str:
    """A table:table of Python values, as LibreOffice would write it."""
    lines = "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )
    return f'<table:table table:name="{name}"><table:table-column/>{lines}</table:table>'


def ods_cell(value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind = f'"boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f'"float" office:value="{value!r}"'
    elif isinstance(value, date | datetime):
        kind = f'"date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, time):
        kind = f'"time" office:time-value="PT{value.hour}H{value.minute:02}M{value.second:02}S"'
    elif isinstance(value, timedelta):
        kind = f'"time" office:time-value="PT{value.total_seconds():.0f}S"'
    else:
        kind = '"string"'
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell office:value-type={kind}>{paragraphs}</table:table-cell>"


def _spaced(line: str) -> str:
    return escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")
