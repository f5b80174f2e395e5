"""Printed estimates beside those of another cohort, and the two pooled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes

from analyses.replication.claims import SCALES, Estimate, TestedClaim, no_effect
from analyses.replication.here import SHARES
from reports.figures.forest import LINE
from reports.figures.ratio_axis import ratio_axis
from reports.figures.style import (
    COLOURS,
    GREY,
    WIDTH,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    use_letters,
    wrapped,
)

WIDEST_LABEL = 62.0
WHO = ("printed", "this cohort", "both, common effect")
#: Kind of scale -> (name of the file, first word of the caption, words of the axis).
KINDS = {
    "log": ("claims_ratios", "Ratios", "Ratio (log scale), 95% confidence interval"),
    "logit": ("claims_areas", "Areas", "Area under the ROC curve, 95% confidence interval"),
    "share": ("claims_shares", "Shares", "Share, 95% confidence interval where there is one"),
}


@dataclass(frozen=True)
class _Line:
    label: str
    found: Estimate | None = None
    who: int = -1


def claim_plots(tested: Sequence[TestedClaim], *, synthetic: bool) -> list[Drawing]:
    """A forest plot of the ratios, one of the areas, one of the shares; of those there are."""
    from reports.replicated_claims import statistic_words

    use_letters("".join(f"{one.claim.what}{statistic_words(one)}" for one in tested))
    drawings = []
    for kind, (name, title, axis) in KINDS.items():
        mine = [one for one in tested if not one.why_not and _kind(one.statistic) == kind]
        if mine:
            lines = [x for one in mine for x in _lines(one, statistic_words(one))]
            drawings.append(_plot(kind, (name, title, axis), lines, synthetic))
    return drawings


def _kind(statistic: str) -> str:
    return "share" if statistic in SHARES else SCALES.get(statistic, "")


def _lines(one: TestedClaim, words: str) -> Iterator[_Line]:
    yield _Line(f"{one.claim.what}: {words}")
    for who, estimate in enumerate((one.printed, one.ours, one.common)):
        if estimate is not None and not math.isnan(estimate.value):
            yield _Line(WHO[who], estimate, who)


def _plot(kind: str, words: tuple[str, str, str], lines: list[_Line], synthetic: bool) -> Drawing:
    from reports.replicated_claims import shown

    name, title, axis = words
    heads = [x.label for x in lines if x.found is None]
    left = max(text_width(label) for label in WHO) + 10
    right = max(text_width(shown(x.found)) for x in lines if x.found) + 8
    with looking_right():
        figure = new_figure(LINE * len(lines) + 26, synthetic=synthetic)
        axes = place(figure, left, 13, right, 13)
        _draw(axes, kind, lines)
        axes.set_xlabel(axis)
        _words(axes, lines, right, [wrapped(head, WIDTH - 10, lines=1) for head in heads])
    listed = "; ".join(f"{x.label} {shown(x.found)}" if x.found else x.label for x in lines)
    return Drawing(name, f"{title}: printed beside this cohort", f"Forest plot. {listed}.", figure)


def _draw(axes: Axes, kind: str, lines: list[_Line]) -> None:
    finite = [e for x in lines if (e := x.found) is not None]
    values = [v for e in finite for v in (e.value, e.low, e.high) if math.isfinite(v)]
    if kind == "log":
        low, high = min([*values, 0.8]) / 1.15, max([*values, 1.25]) * 1.15
        low, high = max(low, 0.01), min(high, 100.0)
        ratio_axis(axes, low, high)
    else:
        low, high = 0.0, 1.0
    axes.set(xlim=(low, high), ylim=(len(lines) - 0.5, -0.5))
    nothing = no_effect("hazard_ratio" if kind == "log" else "auc") if kind != "share" else None
    if nothing is not None:
        axes.axvline(nothing, color=GREY, linewidth=0.7)
    for y, line in enumerate(lines):
        if line.found is None:
            continue
        colour, marker = COLOURS[(0, 1, 6)[line.who]], "soD"[line.who]
        if line.found.has_interval:
            ends = [max(line.found.low, low), min(line.found.high, high)]
            axes.plot(ends, [y, y], color=colour, linewidth=1.2)
        axes.plot(line.found.value, y, marker, color=colour, markersize=4.5)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])


def _words(axes: Axes, lines: list[_Line], right: float, heads: list[str]) -> None:
    from reports.replicated_claims import shown

    figure = axes.figure
    transform = mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)
    waiting = iter(heads)
    for y, line in enumerate(lines):
        if line.found is None:
            axes.text(
                4 / WIDTH, y, next(waiting), transform=transform, va="center", fontsize=7.5,
                weight="bold", backgroundcolor="white",
            )  # fmt: skip
            continue
        axes.text(8 / WIDTH, y, line.label, transform=transform, va="center", fontsize=7.5)
        axes.text(
            1 - (right - 4) / WIDTH, y, shown(line.found), transform=transform, va="center",
            fontsize=7.5,
        )  # fmt: skip
