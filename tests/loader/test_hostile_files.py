"""Files made to fill the memory, and files with any damage: refused in words, never a crash."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import (
    ODS_NAMES,
    excel_parts,
    formats,
    ods_cell,
    ods_sheet,
    text_cell,
    write_excel,
    write_ods,
    write_parts,
)
from workbooks import write_workbook

from cohort_stats.problem import CohortError
from cohort_stats.reading import package, read_table

ROWS = [["Patient", "Age"], ["P1", 50], ["P2", 61.5]]
CELLS = "".join(
    f'<row r="{i}">{text_cell(f"A{i}", text)}<c r="B{i}"><v>{i}</v></c></row>'
    for i, text in enumerate(["Patient", "P1"], start=1)
)
SHEET = "xl/worksheets/sheet1.xml"


def the_problem(path) -> str:
    with pytest.raises(CohortError) as caught:
        read_table(path)
    (problem,) = caught.value.problems
    return str(problem)


def peak_megabytes(path, limit: float = 60) -> float:
    """Memory that reading a file needs, measured in a process of its own."""
    code = (
        "import resource, sys\n"
        "from cohort_stats.problem import CohortError\n"
        "from cohort_stats.reading import read_table, workbook\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_table(sys.argv[1])\nexcept CohortError:\n    pass\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=limit,
        check=True,
    )
    return float(done.stdout)


# Bombs


def bomb(path, part: str, content: dict, megabytes: int):
    """A workbook one part of which is followed by megabytes of spaces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in content.items():
            with archive.open(name, "w") as stream:
                stream.write(text if isinstance(text, bytes) else text.encode())
                for _ in range(megabytes if name == part else 0):
                    stream.write(b" " * 1_000_000)
    return path


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_decompression_bomb_is_refused_in_bounded_memory(tmp_path, part):
    path = bomb(tmp_path / "a.xlsx", part, excel_parts(CELLS), 80)
    assert path.stat().st_size < 200_000
    assert the_problem(path) == (
        "a.xlsx: expected a workbook of ordinary size, found one that unpacks to more than "
        "400 times its size (copy the table into a new workbook)"
    )
    assert peak_megabytes(path) < 60


def test_a_bomb_in_a_part_that_is_not_read_does_no_harm(tmp_path):
    parts = excel_parts(CELLS) | {"xl/media/image1.png": b""}
    path = bomb(tmp_path / "a.xlsx", "xl/media/image1.png", parts, 80)
    assert read_table(path).values[1] == [2]


def test_the_whole_may_not_unpack_to_more_than_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "LARGEST_UNPACKED", 1000)
    assert "one that unpacks to more than 1e-06 GB" in the_problem(
        write_workbook(tmp_path / "a.xlsx", ROWS)
    )


def test_sizes_declared_in_the_archive_are_not_believed(tmp_path):
    path = bomb(tmp_path / "a.xlsx", SHEET, excel_parts(CELLS), 80)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little")))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size == 5000
    assert "found" in the_problem(path)
    assert peak_megabytes(path) < 60


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_cannot_be_undone_in_pieces_is_refused(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", method) as archive:
        for name, text in excel_parts(CELLS).items():
            archive.writestr(name, text)
    assert "a damaged file" in the_problem(tmp_path / "a.xlsx")


def test_entities_that_unfold_to_gigabytes_are_refused(tmp_path):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    parts = excel_parts(CELLS.replace("P1", "&amp;i;"))
    head, body = str(parts[SHEET]).replace("&amp;i;", "&i;").split("\n", 1)
    path = write_parts(tmp_path / "a.xlsx", parts | {SHEET: f"{head}{laughs}]>{body}"})
    assert "definitions of its own (DOCTYPE)" in the_problem(path)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "_rels/.rels", "xl/styles.xml"])
def test_entities_that_fetch_other_files_are_refused(tmp_path, part):
    (tmp_path / "secret.txt").write_text("secret")
    parts = excel_parts(CELLS)
    head, body = str(parts[part]).split("\n", 1)
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt">]>'
    path = write_parts(tmp_path / "a.xlsx", parts | {part: head + outside + body})
    assert "definitions of its own (DOCTYPE)" in the_problem(path)


def test_entities_in_an_ods_are_refused(tmp_path):
    content = (
        '<!DOCTYPE x [<!ENTITY e "x">]>'
        f"<office:document-content{ODS_NAMES}>&e;</office:document-content>"
    )
    path = write_parts(tmp_path / "a.ods", {"content.xml": content})
    assert "definitions of its own (DOCTYPE)" in the_problem(path)


def test_a_tag_that_does_not_end_is_refused(tmp_path):
    parts = excel_parts(CELLS)
    endless = f'<worksheet x="{"ab c" * 2_000_000}'
    path = write_parts(tmp_path / "a.xlsx", parts | {SHEET: endless})
    assert "a tag that does not end" in the_problem(path)


def test_a_cell_with_millions_of_letters_is_refused(tmp_path):
    cells = CELLS + f'<row r="9">{text_cell("A9", "ab c&" * 1_000_000)}</row>'
    assert "a cell with millions of letters" in the_problem(write_excel(tmp_path / "a.xlsx", cells))
    path = write_ods(tmp_path / "a.ods", ods_sheet([["Patient"], ["ab c" * 2_000_000]]))
    assert "a cell with millions of letters" in the_problem(path)


def test_cells_far_apart_do_not_fill_the_memory(tmp_path):
    rows = "".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 5000))
    path = write_excel(tmp_path / "a.xlsx", rows)
    assert "found a sheet of more than 50,000,000 cells" in the_problem(path)
    assert peak_megabytes(path) < 700


def test_one_cell_at_the_end_of_the_sheet_needs_no_memory(tmp_path):
    cells = CELLS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = write_excel(tmp_path / "a.xlsx", cells)
    assert read_table(path).rows == (2, 1048576)
    assert peak_megabytes(path) < 100


@pytest.mark.parametrize("place", ["XFE1", "ZZZ1", "A0", "a1", "1", ""])
def test_addresses_that_no_sheet_has(tmp_path, place):
    cells = f'<row r="1"><c r="{place}"><v>1</v></c></row>' + CELLS
    path = write_excel(tmp_path / "a.xlsx", cells)
    if place == "A0":  # the row says where it is
        assert read_table(path).rows == (2,)
    else:
        assert "a damaged file" in the_problem(path)


@pytest.mark.parametrize("row", ["0", "-1", "1048577", "x", "9" * 5000])
def test_rows_that_no_sheet_has(tmp_path, row):
    cells = f'{CELLS}<row r="{row}"><c><v>1</v></c></row>'
    assert "a damaged file" in the_problem(write_excel(tmp_path / "a.xlsx", cells))


@pytest.mark.parametrize("stored", ["nan", "inf", "1e999", "abc", "9" * 5000, "²"])
def test_numbers_that_are_none(tmp_path, stored):
    cells = CELLS.replace("<v>2</v>", f"<v>{stored}</v>")
    assert "a damaged file" in the_problem(write_excel(tmp_path / "a.xlsx", cells))


@pytest.mark.parametrize(
    "repeated",
    [
        'table:number-rows-repeated="1048570"',
        'table:number-rows-repeated="99999999999999"',
        'table:number-rows-repeated="x"',
    ],
)
def test_rows_repeated_beyond_any_sheet(tmp_path, repeated):
    wide = ods_cell(1).replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16000"'
    )
    sheet = ods_sheet([["Patient"], ["P1"]]).replace(
        "</table:table>", f"<table:table-row {repeated}>{wide}</table:table-row></table:table>"
    )
    path = write_ods(tmp_path / "a.ods", sheet)
    assert "a.ods: expected a" in the_problem(path)
    assert peak_megabytes(path) < 60


def test_columns_repeated_beyond_any_sheet(tmp_path):
    many = ods_cell("x").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="999999999999"'
    )
    sheet = ods_sheet([["Patient"], ["P1"]]).replace(ods_cell("P1"), many)
    assert "more than 16,384 columns" in the_problem(write_ods(tmp_path / "a.ods", sheet))


def test_many_wide_sheets_count_together(tmp_path):
    wide = ods_cell(1).replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"'
    )
    rows = f'<table:table-row table:number-rows-repeated="2000">{wide}</table:table-row>'
    sheets = "".join(f'<table:table table:name="s{i}">{rows}</table:table>' for i in range(3))
    path = write_ods(tmp_path / "a.ods", sheets)
    assert "more than 50,000,000 cells" in the_problem(path)


def test_spaces_repeated_beyond_reason_in_an_ods(tmp_path):
    cell = (
        '<table:table-cell office:value-type="string"><text:p><text:s text:c="99999999999"/>'
        "</text:p></table:table-cell>"
    )
    sheet = ods_sheet([["Patient"], ["P1"]]).replace(ods_cell("P1"), cell * 3)
    read_table(write_ods(tmp_path / "b.ods", ods_sheet([["Patient"], ["P1"]])))
    assert the_problem(write_ods(tmp_path / "a.ods", sheet))
    assert peak_megabytes(tmp_path / "a.ods") < 100


def test_a_protected_ods_is_said(tmp_path):
    manifest = '<m:manifest xmlns:m="x"><m:encryption-data/></m:manifest>'
    parts = {"META-INF/manifest.xml": manifest, "content.xml": b"\x12\x34garbage"}
    assert "found a workbook protected with a password (save it without a password)" in the_problem(
        write_parts(tmp_path / "a.ods", parts)
    )


def test_an_encrypted_archive_is_said(tmp_path):
    path = write_excel(tmp_path / "a.xlsx", CELLS)
    content = bytearray(path.read_bytes())
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        offset = {b"PK\x01\x02": 8, b"PK\x03\x04": 6}[mark]
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 1)
    path.write_bytes(bytes(content))
    assert "a workbook protected with a password" in the_problem(path)


def test_a_binary_workbook_under_another_name(tmp_path):
    path = write_parts(tmp_path / "a.xlsx", {"xl/workbook.bin": b"x"})
    assert "found the .xlsb format (save it as .xlsx)" in the_problem(path)


# Damage


def good_files(folder):
    rows = [["Patient", "Age", "Day"], *[[f"P{i}", i, date(2024, 1, 1 + i)] for i in range(20)]]
    write_workbook(folder / "a.xlsx", rows)
    write_ods(folder / "a.ods", ods_sheet(rows))
    styles = formats("yyyy-mm-dd")
    write_excel(folder / "b.xlsx", CELLS, styles=styles, strings="<si><t>x</t></si>")
    return [folder / name for name in ("a.xlsx", "a.ods", "b.xlsx")]


def outcomes(path, contents):
    """How often reading was refused; anything but a CohortError is a failure."""
    refused = 0
    for content in contents:
        path.write_bytes(content)
        try:
            read_table(path)
        except CohortError as wrong:
            assert wrong.problems
            refused += 1
    return refused


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_file_cut_off_anywhere_is_damaged(tmp_path, which):
    path = good_files(tmp_path)[which]
    content = path.read_bytes()
    cuts = range(0, len(content), 53)
    assert outcomes(path, (content[:cut] for cut in cuts)) == len(cuts)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_flipped_byte_anywhere_never_makes_the_reader_crash(tmp_path, which):
    path = good_files(tmp_path)[which]
    content = path.read_bytes()

    def flipped():
        for at in range(0, len(content), 11):
            yield content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]

    assert outcomes(path, flipped()) > 0


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_damaged_part_never_makes_the_reader_crash(tmp_path, which):
    # Damage within a part, packed again so that the archive itself is sound.
    path = good_files(tmp_path)[which]
    with zipfile.ZipFile(path) as archive:
        parts: dict = {name: archive.read(name) for name in archive.namelist()}

    def damaged():
        for name, text in parts.items():
            for at in range(0, len(text), max(1, len(text) // 25)):
                for wrong in (b"<", b'"', b"\x00", b"9", b""):
                    write_parts(path, parts | {name: text[:at] + wrong + text[at + 1 :]})
                    yield path.read_bytes()

    assert outcomes(path, damaged()) > 0


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_workbook_that_lacks_a_part_never_makes_the_reader_crash(tmp_path, which):
    path = good_files(tmp_path)[which]
    with zipfile.ZipFile(path) as archive:
        parts: dict = {name: archive.read(name) for name in archive.namelist()}

    def lacking():
        for lost in parts:
            write_parts(path, {name: text for name, text in parts.items() if name != lost})
            yield path.read_bytes()

    assert outcomes(path, lacking()) > 0


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_make_the_reader_crash(tmp_path, ending, content):
    path = tmp_path / f"random{ending}"
    path.write_bytes(content)
    with pytest.raises(CohortError):
        read_table(path)


NAMES = st.sampled_from(["c", "v", "f", "t", "is", "row", "si", "r", "col", "mergeCell"])
PLACES = st.sampled_from(["A1", "B2", "XFD9", "A1:B2", "0", "-1", "1", "s", "b", "e", "str", "n"])
TAGS = st.recursive(
    st.text("12.#/ ", max_size=3),
    lambda inner: st.builds(
        lambda name, key, value, inside: f'<{name} {key}="{value}">{"".join(inside)}</{name}>',
        NAMES,
        st.sampled_from(["r", "t", "s", "ref", "min", "hidden"]),
        PLACES,
        st.lists(inner, max_size=4),
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inside=st.lists(TAGS, max_size=8))
def test_no_elements_in_any_order_make_the_reader_crash(tmp_path, inside):
    path = write_excel(tmp_path / "a.xlsx", CELLS + "".join(inside))
    outcomes(path, [path.read_bytes()])
