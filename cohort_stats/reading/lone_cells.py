"""Rows read as patients that hold a single cell: said, as they may be something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from cohort_stats.problem import column_letters
from cohort_stats.reading.block import Block
from cohort_stats.reading.heading_rows import JUDGED
from cohort_stats.reading.positions import ranges_in_words

NARROW = 3  # in a table with fewer columns, a single cell is nothing odd
_WORDS_OF_NOTES = re.compile(
    r"(?<!\w)(notes?|group|cohort|arm|excluded|exclusions?|remarks?|continued|"
    r"gruppe|ausgeschlossen|groupe|exclus?|grupo|excluid[oa]s?|gruppo)(?!\w)|:\s*$|[*†‡※]|"
    r"군\b|그룹|제외|주의|비고|참고|组|組|群|除外|排除",
    re.IGNORECASE,
)


def notes_of_lone_cells(block: Block, patients: Sequence[int], covered: Sequence[int]) -> list[str]:
    """Say which patients' rows hold one cell only, without what it says.

    Parameters
    ----------
    block
        The filled rows of the sheet.
    patients
        Which of them are read as patients.
    covered
        Those that share a merged cell with a row above, and so hold more than their own cells.
    """
    if not patients or len(block.used(patients[0])) < NARROW:
        return []
    rows = np.array(patients)
    lone = [int(k) for k in rows[block.sizes[rows] == 1] if k not in set(covered)]
    texts = _texts(block, patients, lone)
    return [*_asked(block, texts), *_told(block, [k for k in lone if k not in set(texts)])]


def _texts(block: Block, patients: Sequence[int], lone: list[int]) -> list[int]:
    # Those that say more than the cells of fuller rows in the same column do.
    words = {int(block.first[k]): 1 for k in lone}
    fuller = [k for k in patients[:JUDGED] if block.sizes[k] > 1]
    noted = set()
    for j in words:
        cells = [v for v in (block.columns[j][k] for k in fuller) if isinstance(v, str)]
        words[j] = max([1, *(len(v.split()) for v in cells)])
        noted |= {j for v in cells if _WORDS_OF_NOTES.search(v)}
    found = []
    for k in lone:
        cell, j = block.first_cell(k), int(block.first[k])
        if isinstance(cell, str) and (
            len(cell.split()) > words[j] or (j not in noted and _WORDS_OF_NOTES.search(cell))
        ):
            found.append(k)
    return found


def _asked(block: Block, lone: list[int]) -> list[str]:
    if len(lone) == 1:
        row = block.rows[lone[0]]
        cell = f"{column_letters(int(block.first[lone[0]]) + 1)}{row}"
        return [f"row {row} holds only the text in {cell}: is it a patient? It was read as one"]
    rows = ranges_in_words([block.rows[k] for k in lone])
    hold = "hold only one text each: are they patients? They were read as such"
    return [f"rows {rows} {hold}"] if lone else []


def _told(block: Block, lone: list[int]) -> list[str]:
    rows = ranges_in_words([block.rows[k] for k in lone])
    if len(lone) == 1:
        return [f"row {rows} holds a single value; it was read as a patient"]
    return [f"rows {rows} hold a single value each; they were read as patients"] if lone else []
