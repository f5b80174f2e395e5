"""Text tables in the encodings and with the delimiters of real exports."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snippets import OUT_OF_SCOPE, SNIPPETS, UNDECIDABLE
from workbooks import write_workbook

from cohort_stats.problem import CohortError
from cohort_stats.rawtable import RawTable
from cohort_stats.reading import read_table
from cohort_stats.reading.common_characters import COMMON
from cohort_stats.reading.delimited import find_delimiter, stated_delimiter
from cohort_stats.reading.encodings import find_encoding

NAMES = {codec: name for codec, (name, _) in COMMON.items()} | {
    "cp1252": "Windows-1252 (Western European)"
}
UNDECIDED = (
    "a.csv: expected text in UTF-8, found text in an encoding that cannot be told from others "
    "(in Excel: save as 'CSV UTF-8')"
)
quick = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read(folder: Path, content: str | bytes, name: str = "a.csv") -> RawTable:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def refusal(folder: Path, content: str | bytes, name: str = "a.csv") -> str:
    with pytest.raises(CohortError) as caught:
        read(folder, content, name)
    assert len(caught.value.problems) == 1
    return str(caught.value)


# Encodings


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_clinical_snippet_is_read_in_its_encoding(name):
    codec, text = SNIPPETS[name]
    found = find_encoding(Path("a.csv"), text.encode(codec))
    assert (found.codec, found.name) == (codec, NAMES[codec])


@pytest.mark.parametrize("name", OUT_OF_SCOPE)
def test_an_encoding_out_of_scope_is_refused(name):
    codec, text = OUT_OF_SCOPE[name]
    with pytest.raises(CohortError, match="cannot be told from others"):
        find_encoding(Path("a.csv"), text.encode(codec))


def test_snippets_are_many_and_of_every_language():
    languages = [codec for codec, _ in SNIPPETS.values()]
    assert len(languages) > 100
    assert min(languages.count(c) for c in ("cp949", "gb18030", "cp1252")) >= 25


def test_the_encoding_is_reported_where_it_was_found_out(tmp_path):
    table = read(tmp_path, "번호,성별\n1,남\n".encode("cp949"))
    assert table.headings == ("번호", "성별")
    assert table.values[1] == ["남"]
    assert table.notes == ("text in CP949 (Korean)",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_with_commas_needs_no_mention(tmp_path, encoding):
    table = read(tmp_path, "P,Größe\n1,남\n".encode(encoding))
    assert (table.headings, table.values[1], table.notes) == (("P", "Größe"), ["남"], ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf_16_is_read_with_and_without_its_mark(tmp_path, encoding, mark):
    table = read(tmp_path, f"{mark}번호,성별\n1,남자\n2,여자\n".encode(encoding))
    assert (table.headings, table.values[1]) == (("번호", "성별"), ["남자", "여자"])
    assert table.notes == ("text in UTF-16",)


@pytest.mark.parametrize("name", ["ko table", "zh table", "fr table"])
def test_an_encoding_is_found_below_many_rows_of_plain_letters(tmp_path, name):
    codec, text = SNIPPETS[name]
    heading, rest = text.split("\n", 1)
    sign = ";" if ";" in heading else ","
    columns = heading.count(sign) + 1
    above = sign.join(f"c{i}" for i in range(columns)) + "\n" + (sign.join("1" * columns) + "\n")
    text = above + (sign.join("1" * columns) + "\n") * 30_000 + rest
    assert find_encoding(tmp_path, text.encode(codec)).codec == codec


@pytest.mark.parametrize("name", UNDECIDABLE)
def test_bytes_that_two_encodings_read_as_a_table_are_not_guessed(tmp_path, name):
    codec, text = UNDECIDABLE[name]
    assert refusal(tmp_path, text.encode(codec)) == UNDECIDED
    assert read(tmp_path, text.encode("utf-8-sig")).notes == ()


def test_a_unit_of_western_tables_is_no_chinese(tmp_path):
    # µL has the bytes of 無 in Big5.
    table = read(tmp_path, "id,WBC (10³/µL),CRP (µL)\n1,2,3\n".encode("cp1252"))
    assert table.headings == ("id", "WBC (10³/µL)", "CRP (µL)")


def test_one_wrong_line_in_utf_8_is_damage_and_no_other_encoding(tmp_path):
    content = "P,Note\n1,Größe\n2,für\n3,ärztlich\n".encode() + "4,Übelkeit\n".encode("cp1252")
    assert refusal(tmp_path, content) == (
        "a.csv: expected text in one encoding, found text in UTF-8 with something else in line 5 "
        "(mend that line in a text editor, or export the file again)"
    )


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("cp949", "CP949 (Korean)"), ("utf-16", "UTF-16")],
)
def test_a_file_cut_off_within_a_character_is_said(tmp_path, encoding, name):
    content = "번호,성별\n1,남자\n2,여자".encode(encoding)[:-1]
    assert refusal(tmp_path, content) == (
        f"a.csv: expected text in one encoding, found text in {name} that ends in the middle of "
        "a character (the file is damaged or was cut off: copy or export it again)"
    )


def test_a_western_letter_at_the_very_end_is_no_damage(tmp_path):
    assert read(tmp_path, "id,diet\n1,caf\xe9".encode("cp1252")).values[1] == ["café"]


# Files of other kinds


def archive(*names: str, first: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name in names:
            target.writestr(name, first)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (archive("xl/workbook.xml"), "a workbook (rename it to .xlsx)"),
        (archive("xl/workbook.xml", "xl/vbaProject.bin"), "a workbook (rename it to .xlsm)"),
        (
            archive("mimetype", first="application/vnd.oasis.opendocument.spreadsheet"),
            "a workbook (rename it to .ods)",
        ),
        (archive("word/document.xml"), "a Word document (export the table"),
        (archive("a.csv"), "a packed file (.zip) (unpack it first)"),
        (b"PK\x03\x04 and no more", "a damaged workbook or packed file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an old or protected workbook (.xls)"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document (export the table itself, as .xlsx or .csv)"),
        (b"$FL2@(#) SPSS DATA FILE", "an SPSS file (rename it to .sav)"),
        (b"\r\n<HTML><table><tr><td>P1</td></tr></table>", "a web page (open it in Excel"),
        ("\ufeff<table border=1>".encode("utf-16-le"), "a web page (open it in Excel and save"),
        (b'<?xml version="1.0"?>\n<Workbook/>', "an XML file (open it in Excel and save"),
        (bytes(range(256)) * 20, "a file that is not text (export the table itself"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(tmp_path, content, found):
    assert f"a.csv: expected a text table, found {found}" in refusal(tmp_path, content)


def test_a_renamed_workbook_is_a_workbook(tmp_path):
    book = write_workbook(tmp_path / "b.xlsx", [["Patient"], ["P1"]])
    assert refusal(tmp_path, book.read_bytes()) == (
        "a.csv: expected a text table, found a workbook (rename it to .xlsx)"
    )


def test_a_block_of_zero_bytes_is_damage(tmp_path):
    content = b"P,Age\n" + b"1,50\n" * 99 + b"2,\0\0\0\n"
    assert "a character without meaning (code 0) in line 101" in refusal(tmp_path, content)


# Delimiters


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("P,Age\n1,50\n", ","),
        ("P;Age;BMI\n1;50;22,5\n2;61;23,1\n", ";"),
        ("BMI;Dose\n22,5;1,5\n23,1;2,0\n", ";"),
        ("P\tRemark\n1\tpain, and fever\n2\tcough, rash\n", "\t"),
        ("P|Remark\n1|a, b; c\n2|d\n", "|"),
        ('P,Remark\n1,"a;b;c"\n2,"d;e;f"\n', ","),
        ("P,Codes\n1,a;b\n2,c;d\n", ","),
        ("Patients of 2020, our hospital\nP;Age;Sex\n1;50;M\n2;61;F\n", ";"),
        ("A, b, c\nBMI;Dose\n22,5;1,5\n", ";"),
        ('P;Remark\n1;"one\ntwo, three\nfour, five"\n2;none\n', ";"),
        ("P;A;B\n1;2;3;4\n2;5;6\n3;7;8\n", ";"),
        ("Age\n50\n61\n", ","),
    ],
)
def test_the_delimiter_that_makes_rows_alike_is_found(text, delimiter):
    assert find_delimiter(text, ",") == delimiter


def test_a_column_of_decimal_commas_stays_one_column(tmp_path):
    table = read(tmp_path, "Dose\n1,5\n2,5\n")
    assert (table.headings, table.values, table.notes) == (("Dose",), (["1,5", "2,5"],), ())


@pytest.mark.parametrize(
    ("name", "delimiter", "notes"),
    [
        ("a.csv", ",", ()),
        ("a.csv", ";", ("cells are divided by semicolons",)),
        ("a.csv", "\t", ("cells are divided by tabs",)),
        ("a.tsv", "\t", ()),
        ("a.tsv", ",", ("cells are divided by commas",)),
        ("a.txt", "|", ("cells are divided by vertical bars",)),
    ],
)
def test_a_delimiter_is_reported_unless_the_ending_says_it(tmp_path, name, delimiter, notes):
    table = read(tmp_path, f"P{delimiter}Age\n1{delimiter}50\n", name)
    assert (table.headings, table.notes) == (("P", "Age"), notes)


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"])
def test_the_delimiter_that_excel_states_is_honoured_and_is_no_row(tmp_path, line):
    table = read(tmp_path, f"{line}P;Age, years\n1;5,5\n")
    assert (table.headings, table.values) == (("P", "Age, years"), (["1"], ["5,5"]))
    assert str(table.address(0, 0)) == "row 3, column 'P'"
    assert table.notes == ("cells are divided by semicolons, as line 1 says; it counts as row 1",)


def test_a_stated_delimiter_may_be_any_sign_but_no_letter():
    assert stated_delimiter("sep=^\nP^Age") == "^"
    assert stated_delimiter("sep=\t\nP\tAge") == "\t"
    assert stated_delimiter("sep=|\rP|Age\r") == "|"
    assert stated_delimiter("sep=x\nPxAge") == ""
    assert stated_delimiter("sep=\nP,Age") == ""
    assert stated_delimiter("Separator;P") == ""


# Rows and cells


def test_rows_are_counted_as_a_spreadsheet_program_counts_them(tmp_path):
    text = 'P,Note\n\n1,"two\nlines"\n\n\n2,x\r\n3,"three\r\nlong\nlines"\n4,y\n'
    table = read(tmp_path, text)
    assert table.rows == (3, 6, 7, 8)
    assert table.values[1] == ["two\nlines", "x", "three\r\nlong\nlines", "y"]


def test_the_line_ends_of_an_old_macintosh_divide_rows(tmp_path):
    assert read(tmp_path, "P,Age\r1,50\r2,61\r").values == (["1", "2"], ["50", "61"])


def test_cells_stay_exactly_as_typed(tmp_path):
    table = read(tmp_path, "P,Note,Dose\n007,'12, 1.50 \n")
    assert table.values == (["007"], ["'12"], [" 1.50 "])


def test_a_comma_within_a_remark_is_told_by_its_row(tmp_path):
    table = read(tmp_path, "P,Age,Note\n1,50,none\n2,61,pain, severe\n3,70,none\n")
    assert [str(p) for p in table.problems] == [
        "row 3: expected 3 cells as in the headings, found 4 (a cell with a comma in it, such as "
        "a remark, needs quotation marks around it)"
    ]


def test_a_column_of_unquoted_decimal_commas_gets_a_hint(tmp_path):
    table = read(tmp_path, "P,BMI\n1,22,5\n2,23,1\n")
    assert [str(p) for p in table.problems] == [
        "row 1, column 'number 3': expected a heading above the values of this column, found an "
        "empty cell (or a cell with a comma in it without quotation marks around it)"
    ]


def test_empty_cells_behind_the_last_heading_are_no_surplus(tmp_path):
    table = read(tmp_path, "P,Age,,\n1,50,,\n2,61, ,\n3,50\n4,60\n")
    assert (table.headings, table.problems, table.notes) == (("P", "Age"), (), ())


def test_rows_that_end_early_are_said(tmp_path):
    table = read(tmp_path, "P,Age,Note\n1,50\n2,61,x\n3,70,y\n")
    assert table.notes == ("row 2 has fewer cells than the headings: its last ones are empty",)
    table = read(tmp_path, "P,Age,Note\n1,50\n2,61,x\n3,70\n")
    assert table.notes == (
        "2 rows have fewer cells than the headings, the first is row 2: their last ones are empty",
    )


def test_a_quotation_mark_that_is_never_closed_is_told_by_its_row(tmp_path):
    assert refusal(tmp_path, 'P,Note\n1,x\n2,"pain\n3,y\n4,z\n') == (
        "row 3: expected a second quotation mark at the end of a cell that begins with one, "
        "found none up to the end of the file (a mark inside a cell is written twice, and the "
        "whole cell in quotation marks)"
    )


def test_a_quotation_mark_closed_by_that_of_a_later_row_loses_no_patient(tmp_path):
    found = refusal(tmp_path, 'P,Note\n1,x\n2,"pain\n3,"fever"\n4,z\n')
    assert found.startswith("row 3: expected a second quotation mark")
    assert "found text behind the second" in found


def test_a_cell_that_swallowed_whole_rows_is_told_by_its_row(tmp_path):
    rows = "".join(f"{i},50,M,x,y\n" for i in range(3, 12))
    assert refusal(tmp_path, f'P,Age,Sex,A,B\n1,50,M,x,y\n2,50,M,x,"y\n{rows}12,5,M,x,y"\n') == (
        "row 3: expected the cells of one row, found a cell with what look like the rows of 11 "
        "lines (a quotation mark is opened in this row and closed in a later one)"
    )


def test_a_long_remark_in_quotation_marks_is_a_cell(tmp_path):
    walked = "\n".join(f"On day {i} the patient walked{', ' * (i % 4)}" for i in range(60))
    short = "none\npain, fever, rash\nnone"
    table = read(tmp_path, f'P,Age,Note\n1,50,"{walked}"\n2,61,"{short}"\n')
    assert table.values[2] == [walked, short]


# Round trips

CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff")
    | st.sampled_from('\n\t",;|'),
    max_size=12,
)
WORDS = {
    "cp949": ("남", "여", "수술 후 악화", "재발 없음", '척추 "전이"', "사망;\n생존", "a, b"),
    "gb18030": ("男", "女", "术后恶化", "无复发", '脊柱"转移"', "死亡;\n存活", "a, b"),
    "cp1252": ("männlich", "décédé", "año", 'große "Läsion"', "à revoir;\nœdème", "a, b"),
}
HEADINGS = {
    "cp949": ("번호", "성별", "비고"),
    "gb18030": ("编号", "性别", "备注"),
    "cp1252": ("Numéro", "Größe", "Año"),
}


def written(rows: list[tuple[str, ...]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


@quick
@given(
    cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_written_is_read_back_the_same(tmp_path, cells, delimiter, encoding):
    rows = [(f"P{i}", *pair) for i, pair in enumerate(cells)]
    content = written([("Patient", "Größe", "여"), *rows], delimiter, encoding)
    table = read(tmp_path, content)
    assert table.headings == ("Patient", "Größe", "여")
    # A column without a word in it may come back as empty cells.
    back = [[cell or "" for cell in column] for column in table.values]
    typed = [tuple(cell if cell.strip() else "" for cell in row) for row in rows]
    back = [[cell if cell.strip() else "" for cell in column] for column in back]
    assert list(zip(*back, strict=True)) == typed
    assert table.problems == ()


@quick
@given(data=st.data(), delimiter=st.sampled_from(",;\t|"), encoding=st.sampled_from(list(WORDS)))
def test_any_table_in_an_older_encoding_is_read_back_the_same(tmp_path, data, delimiter, encoding):
    words = st.sampled_from(WORDS[encoding])
    cells = data.draw(st.lists(st.tuples(words, words), min_size=1, max_size=6))
    rows = [(f"P{i}", *pair) for i, pair in enumerate(cells)]
    table = read(tmp_path, written([HEADINGS[encoding], *rows], delimiter, encoding))
    assert table.headings == HEADINGS[encoding]
    assert list(zip(*table.values, strict=True)) == rows


@quick
@given(
    name=st.sampled_from(list(SNIPPETS)),
    places=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=5),
    cut=st.integers(0, 200),
    ending=st.sampled_from([".csv", ".tsv", ".txt"]),
)
def test_no_damage_makes_the_reader_crash(tmp_path, name, places, cut, ending):
    codec, text = SNIPPETS[name]
    content = bytearray(text.encode(codec))
    for place, value in places:
        content[place % len(content)] = value
    path = tmp_path / f"a{ending}"
    path.write_bytes(bytes(content[: cut or None]))
    try:
        table = read_table(path)
    except CohortError as wrong:
        assert wrong.problems
    else:
        assert table.headings


@quick
@given(
    content=st.binary(max_size=300) | st.text("\"',;|\t\r\n\0\x1asep=é女").map(str.encode),
    mark=st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK"]),
    ending=st.sampled_from([".csv", ".tsv", ".txt"]),
)
def test_no_random_bytes_make_the_reader_crash(tmp_path, content, mark, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(mark + content)
    try:
        table = read_table(path)
    except CohortError as wrong:
        assert wrong.problems
    else:
        assert table.headings
