"""The PRISMA 2020 diagram of a systematic review."""

from __future__ import annotations

from analyses.prisma import OTHER, PRISMA
from reports.figures.boxes import Row, boxes_figure, told
from reports.figures.style import Drawing, looking_right
from reports.format import count
from reports.numbers import Numbers
from reports.view import View

NARROWEST = 150.0  # of a diagram with other methods, which has four columns of boxes


def prisma_plot(view: View) -> Drawing | None:
    """Records from identification to inclusion, with who left and why; None without counts."""
    numbers = view.numbers(PRISMA)
    if not numbers:
        return None
    columns = [_databases(numbers)]
    width = view.figure_width
    if numbers.about("records", group=OTHER):
        columns.append(_other(numbers))
        width = max(width, NARROWEST)
    studies = f"Studies included in review {_n(numbers, 'included')}"
    reports = f"Reports of included studies {_n(numbers, 'reports')}"
    last = Row(((studies, reports),), stage="Included")
    with looking_right():
        figure = boxes_figure(columns, width, synthetic=view.synthetic, last=last)
    alt = told([*(row for rows in columns for row in rows), last])
    return Drawing(PRISMA, "PRISMA 2020 flow diagram", alt, figure)


def _n(numbers: Numbers, term: str, group: str = "", level: str = "") -> str:
    return f"(n = {count(numbers.get('records', term=term, group=group, level=level))})"


def _each(numbers: Numbers, term: str, group: str = "") -> list[str]:
    """A line for each source or reason."""
    frame = numbers.frame
    mine = frame[(frame["term"] == term) & (frame["group"] == group)]
    return [f"{level} {_n(numbers, term, group, level)}" for level in mine["level"] if level]


def _databases(numbers: Numbers) -> list[Row]:
    removed = [f"Records removed before screening {_n(numbers, 'removed')}"]
    kinds = {
        "duplicates": "Duplicates",
        "automation": "Marked as ineligible by automation tools",
        "removed_otherwise": "Removed for other reasons",
    }
    removed += [
        f"{words} {_n(numbers, term)}"
        for term, words in kinds.items()
        if numbers.get("records", term=term)
    ]
    sources = [*_each(numbers, "databases"), *_each(numbers, "registers")]
    identified = (f"Records identified {_n(numbers, 'identified')}", *sources)
    return [
        Row((identified,), tuple(removed), stage="Identification"),
        Row(
            ((f"Records screened {_n(numbers, 'screened')}",),),
            (f"Records excluded {_n(numbers, 'excluded')}",),
            stage="Screening",
        ),
        Row(
            ((f"Reports sought for retrieval {_n(numbers, 'sought')}",),),
            (f"Reports not retrieved {_n(numbers, 'not_retrieved')}",),
        ),
        _assessed(numbers, ""),
    ]


def _assessed(numbers: Numbers, group: str) -> Row:
    excluded = f"Reports excluded {_n(numbers, 'excluded_reports', group)}"
    return Row(
        ((f"Reports assessed for eligibility {_n(numbers, 'assessed', group)}",),),
        (excluded, *_each(numbers, "reasons", group)),
    )


def _other(numbers: Numbers) -> list[Row]:
    found = tuple(_each(numbers, "records", OTHER))
    return [
        Row((("Records identified by other methods", *found),)),
        Row(
            ((f"Reports sought for retrieval {_n(numbers, 'sought', OTHER)}",),),
            (f"Reports not retrieved {_n(numbers, 'not_retrieved', OTHER)}",),
        ),
        _assessed(numbers, OTHER),
    ]
