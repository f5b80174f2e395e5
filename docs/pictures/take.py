"""Take the pictures of Word tables and of the page anew: ``make pictures``.

Needs LibreOffice, Poppler and Chromium.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops

from analyses.plan import load_plan
from analyses.running import StudyResults, run
from analyses.schema.report import ReportSection
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.packet import render

HERE = Path(__file__).parent
BESIDE = "Characteristics before and after matching"
MERGED = {
    "merge": ["baseline", "baseline_matched"],
    "headings": ["All patients", "Matched patients"],
    "title": BESIDE,
}
#: Picture -> what the plan asks of the report, and the title of the table.
PICTURES: dict[str, tuple[dict[str, object], str]] = {
    "word_baseline": ({"style": "ama"}, "Baseline characteristics by hormonal therapy"),
    "word_models": ({}, "Cox regression for recurrence-free survival"),
    "word_merged": ({"tables": [MERGED]}, BESIDE),
}
DPI, AROUND, GREYS = 130, 12, 16
HEADER = int(0.75 * DPI)  # how far down the header of a page reaches


def gbsg2(folder: Path) -> StudyResults:
    """The study of the demo."""
    plan = load_plan("gbsg2")
    return run(read_cohort(write_gbsg2(folder / "gbsg2_cohort.xlsx"), plan.dictionary), plan)


def printed(results: StudyResults, report: dict[str, object], folder: Path) -> Path:
    """The manuscript with a report of its own, as LibreOffice prints it."""
    section = ReportSection.model_validate(report)
    file = results.plan.file.model_copy(update={"report": section})
    out = render(replace(results, plan=replace(results.plan, file=file)), folder).folder
    profile = f"-env:UserInstallation=file://{folder.parent}/libreoffice"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    subprocess.run([*command, out / "manuscript.docx"], check=True, capture_output=True)
    return folder / "manuscript.pdf"


def page_of(document: Path, title: str) -> int:
    """The page whose first table has a title."""
    told = subprocess.run(["pdftotext", "-layout", document, "-"], check=True, capture_output=True)
    for number, page in enumerate(told.stdout.decode().split("\f"), start=1):
        if any(line.startswith("Table ") and line.endswith(title) for line in page.split("\n")):
            return number
    raise LookupError(f"no table {title!r} in {document}")


def pictured(document: Path, page: int, target: Path) -> None:
    """A page without the white around its text, and without its header, in a few greys."""
    command = ["pdftoppm", "-r", str(DPI), "-f", str(page), "-l", str(page), "-gray", document]
    told = subprocess.run([*command], check=True, capture_output=True)
    scratch = document.with_suffix(".pgm")
    scratch.write_bytes(told.stdout)
    with Image.open(scratch) as image:
        box = ImageChops.invert(image.crop((0, HEADER, *image.size))).getbbox()
        if box is None:
            raise LookupError(f"page {page} of {document} is empty")
        left, top, right, bottom = box
        around = (left - AROUND, top + HEADER - AROUND, right + AROUND, bottom + HEADER + AROUND)
        image.crop(around).quantize(GREYS).save(target, optimize=True)


#: The page on a desk and on a phone, side by side: width in pixels, and where it stands.
FRAMES = ((1200, "figure-km_hormone"), (390, "table-baseline"))
TALL, APART, COLOURS = 700, 24, 160
CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
    "--no-first-run", "--allow-file-access-from-files", "--virtual-time-budget=6000",
)  # fmt: skip


def page(packet: Path, folder: Path, target: Path) -> None:
    """The page of a packet at both widths."""
    look = f"border:0;height:{TALL}px;margin-right:{APART}px"
    frames = "".join(
        f'<iframe src="{packet / "report.html"}#{place}" style="{look};width:{width}px"></iframe>'
        for width, place in FRAMES
    )
    both, shot = folder / "both.html", folder / "both.png"
    both.write_text(f'<body style="margin:0;background:#888;white-space:nowrap">{frames}')
    wide = sum(width + APART for width, _ in FRAMES) - APART
    where = (f"--user-data-dir={folder / 'chromium'}", f"--window-size={wide},{TALL}")
    command = [*CHROMIUM, *where, f"--screenshot={shot}", f"file://{both}"]
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(shot) as image:
        small = image.convert("RGB").resize((image.width * 3 // 4, image.height * 3 // 4))
        small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)


def main() -> None:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        results = gbsg2(folder)
        for name, (report, title) in PICTURES.items():
            document = printed(results, report, folder / name)
            pictured(document, page_of(document, title), HERE / f"{name}.png")
        page(folder / "word_models", folder, HERE / "report.png")


if __name__ == "__main__":
    main()
