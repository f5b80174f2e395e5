"""Rows among and below the patients that are none: notes, totals, a template's example."""

from __future__ import annotations

import re

import numpy as np

from cohort_stats.reading.block import Block
from cohort_stats.reading.heading_rows import JUDGED, Merged

EXAMPLE = "example"
NOTE, TOTALS = "a note below the table", "a row of totals"
EXAMPLE_ROW = "the example row of the template"
_NOTE_BEGINS = re.compile(
    r"[*†‡§¶#※]|(notes?|source|legend|abbreviations?|abbr|key|footnotes?|remarks?|comments?|"
    r"anmerkung(en)?|quelle|legende|abkürzungen|remarques?|légende|abréviations|notas?|fuente|"
    r"leyenda|abreviaturas|주|비고|약어|출처|참고|注|备注|註|来源|縮寫|缩写|略語)\b",
    re.IGNORECASE,
)
_TOTAL_WORDS = frozenset(
    """total|totals|grand total|subtotal|sum|sums|mean|means|average|averages|median|sd|s.d.|std|
    std dev|std. dev.|stdev|standard deviation|se|sem|min|max|minimum|maximum|range|iqr|count|n|
    mean ± sd|mean (sd)|median (iqr)|missing|n missing|
    합계|총계|총합|소계|평균|중앙값|표준편차|표준 편차|개수|최소|최대|최솟값|최댓값|
    合计|合計|总计|總計|总和|小计|平均|平均值|均值|中位数|中位數|标准差|標準差|標準偏差|中央値|
    summe|gesamt|gesamtsumme|mittelwert|durchschnitt|standardabweichung|anzahl|
    total général|somme|moyenne|médiane|écart-type|écart type|effectif|
    suma|media|promedio|mediana|desviación estándar|desviación típica|recuento|
    totale|somma|deviazione standard|média|soma|desvio padrão|totaal|gemiddelde|итого|среднее"""
    .replace("\n", "").replace("|    ", "|").split("|")
)  # fmt: skip
_COUNT = re.compile(r"n\s*=\s*[\d.,\s]+", re.IGNORECASE)


def rows_that_are_no_patients(block: Block, start: int, merged: Merged) -> dict[int, str]:
    """Rows from `start` on that are left out, and what each was taken for.

    Parameters
    ----------
    block
        The filled rows of the sheet.
    start
        First row below the headings.
    merged
        Its merged ranges.

    Notes
    -----
    Notes and totals are looked for from the last row up, and the first row that is neither
    ends the search: what stands among the patients is a patient.
    """
    left_out = {k: EXAMPLE_ROW for k in range(start, len(block)) if _is_example(block, k)}
    belongs_above = set(covered_rows(block, merged))
    width = len(block.used(start))
    for k in range(len(block) - 1, start - 1, -1):
        if k in belongs_above:
            break
        if _is_total(block, start, k):
            left_out[k] = TOTALS
        elif width >= 3 and _is_note(block, start, k):
            left_out[k] = NOTE
        elif k not in left_out:
            break
    return left_out


def covered_rows(block: Block, merged: Merged) -> list[int]:
    """Which rows share a merged cell with the row above them."""
    steps = np.zeros(block.rows[-1] + 2, int)
    for top, left, bottom, right in merged:
        if left == right and bottom > top and top < len(steps) - 1:
            steps[top + 1] += 1
            steps[min(bottom, len(steps) - 2) + 1] -= 1
    found: list[int] = np.flatnonzero(np.cumsum(steps)[np.array(block.rows)]).tolist()
    return found


def _is_example(block: Block, k: int) -> bool:
    cell = block.first_cell(k)
    return isinstance(cell, str) and cell.strip().casefold() == EXAMPLE


def _is_total(block: Block, start: int, k: int) -> bool:
    cell = block.first_cell(k)
    if not isinstance(cell, str):
        return False
    word = _word(cell)
    if not _names_total(word):
        return False
    above = [_word(v) for v, _ in _above(block, start, k)]
    # A level such as 'total' resection is no total, and among initials SD is a patient.
    initials = (v for v in above if v.isalpha() and len(v) <= 3 and not _names_total(v))
    return word not in above and not (len(word) <= 3 and any(initials))


def _is_note(block: Block, start: int, k: int) -> bool:
    cell = block.first_cell(k)
    if block.sizes[k] != 1 or not isinstance(cell, str):
        return False
    above = _above(block, start, k)
    if _shape(cell) in (_shape(v) for v, _ in above):
        return False
    patients = [v.strip() for v, size in above if size > 1]
    if _NOTE_BEGINS.match(cell.strip()):
        return not any(map(_NOTE_BEGINS.match, patients))
    # Where patients are called by two words, two words may be a patient.
    words = max((len(v.split()) for v in patients), default=1)
    return not cell.strip()[0].isdigit() and len(cell.split()) > words


def _above(block: Block, start: int, k: int) -> list[tuple[str, int]]:
    # Texts above in the same column, and how many cells of their rows are filled.
    rows = slice(start, min(k, start + JUDGED))
    cells = zip(block.columns[block.first[k]][rows], block.sizes[rows], strict=True)
    return [(v, int(size)) for v, size in cells if isinstance(v, str)]


def _names_total(word: str) -> bool:
    return word in _TOTAL_WORDS or _COUNT.fullmatch(word) is not None


def _word(text: str) -> str:
    return " ".join(text.split()).casefold().removesuffix(":").rstrip()


def _shape(text: str) -> str:
    return re.sub(r"\d+", "9", text.strip().casefold())
