"""Our files in the programs that will open them; each test needs one that may not be here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from gbsg2_packet import packet, view
from openpyxl import load_workbook

from analyses.plan import load_plan
from cohort_stats import read_cohort
from cohort_stats.codebooks.codebook import read_codebook
from cohort_stats.workbooks.example_row import example_row
from cohort_stats.workbooks.template import write_template
from reports.html import TEMPLATES
from reports.latex import tables_latex
from reports.table import Cell, Column, Row, Table, dash, text
from reports.tables import study_tables

pytestmark = pytest.mark.outer
REFERENCE = Path(__file__).parent / "reference"


def needs(*programs: str):
    missing = [p for p in programs if shutil.which(p) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} is not installed here")


def office(folder: Path, kind: str, path: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    return folder / f"{path.stem}.{kind}"


@needs("soffice", "pdftotext", "pdfinfo")
def test_libreoffice_prints_every_table_of_the_word_file(tmp_path):
    pdf = office(tmp_path, "pdf", packet() / "manuscript.docx")
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout
    for number in range(1, 11):
        assert f"Table {number}. " in text
    assert "0.71 (0.55–0.91)" in text
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True).stdout
    pages = int(info.split("Pages:")[1].split()[0])
    assert 10 <= pages <= 24


@needs("pdflatex", "pdftotext")
def test_latex_prints_every_table_within_its_margins(tmp_path):
    signs = (
        "100% of {n}_1 & #2 ~ ^ \\ [x] <y> ≥ ≤ ± – — … α β Δ µg/m² × 10⁹/L °C ‘q’ “q” ≈ → é ł ‰ €"
    )
    columns = (
        Column(signs),
        Column("n (≥ 5%)", signs, "All & more"),
        Column("p", signs, "All & more"),
    )
    rows = (
        Row((text(signs * 3), text(""), text("")), heading=True),
        Row((text(signs), Cell("p", (0.00001,), "a"), dash("not tested")), indent=1),
    )
    odd = Table("odd_1", signs, (*columns, Column("[*]")), tuple(
        replace(row, cells=(*row.cells, text("*"))) for row in rows
    ), {"a": signs}, (signs,))  # fmt: skip
    tables = [*study_tables(view()), odd]
    (tmp_path / "t.tex").write_bytes(tables_latex(tables, signs, [f"SYNTHETIC {signs}"]))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    for _ in range(2):  # longtable needs to know the widths of the first run
        done = subprocess.run(command, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stdout[-2000:]
    assert b"Overfull" not in done.stdout
    found = subprocess.run(
        ["pdftotext", "-layout", "t.pdf", "-"], cwd=tmp_path, capture_output=True
    )
    for number in range(1, len(tables) + 1):
        assert f"Table {number}. " in found.stdout.decode()


@needs("soffice")
@pytest.mark.parametrize("key", ["gbsg2", "lee2024"])
def test_libreoffice_keeps_the_drop_down_lists_of_a_template(tmp_path, key):
    plan = load_plan(key)
    path = write_template(plan.dictionary, tmp_path / "in" / "t.xlsx", title=key)
    back = load_workbook(office(tmp_path, "xlsx", path))
    rules = back["Cohort"].data_validations.dataValidation
    lists = [rule for rule in rules if rule.type == "list"]
    assert len(lists) == sum(v.is_categorical for v in plan.dictionary.values())
    numbers = [rule for rule in rules if rule.type in ("decimal", "whole")]
    assert len(numbers) == sum(v.is_numeric for v in plan.dictionary.values())


@needs("soffice")
@pytest.mark.parametrize("key", ["gbsg2", "lee2024"])
def test_libreoffice_saves_a_template_that_still_reads_the_same(tmp_path, key):
    dictionary = load_plan(key).dictionary
    path = write_template(dictionary, tmp_path / "in" / "t.xlsx", title=key)
    book = load_workbook(path)
    for j, (name, value) in enumerate(example_row(dictionary).items(), start=1):
        book["Cohort"].cell(3, j, "P1" if name == dictionary.id else value)
    book.save(path)
    saved = office(tmp_path, "xlsx", path)
    assert dict(read_codebook(saved)) == dict(dictionary)
    assert read_cohort(saved, dictionary).frame[dictionary.id].tolist() == ["P1"]


@needs("soffice", "pdftotext")
def test_libreoffice_prints_a_template_whole(tmp_path):
    plan = load_plan("lee2024")
    remarks = (plan.file.study.question, plan.file.study.design)
    title = plan.file.study.title
    path = write_template(plan.dictionary, tmp_path / "in" / "t.xlsx", title=title, remarks=remarks)
    pdf = office(tmp_path, "pdf", path)
    command = ["pdftotext", "-bbox", pdf, "-"]
    pages = subprocess.run(command, capture_output=True, text=True).stdout.split("<page ")[1:]
    for page in pages:
        width = float(page.split('width="')[1].split('"')[0])
        ends = [float(word.split('"')[0]) for word in page.split('xMax="')[1:]]
        assert max(ends) < width - 28  # the narrowest margin
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True).stdout
    printed = " ".join(text.split())
    for words in (title, *remarks, "you may delete it.", "choose ≥3 for three or more"):
        assert words in printed
    assert len(pages) <= 9


CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--enable-logging=stderr",
)  # fmt: skip


@needs("chromium")
@pytest.mark.parametrize("width", [1200, 390])
def test_chromium_shows_the_report_without_a_complaint(tmp_path, width):
    picture = tmp_path / "page.png"
    page = packet() / "report.html"
    command = [
        *CHROMIUM, f"--user-data-dir={tmp_path / 'user'}", f"--window-size={width},3000",
        f"--screenshot={picture}", f"file://{page}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert picture.stat().st_size > 20_000
    assert "CONSOLE" not in done.stderr
    assert TEMPLATES.is_dir()


@needs("Rscript")
@pytest.mark.parametrize(
    "name",
    [
        "survival",
        "survival_more",
        "competing",
        "cox",
        "cox_more",
        "cox_rest",
        "logistic",
        "building",
        "logistic_more",
        "ordinal",
        "roc",
        "roc_more",
        "discrimination",
        "matching",
        "matching_more",
        "matched_pairs",
        "weighting",
        "missing",
        "missing_ordinal",
        "compare",
        "compare_more",
        "paired",
        "pooling",
        "pooling_counts",
        "shapes",
    ],
)
def test_the_reference_scripts_print_what_is_committed(tmp_path, name):
    copy = tmp_path / "tests" / "reference"
    shutil.copytree(REFERENCE, copy)
    (copy / f"{name}.json").unlink()
    done = subprocess.run(
        ["Rscript", f"tests/reference/{name}.R"], cwd=tmp_path, capture_output=True, text=True
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"R lacks a package that {name}.R needs")
    assert done.returncode == 0, done.stderr
    fresh, kept = (json.loads((d / f"{name}.json").read_text()) for d in (copy, REFERENCE))
    assert fresh.keys() == kept.keys()
    for case in kept:
        if case != "_r":
            assert same(fresh[case]["values"], kept[case]["values"]), case


@needs("pspp", "pspp-output")
def test_pspp_prints_what_is_committed(tmp_path):
    folder = REFERENCE / "pspp"
    command = [sys.executable, str(folder / "run.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    families = sorted(path.name for path in folder.glob("*.json"))
    assert families == sorted(path.name for path in tmp_path.iterdir())
    for name in families:
        fresh, kept = (json.loads((d / name).read_text()) for d in (tmp_path, folder))
        for case in kept:
            assert case == "_pspp" or same(fresh[case], kept[case]), f"{name}: {case}"


def same(a: object, b: object) -> bool:
    """Equal, numbers to ten digits: R's own last digits depend on its BLAS."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return a == pytest.approx(b, rel=1e-8, abs=1e-10)
    return a == b


@needs("soffice")
def test_a_workbook_saved_by_libreoffice_reads_the_same(tmp_path):
    from datetime import datetime, time, timedelta

    import xlsxwriter

    from cohort_stats.reading import read_table

    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "cohort.xlsx"
    with xlsxwriter.Workbook(path) as book:
        shown = ("yyyy-mm-dd", "0.0%", "[h]:mm", "hh:mm", 'yyyy"年"m"月"d"日"')
        day, percent, hours, clock, chinese = (book.add_format({"num_format": f}) for f in shown)
        sheet = book.add_worksheet("Cohort")
        sheet.merge_range("A1:A2", "Patient")
        sheet.merge_range("B1:C1", "Preoperative")
        sheet.write_row("B2", ["ECOG", "KPS"])
        sheet.write_row("D1", ["Day", "Clear", "Stay", "Begun", "Error", "Note", "日", "Sum"])
        for i in range(2, 8):
            sheet.write_row(i, 0, [f"P{i}", i % 3, i * 10.5])
            sheet.write_datetime(i, 3, datetime(2024, 2, 25 + i % 5), day)
            sheet.write(i, 4, 0.455, percent)
            sheet.write(i, 5, timedelta(hours=30 + i), hours)
            sheet.write(i, 6, time(12, i), clock)
            sheet.write_formula(i, 7, "=NA()", None, "#N/A")
            sheet.write_string(i, 8, "=a  b\nc")
            sheet.write_datetime(i, 9, datetime(2024, 2, 29, 12, 30), chinese)
            sheet.write_formula(i, 10, f"=B{i + 1}+C{i + 1}", None, i % 3 + i * 10.5)
        sheet.merge_range("A9:A10", "P9")
        sheet.write_column("B9", [1, 2])
        sheet.write("A12", "* a note")
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_column("E:E", None, None, {"hidden": True})
        book.add_worksheet("Read me").write("A1", "SYNTHETIC: made up")
    ours = read_table(path)
    assert len(ours.rows) == 8
    assert ours.synthetic
    assert len(ours.repairs) == len(ours.left_out) == 1
    for kind in ("ods", "xlsx"):
        theirs = read_table(office(tmp_path, kind, path))
        assert theirs.values == ours.values
        for left, right in zip(theirs.values, ours.values, strict=True):
            assert [type(v) for v in left] == [type(v) for v in right]
        for name in ("headings", "other_names", "rows", "repairs", "left_out", "synthetic"):
            assert getattr(theirs, name) == getattr(ours, name), name
        assert theirs.notes == ours.notes[1:]  # LibreOffice has computed the formulas
