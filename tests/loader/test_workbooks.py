"""Workbooks of every origin: values, dates, formulas, and what calamine and openpyxl drop."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from packages import (
    excel_parts,
    formats,
    ods_cell,
    ods_sheet,
    text_cell,
    write_excel,
    write_ods,
    write_parts,
)
from python_calamine import CalamineWorkbook

from cohort_stats.rawtable import CellError, Percent
from cohort_stats.reading import read_table
from cohort_stats.reading.number_formats import EPOCH_1900, as_shown, kind_of_format

HEADINGS = f'<row r="1">{text_cell("A1", "Patient")}{text_cell("B1", "Value")}</row>'


HERE, PLACE = '"#"', '"B%d"'


def column(*cells):
    """Rows with one patient each; `cells` stand in column B."""
    return HEADINGS + "".join(
        f'<row r="{i}">{text_cell(f"A{i}", f"P{i}")}{cell.replace(HERE, PLACE % i)}</row>'
        for i, cell in enumerate(cells, start=2)
    )


def values(path):
    return read_table(path).values[1]


# Excel


def test_every_kind_of_cell(tmp_path):
    cells = column(
        '<c r="#"><v>150</v></c>',
        '<c r="#" t="n"><v>6.15E1</v></c>',
        '<c r="#" t="s"><v>1</v></c>',
        '<c r="#" t="b"><v>1</v></c>',
        '<c r="#" t="e"><v>#REF!</v></c>',
        '<c r="#" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
        '<c r="#" t="d"><v>2024-02-29T12:30:00</v></c>',
        '<c r="#" t="inlineStr"><is><r><t>re</t></r><rPh><t>XX</t></rPh><r><t>d</t></r></is></c>',
        '<c r="#" t="s"><v>0</v></c>',
        '<c r="#"><f>1/3</f><v>0.5</v></c>',
        '<c r="#"><f>1/3</f></c>',
        '<c r="#"><f>1/3</f><v></v></c>',
        '<c r="#" t="str"><f>IF(A1="","",1)</f><v></v></c>',
        '<c r="#" s="7"/>',
    )
    strings = (
        "<si><r><t>a_x0041_</t></r><r><t xml:space='preserve'> b</t></r></si><si><t>=1+1</t></si>"
    )
    assert values(write_excel(tmp_path / "a.xlsx", cells, strings=strings)) == [
        150,
        61.5,
        "=1+1",
        True,
        CellError("the error #REF!"),
        "ab",
        datetime(2024, 2, 29, 12, 30),
        "red",
        "aA b",
        0.5,
        CellError("a formula whose result was not saved"),
        CellError("a formula whose result was not saved"),
        None,
        None,
    ]


def test_a_whole_number_is_shown_without_a_point(tmp_path):
    found = values(write_excel(tmp_path / "a.xlsx", column('<c r="#"><v>150.0</v></c>')))
    assert [str(v) for v in found] == ["150"]


def test_prefixes_quotes_and_the_order_of_attributes_do_not_matter(tmp_path):
    plain = excel_parts(column("<c t='b' r='B2'><v>1</v></c>"))
    sheet = str(plain["xl/worksheets/sheet1.xml"])
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        sheet = sheet.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        sheet = sheet.replace(f"</{name}>", f"</x:{name}>")
    sheet = sheet.replace("xmlns=", "xmlns:x=")
    path = write_parts(tmp_path / "a.xlsx", plain | {"xl/worksheets/sheet1.xml": sheet})
    assert "<x:c t='b' r=" in sheet
    assert values(path) == [True]


def test_strict_open_xml_is_read(tmp_path):
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    path = write_excel(tmp_path / "a.xlsx", column('<c r="#"><v>5</v></c>'), namespace=strict)
    assert values(path) == [5]


def test_parts_in_other_places_and_with_other_capitals(tmp_path):
    parts = excel_parts(column('<c r="#" t="s"><v>0</v></c>'), strings="<si><t>x</t></si>")
    parts["xl\\SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        '"worksheets/sheet1.xml"', '"/xl/elsewhere/s.xml"'
    )
    parts["xl/elsewhere/s.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    assert values(write_parts(tmp_path / "a.xlsx", parts)) == ["x"]


def test_cells_without_addresses_follow_one_another(tmp_path):
    cells = (
        "<row><c t='inlineStr'><is><t>Patient</t></is></c><c/>"
        "<c t='inlineStr'><is><t>Age</t></is></c></row><row/>"
        "<row><c t='inlineStr'><is><t>P1</t></is></c><c/><c><v>5</v></c></row>"
    )
    found = read_table(write_excel(tmp_path / "a.xlsx", cells))
    assert found.values == (["P1"], [5])
    assert str(found.address(0, 1)) == "Cohort!C3"


#: Format of a cell, number in it, and what that means.
SHOWN = [
    ("yyyy-mm-dd", "45351", datetime(2024, 2, 29)),
    ("14", "45351", datetime(2024, 2, 29)),
    ("22", "45351.5", datetime(2024, 2, 29, 12)),
    ("31", "45351", datetime(2024, 2, 29)),
    ("57", "45351", datetime(2024, 2, 29)),
    ('yyyy"年"m"月"d"日"', "45351", datetime(2024, 2, 29)),
    ('[$-412]yyyy"년" mm"월" dd"일"', "45351", datetime(2024, 2, 29)),
    ('[$-411]ggge"年"m"月"d"日"', "45351", datetime(2024, 2, 29)),
    ("[Red]d.m.yy;@", "45351", datetime(2024, 2, 29)),
    ("h:mm", "0.5", time(12)),
    ("[h]:mm", "1.5", timedelta(hours=36)),
    ("46", "0.25", timedelta(hours=6)),
    ("0.0%", "0.455", Percent(0.455)),
    ("10", "0.45", Percent(0.45)),
    ("General", "45351", 45351),
    ("0.00E+00", "45351", 45351),
    ('0 "days"', "45351", 45351),
    ("[Blue]0.0", "45351", 45351),
    ('0.0"%"', "45", 45),
    ("yyyy-mm-dd", "-3", -3),
    ("yyyy-mm-dd", "99999999", 99999999),
    ("yyyy-mm-dd", "1", datetime(1900, 1, 1)),
    ("yyyy-mm-dd", "59", datetime(1900, 2, 28)),
    ("yyyy-mm-dd", "60", CellError("29 February 1900, a day that never was")),
    ("yyyy-mm-dd", "61", datetime(1900, 3, 1)),
]


@pytest.mark.parametrize(("code", "stored", "meant"), SHOWN)
def test_numbers_are_what_their_format_shows(tmp_path, code, stored, meant):
    cells = column(f'<c r="#" s="1"><v>{stored}</v></c>')
    (found,) = values(write_excel(tmp_path / "a.xlsx", cells, styles=formats(code)))
    assert found == meant
    assert type(found) is type(meant)


def test_a_percentage_keeps_its_value_and_is_shown_as_typed(tmp_path):
    cells = column('<c r="#" s="1"><v>0.45</v></c>')
    (found,) = values(write_excel(tmp_path / "a.xlsx", cells, styles=formats("0%")))
    assert found == 0.45
    assert str(found) == "45%"


@pytest.mark.parametrize("flag", ["1", "true"])
def test_a_workbook_that_counts_its_days_from_1904(tmp_path, flag):
    cells = column('<c r="#" s="1"><v>43889</v></c>', '<c r="#"><v>43889</v></c>')
    path = write_excel(
        tmp_path / "a.xlsx",
        cells,
        styles=formats("14"),
        book=f'<workbookPr date1904="{flag}"/>',
    )
    found = read_table(path)
    assert found.values[1] == [datetime(2024, 2, 29), 43889]
    assert found.epoch == date(1904, 1, 1)


def test_dates_agree_with_openpyxl_in_both_date_systems(tmp_path):
    days = [datetime(1904, 1, 2), datetime(1950, 6, 5, 13, 45, 10), datetime(2024, 2, 29)]
    for start in (datetime(1899, 12, 30), datetime(1904, 1, 1)):
        book = Workbook()
        book.epoch = start
        book.active.append(["Day"])
        for day in days:
            book.active.append([day])
        book.save(tmp_path / "a.xlsx")
        table = read_table(tmp_path / "a.xlsx")
        assert table.values[0] == days
        assert table.epoch == start.date()


@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 30)), st.booleans())
def test_a_serial_number_is_the_moment_it_was_made_from(moment, whole):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    moment = moment.replace(hour=0, minute=0, second=0, microsecond=0) if whole else moment
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert as_shown(serial, "date", EPOCH_1900) == moment


def test_formats_are_told_apart():
    assert kind_of_format("yyyy-mm-dd") == "date"
    assert kind_of_format("[mm]:ss") == "duration"
    assert kind_of_format('#,##0.00 "€"') == ""
    assert kind_of_format("0%;[Red]-0%") == "percent"
    assert kind_of_format("\\d0") == ""
    assert kind_of_format("0.0;yyyy") == ""


def test_hidden_and_merged_cells_of_excel(tmp_path):
    cells = column('<c r="#"><v>5</v></c>', "", '<c r="#"><v>6</v></c>').replace(
        '<row r="3">', '<row r="3" hidden="1">'
    )
    path = write_excel(
        tmp_path / "a.xlsx",
        cells,
        before='<cols><col min="2" max="16384" hidden="true"/></cols>',
        after='<mergeCells><mergeCell ref="B2:B3"/></mergeCells>',
    )
    found = read_table(path)
    assert found.values[1] == [5, 5, 6]
    assert [r.how for r in found.repairs] == ["merged cell: the value of B2"]
    assert found.notes == (
        "row 3 is hidden in the sheet; it was read",
        "column B is hidden in the sheet; it was read",
    )


def test_formatted_empty_cells_far_away_do_no_harm(tmp_path):
    far = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    path = write_excel(tmp_path / "a.xlsx", column('<c r="#"><v>5</v></c>') + far)
    found = read_table(path)
    assert found.values[1] == [5]
    assert not found.problems


def test_a_stray_value_in_the_last_cell_of_a_sheet_is_reported(tmp_path):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    found = read_table(write_excel(tmp_path / "a.xlsx", column('<c r="#"><v>5</v></c>') + far))
    assert found.values[1] == [5, None]
    assert str(found.problems[0]).startswith("Cohort!XFD1: expected a heading")


def test_macros_links_and_hidden_sheets_are_said(tmp_path):
    parts = excel_parts(column('<c r="#"><v>5</v></c>'))
    parts["xl/vbaProject.bin"] = b"macros"
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
        'name="Cohort"', 'name="Cohort" state="hidden"'
    )
    relations = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        "</Relationships>",
        '<Relationship Id="x" Type="http://x/externalLink" Target="externalLinks/1.xml"/>'
        "</Relationships>",
    )
    found = read_table(write_parts(tmp_path / "a.xlsm", parts))
    assert found.values[1] == [5]
    assert found.notes == (
        "macros in the file were not run",
        "links to other workbooks were not followed; the values last saved were read",
        "the sheet 'Cohort' is hidden; it was read",
    )


def test_formulas_that_were_never_computed_are_said(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Cohort")
        sheet.write_column(0, 0, ["BMI"])
        sheet.write_formula(1, 0, "=40/2")
    (note,) = read_table(tmp_path / "a.xlsx").notes
    assert "formulas that no spreadsheet program has computed yet" in note


def test_a_chart_sheet_is_no_sheet_of_patients(tmp_path):
    book = Workbook()
    book.active.title = "Tabelle1"
    book.active.append(["Patient", "Age"])
    book.active.append(["P1", 5])
    book.create_chartsheet("Chart")
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").sheet == "Tabelle1"


def test_a_cohort_may_say_that_it_is_synthetic_on_its_first_sheet(tmp_path):
    book = Workbook()
    book.active.title = "Read me"
    book.active["A3"] = "SYNTHETIC: made up"
    book.create_sheet("Cohort").append(["Patient", "Age"])
    book["Cohort"].append(["P1", 5])
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").synthetic
    (tmp_path / "ods").mkdir()
    sheets = ods_sheet([["Title"], ["SYNTHETIC: made up"]], "Read me")
    path = write_ods(tmp_path / "a.ods", sheets + ods_sheet([["Patient"], ["P1"]]))
    assert read_table(path).synthetic


# Every cell is accounted for


def test_every_cell_that_openpyxl_sees_is_accounted_for(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "Cohort"
    for row in [
        ["Department of Surgery", None, None, "2024"],
        [],
        ["Patient", "Age", "Preoperative", None, None],
        [None, None, "ECOG", "KPS", "Pain"],
        [None, "years", None, "%", "points"],
        ["EXAMPLE", 61, 1, 80, 5],
        ["P1", 50, 1, 90, None, "stray"],
        [None, None, 2, 70, 4],
        ["P2", "=1+1", 0, "#N/A", " "],
        [],
        ["Mean", 50, 1, 80, 4],
        ["* a note"],
    ]:
        sheet.append(row)
    for merged in ("C3:E3", "A3:A4", "A7:A8"):
        sheet.merge_cells(merged)
    sheet["A7"].comment = Comment("not a cell", "me")
    sheet.row_dimensions[7].hidden = True
    book.save(tmp_path / "a.xlsx")

    seen = {
        (cell.row, cell.column)
        for row in load_workbook(tmp_path / "a.xlsx")["Cohort"].iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }
    table = read_table(tmp_path / "a.xlsx")
    assert table.headings == (
        "Patient", "Age (years)", "Preoperative ECOG", "Preoperative KPS (%)",
        "Preoperative Pain (points)",
    )  # fmt: skip
    in_headings = sum(row in (3, 4, 5) for row, _ in seen)
    in_values = sum(v is not None for column in table.values for v in column)
    elsewhere = sum(part.cells for part in table.left_out)
    assert in_headings + in_values - len(table.repairs) + elsewhere == len(seen)


# OpenDocument


def test_every_kind_of_ods_cell(tmp_path):
    cells = [
        ods_cell(150.0),
        ods_cell("two\nlines  and\ttabs"),
        ods_cell(True),
        ods_cell(date(2024, 2, 29)),
        ods_cell(datetime(2024, 2, 29, 12, 30)),
        ods_cell(time(12, 30)),
        ods_cell(timedelta(hours=36)),
        '<table:table-cell office:value-type="percentage" office:value="0.45"/>',
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p>'
        "</table:table-cell>",
        '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
        "<text:p>#DIV/0!</text:p></table:table-cell>",
        '<table:table-cell table:formula="of:=1+1"/>',
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>',
        '<table:table-cell office:value-type="float" office:value="5"><office:annotation>'
        "<dc:date>2024</dc:date><text:p>a comment</text:p></office:annotation>"
        "<text:p>5.00</text:p></table:table-cell>",
        '<table:table-cell office:value-type="string"><text:p>a <text:span>red</text:span> '
        "<text:a>link</text:a></text:p><draw:frame><draw:text-box><text:p>no</text:p>"
        "</draw:text-box></draw:frame></table:table-cell>",
    ]
    rows = "".join(
        f"<table:table-row>{ods_cell(f'P{i}')}{cell}</table:table-row>"
        for i, cell in enumerate(cells)
    )
    head = f"<table:table-row>{ods_cell('Patient')}{ods_cell('Value')}</table:table-row>"
    sheet = f'<table:table table:name="Cohort">{head}{rows}</table:table>'
    found = values(write_ods(tmp_path / "a.ods", sheet))
    assert found == [
        150,
        "two\nlines  and\ttabs",
        True,
        datetime(2024, 2, 29),
        datetime(2024, 2, 29, 12, 30),
        time(12, 30),
        timedelta(hours=36),
        Percent(0.45),
        CellError("the error #N/A"),
        CellError("the error #DIV/0!"),
        CellError("a formula whose result was not saved"),
        2,
        5,
        "a red link",
    ]
    assert type(found[7]) is Percent
    assert str(found[0]) == "150"


def test_repeated_and_hidden_rows_and_columns_of_an_ods(tmp_path):
    sheet = (
        '<table:table table:name="Cohort"><table:table-column/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        f"<table:table-row>{ods_cell('Patient')}<table:table-cell/>{ods_cell('A')}{ods_cell('B')}"
        '<table:table-cell table:number-columns-repeated="16380"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2" table:visibility="filter">'
        f"{ods_cell('P1')}<table:table-cell/>"
        '<table:table-cell office:value-type="float" office:value="1" '
        'table:number-columns-repeated="2"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="10"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
        f"<table:table-row-group><table:table-row>{ods_cell('P2')}</table:table-row>"
        "</table:table-row-group>"
        '<table:table-row table:number-rows-repeated="1048562">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    found = read_table(write_ods(tmp_path / "a.ods", sheet))
    assert found.rows == (2, 3, 14)
    assert found.values == (["P1", "P1", "P2"], [1, 1, None], [1, 1, None])
    assert found.columns == (1, 3, 4)
    assert found.notes == (
        "rows 2–3 are hidden in the sheet; they were read",
        "column C is hidden in the sheet; it was read",
        "row 14 holds a single value; it was read as a patient",
    )


def test_merged_cells_of_an_ods(tmp_path):
    sheet = (
        '<table:table table:name="Cohort">'
        f"<table:table-row>{ods_cell('Patient')}{ods_cell('Lesion')}</table:table-row>"
        '<table:table-row><table:table-cell table:number-rows-spanned="2" '
        'office:value-type="string"><text:p>P1</text:p></table:table-cell>'
        f"{ods_cell('T1')}</table:table-row>"
        f"<table:table-row><table:covered-table-cell/>{ods_cell('T2')}</table:table-row>"
        "</table:table>"
    )
    assert read_table(write_ods(tmp_path / "a.ods", sheet)).values[0] == ["P1", "P1"]


def test_sheets_and_days_of_an_ods(tmp_path):
    settings = (
        '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/>'
        "</table:calculation-settings>"
    )
    link = "<table:table table:name=\"'file:///x.ods'#A\"><table:table-source/></table:table>"
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    sheet = ods_sheet([["Patient"], ["P1"]], "Any").replace(
        "<table:table ", '<table:table table:style-name="ta1" '
    )
    path = write_ods(tmp_path / "a.ods", sheet + link, settings=settings, styles=styles)
    found = read_table(path)
    assert found.sheet == "Any"
    assert found.epoch == date(1904, 1, 1)
    assert found.notes == (
        "links to other workbooks were not followed; the values last saved were read",
        "the sheet 'Any' is hidden; it was read",
    )


# Round trips: what is written is read

CELLS = {
    "text": st.text(
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="_\ufffe\uffff"
        ),
        min_size=1,
        max_size=8,
    ).filter(lambda text: text.strip() == text and not text.startswith("#")),
    "whole": st.integers(-(10**9), 10**9),
    "number": st.floats(-1e9, 1e9).map(lambda x: float(f"{x:.15G}")),
    "yes": st.booleans(),
    "day": st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
}
PATIENTS = st.lists(st.fixed_dictionaries({k: st.none() | v for k, v in CELLS.items()}), min_size=1)


def by_xlsxwriter(path, rows):
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Cohort")
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(i, j, value)


def by_openpyxl(path, rows):
    book = Workbook()
    book.active.title = "Cohort"
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row, start=1):
            cell = book.active.cell(i, j, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)


def by_hand(path, rows):
    write_ods(path, ods_sheet(rows))


@pytest.mark.parametrize(
    ("write", "ending"), [(by_xlsxwriter, "xlsx"), (by_openpyxl, "xlsx"), (by_hand, "ods")]
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patients=PATIENTS)
def test_any_frame_written_out_reads_back_the_same(tmp_path, write, ending, patients):
    headings = ["id", *CELLS]
    patients = [{"id": f"P{i}", **patient} for i, patient in enumerate(patients)]
    rows = [headings, *([patient[name] for name in headings] for patient in patients)]
    path = tmp_path / f"a.{ending}"
    write(path, rows)
    table = read_table(path)
    for heading, found in zip(table.headings, table.values, strict=True):
        assert found == [patient[heading] for patient in patients]
        typed = {type(v) for v in found} - {float, int, type(None)}
        assert typed <= {type(patient[heading]) for patient in patients}
    assert not table.problems
    assert not table.left_out


def test_a_frame_of_pandas_reads_back_as_calamine_and_openpyxl_see_it(tmp_path):
    frame = pd.DataFrame(
        {
            "id": [f"P{i}" for i in range(50)],
            "age": [i / 8 for i in range(50)],
            "nodes": range(50),
            "surgery": pd.date_range("2020-01-31", periods=50, freq="33h"),
            "note": ["=1+1", "+1", "-", "@x", None] * 10,
        }
    )
    kwargs = {"options": {"strings_to_formulas": False}}
    with pd.ExcelWriter(tmp_path / "a.xlsx", engine="xlsxwriter", engine_kwargs=kwargs) as writer:
        frame.to_excel(writer, index=False)
    table = read_table(tmp_path / "a.xlsx")
    assert table.values == tuple(
        [None if pd.isna(v) else v for v in frame[name].astype(object)] for name in frame
    )
    theirs = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    for heading, found, seen in zip(
        *table_of(table), list(zip(*theirs[1:], strict=True)), strict=True
    ):
        assert [shown(v) for v in found] == [shown(v) for v in seen], heading


def table_of(table):
    return table.headings, table.values


def shown(value):
    # calamine gives dates without a time as dates, and '' for an empty cell
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return None if value == "" else value
