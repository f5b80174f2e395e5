"""Run the SPSS syntax of this folder with PSPP and keep every printed number at full precision.

    python tests/reference/pspp/run.py [FOLDER]

writes one JSON file a syntax file, beside it or into FOLDER. PSPP prints two or three decimals;
but the viewer file it can write (.spv) holds the numbers themselves, each with its format. The
formats are changed to E40.16 there before PSPP turns the file into text. Needs PSPP 1.6 and the
standard library.

    {"_pspp": "1.6.2", "<case, as ECHO names it>": [{"title": ..., "rows": [[...], ...]}, ...]}

`-a compatible` asks PSPP for SPSS's own quartiles in FREQUENCIES (type 6) in place of type 7.
"""

from __future__ import annotations

import csv
import json
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FULL = struct.pack("<I", (17 << 16) | (40 << 8) | 16)  # E40.16
NUMERIC = (5, 17, 31, 40)  # F, E, PCT and the general format of a number
CELL = re.compile(rb"([\x01\x02]\x58)(..([\x05\x11\x1f\x28])\x00)(?=.{8})", re.S)
NOT_A_CASE = re.compile(r"\[|Table:|note:|warning:|error:|.*?: (note|warning|error):")


def main() -> None:
    """Every syntax file that is not a part of another."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for syntax in sorted(HERE.glob("*.sps")):
        if not syntax.stem.startswith("read_"):
            write(syntax, folder / f"{syntax.stem}.json")


def write(syntax: Path, path: Path) -> None:
    """The tables that a syntax file prints, as JSON."""
    with tempfile.TemporaryDirectory() as scratch:
        first, second, text = (Path(scratch) / name for name in ("a.spv", "b.spv", "c.csv"))
        pspp("pspp", "-a", "compatible", "-o", str(first), str(syntax))
        with_full_precision(first, second)
        pspp("pspp-output", "convert", str(second), str(text))
        found = cases(text.read_text(encoding="utf-8"))
    lines = [f" {json.dumps('_pspp')}: {json.dumps(version())}"]
    for name, tables in found.items():
        listed = ",\n".join(f"  {json.dumps(t, ensure_ascii=False)}" for t in tables)
        lines.append(f" {json.dumps(name)}: [\n{listed}\n ]")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def pspp(*command: str) -> str:
    """What a program of PSPP says; an error of syntax stops here."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode or "error:" in said:
        raise SystemExit(f"{' '.join(command)}\n{said}")
    return said


def version() -> str:
    """Which PSPP this is."""
    return pspp("pspp", "--version").split("\n")[0].split()[-1]


def with_full_precision(source: Path, target: Path) -> None:
    """A viewer file whose numbers are all in the format E40.16."""

    def full(match: re.Match[bytes]) -> bytes:
        decimals, width, kind, _ = match[2]
        plausible = kind in NUMERIC and 0 < width <= 40 and decimals <= 16
        return match[1] + FULL if plausible else match[0]

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("lightTableData.bin"):
                content = CELL.sub(full, content)
            new.writestr(item, content)


def cases(text: str) -> dict[str, list[dict[str, object]]]:
    """Tables by the ECHO that stands before them."""
    found: dict[str, list[dict[str, object]]] = {}
    name = ""
    for block in text.strip().split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("Table: "):
            rows = [[number(cell) for cell in row] for row in csv.reader(lines[1:])]
            found[name].append({"title": lines[0].removeprefix("Table: "), "rows": rows})
        elif not NOT_A_CASE.match(lines[0]):
            name = lines[0].strip('"')
            found[name] = []
    return found


def number(cell: str) -> object:
    """A cell as a number where it is one."""
    try:
        return float(cell)
    except ValueError:
        return cell


if __name__ == "__main__":
    main()
