"""The page in a browser: nothing complains, nothing is cut off, everything can be read."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from gbsg2_packet import packet

pytestmark = [
    pytest.mark.outer,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed here"),
]
PROBE = (Path(__file__).parent / "page_probe.js").read_text(encoding="utf-8")
CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr", "--window-size=1300,1000", "--virtual-time-budget=8000",
)  # fmt: skip


def chromium(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*CHROMIUM, f"--user-data-dir={tmp_path / 'user'}", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(("width", "wide"), [(1200, True), (390, False)])
def test_the_page_in_a_frame_of_a_width(tmp_path, width, wide):
    page = html.escape((packet() / "report.html").read_text(encoding="utf-8"))
    frame = f'<iframe id="page" style="border:0;width:{width}px;height:900px" srcdoc="{page}">'
    outer = tmp_path / "frame.html"
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><pre id="said"></pre>'
        f"{frame}</iframe><script>{PROBE}</script>",
        encoding="utf-8",
    )
    done = chromium(tmp_path, "--dump-dom", f"file://{outer}")
    assert "CONSOLE" not in done.stderr
    found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.S)
    assert found is not None
    said = json.loads(html.unescape(found[1]))
    assert said["page"] <= said["frame"] == width  # nothing moves the whole page sideways
    assert said["contrast"] >= 4.5
    assert said["contents"] is said["sticky"] is wide
    assert len(said["figures"]) == 11
    assert min(said["figures"]) > 300
    assert all(re.search(r"\d", words) for words in said["keys"])
    assert len(set(said["keys"])) == len(said["keys"]) == len(said["pointed"]) == 10
    assert all(words and within for words, within in said["pointed"])


def test_print_unfolds_everything_and_leaves_the_contents_out(tmp_path):
    pdf = tmp_path / "page.pdf"
    chromium(tmp_path, f"--print-to-pdf={pdf}", f"file://{packet() / 'report.html'}")
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout
    assert "Ties in Cox models" in text
    assert "holds every number of this report" in text
    assert "Contents" not in text


def test_without_script_the_page_is_whole(tmp_path):
    page = (packet() / "report.html").read_text(encoding="utf-8")
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"<script>.*?</script>", "", page, flags=re.S), encoding="utf-8")
    picture = tmp_path / "page.png"
    chromium(tmp_path, f"--screenshot={picture}", f"file://{bare}")
    assert picture.stat().st_size > 20_000
    assert "<title>Hormonal therapy: Yes: HR 0.71 (0.55–0.91), p = 0.007</title>" in page
