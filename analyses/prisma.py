"""The counts of a PRISMA diagram as numbers, like those of any analysis."""

from __future__ import annotations

from analyses.schema.prisma import OtherMethods, PrismaSection
from cohort_stats.results import Result, as_numbers, rows

PRISMA = "prisma"
#: The group of what was found by other methods.
OTHER = "other methods"


def prisma_numbers(section: PrismaSection) -> Result:
    """Every count of the diagram: `term` is the key of the plan, `level` a source or a reason."""
    single = (
        "identified", "duplicates", "automation", "removed_otherwise", "removed", "screened",
        "excluded", "sought", "not_retrieved", "assessed", "included",
    )  # fmt: skip
    found = _several(section, ("databases", "registers", "reasons"), "")
    for key in single:
        found += rows({"records": getattr(section, key)}, term=key)
    reports = section.left if section.reports is None else section.reports
    found += rows({"records": reports}, term="reports")
    if section.other is not None:
        found += _several(section.other, ("records", "reasons"), OTHER)
        for key in ("not_retrieved", "assessed"):
            found += rows({"records": getattr(section.other, key)}, term=key, group=OTHER)
        sought = sum(section.other.records.values())
        found += rows({"records": sought}, term="sought", group=OTHER)
    return Result(as_numbers(found), "", section.included, 0).named(PRISMA)


def _several(
    section: PrismaSection | OtherMethods, keys: tuple[str, ...], group: str
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for key in keys:
        counts = getattr(section, key)
        for name, n in counts.items():
            found += rows({"records": n}, term=key, level=name, group=group)
        if key == "reasons":
            found += rows({"records": sum(counts.values())}, term="excluded_reports", group=group)
    return found
