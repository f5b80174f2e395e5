"""Tables merged and stacked, and the abbreviations that a table explains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from gbsg2_packet import view
from report_packet import COMBINED, golden, reported

from analyses.plan import plan_from
from cohort_stats.problem import PlanError
from reports.abbreviations import abbreviations_note
from reports.column_widths import laid_out
from reports.combining import merge, stack
from reports.house_style import printing_in
from reports.table import Cell, Column, Footnotes, Row, Table, dash, markdown, text
from reports.tables import study_tables
from reports.tables.finished import finished

GOLDEN = Path(__file__).parent / "golden"
WRITTEN = [*golden()]

CONTENT = {
    "study": {"key": "s", "title": "t", "question": "q", "design": "d"},
    "variables": {
        "age": {"label": "Age", "type": "number"},
        "arm": {"label": "Arm", "type": "category", "levels": ["A", "B"]},
    },
    "steps": [
        {"id": name, "kind": "compare", "title": name, "rows": ["age"], "by": "arm"}
        for name in ("one", "two", "three")
    ],
}


def table(key: str, *names: str, test: str = "Welch", notes: tuple[str, ...] = ()) -> Table:
    """A row for each name; one that begins with a blank is indented."""
    footnotes = Footnotes()
    mark = footnotes.mark(test)
    rows = tuple(
        Row((text(n.strip()), text(f"{key}{i}"), Cell("p", (0.5,), mark)), int(n.startswith(" ")))
        for i, n in enumerate(names)
    )
    columns = (Column("Covariate"), Column("HR", "Alone"), Column("p", "Alone"))
    return Table(key, key, columns, rows, footnotes.words, notes)


def lines(made: Table) -> list[str]:
    return [line.replace("&nbsp;" * 4, "  ") for line in markdown(made).splitlines()]


def test_merged_rows_meet_by_name_and_what_they_stand_under():
    first = table("a", "Age", "Sex", " Missing", "Grade", " I", " Missing", notes=("Both.",))
    second = table(
        "b", "Age", "Grade", " I", " II", " Missing", test="chi", notes=("Both.", "B only.")
    )
    assert lines(merge([first, second], ["OS", "PFS"], key="k", title="Models")) == [
        "**Models**",
        "",
        "| Covariate | OS: Alone: HR | OS: Alone: p | PFS: Alone: HR | PFS: Alone: p |",
        "| --- | --- | --- | --- | --- |",
        "| Age | a0 | 0.500^a^ | b0 | 0.500^b^ |",
        "| Sex | a1 | 0.500^a^ |  |  |",
        "|   Missing | a2 | 0.500^a^ |  |  |",
        "| Grade | a3 | 0.500^a^ | b1 | 0.500^b^ |",
        "|   I | a4 | 0.500^a^ | b2 | 0.500^b^ |",
        "|   II |  |  | b3 | 0.500^b^ |",
        "|   Missing | a5 | 0.500^a^ | b4 | 0.500^b^ |",
        "",
        "Both.",
        "PFS: B only.",
        "a Welch",
        "b chi",
    ]


def test_two_rows_of_one_name_stay_two():
    made = merge([table("a", "x", "x"), table("b", "x", "x")], ["A", "B"], key="k", title="t")
    assert [str(row.cells[3]) for row in made.rows] == ["b0", "b1"]


def test_stacked_tables_of_other_columns_name_their_own():
    other = Table("o", "o", (Column("Group"), Column("Median")), (Row((text("A"), text("12"))),))
    made = stack([table("a", "Age"), other], ["First", "Second"], key="k", title="Both")
    assert lines(made)[2:8] == [
        "|  | Alone: HR | Alone: p |",
        "| --- | --- | --- |",
        "| First |  |  |",
        "|   Age | a0 | 0.500^a^ |",
        "| Second | Median |  |",
        "|   A | 12 |  |",
    ]


def test_one_table_alone_is_nothing_to_combine():
    with pytest.raises(ValueError, match="two or more with a heading each; got 1 tables"):
        merge([table("a", "x")], ["A"], key="k", title="t")
    with pytest.raises(ValueError, match="2 tables and 1 headings"):
        stack([table("a", "x")] * 2, ["A"], key="k", title="t")


def test_more_than_26_footnotes_have_letters():
    notes = Footnotes()
    assert [notes.mark(f"test {k}") for k in range(28)][-3:] == ["z", "aa", "bb"]


def test_a_table_explains_its_abbreviations_once():
    columns = (Column("SINS, mean ± SD"), Column("HR (95% CI)"), Column("KORS"))
    rows = (Row((text("ECOG 2"), text("n.e."), text("–"))),)
    made = Table("k", "t", columns, rows, notes=("HR, cause-specific hazard ratio.",))
    words = {"ECOG": "Eastern Cooperative Oncology Group", "SINS": "spine score", "OS": "survival"}
    assert abbreviations_note(made, words) == (
        "CI, confidence interval; ECOG, Eastern Cooperative Oncology Group; "
        "n.e., not estimable; SD, standard deviation; SINS, spine score."
    )
    assert abbreviations_note(Table("k", "t", (Column("Age"),), ()), words) == ""
    with printing_in("ama"):
        assert "NE, not estimable" in finished(made, words).notes[0]


def test_what_a_dash_means_is_said_only_where_there_is_one():
    made = table("a", "Age")
    assert finished(made, {}).notes == ("HR, hazard ratio.",)
    one = Row((text("Sex"), dash("not in the model"), text("")))
    rows = (*made.rows, one)
    assert finished(replace(made, rows=rows), {}).notes[-1] == "–, not in the model."
    other = Row((text("Arm"), text("1"), Cell("p", (float("nan"),))))
    told = finished(replace(made, rows=(*rows, other)), {}).notes[-1]
    assert told == "–, HR: not in the model; p: no test is possible."


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"merge": ["one", "tow"]}, "report.tables[1].merge: expected the id of a step"),
        ({"merge": ["one", "one"]}, "each step only once, found 'one' again"),
        ({"stack": ["one"]}, "two steps or more"),
        ({"stack": ["one", "two"], "merge": ["one", "three"]}, "exactly one of merge, stack"),
        (
            {"merge": ["one", "two"], "headings": ["A"]},
            "headings: expected one for each step",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(section, told):
    with pytest.raises(PlanError) as caught:
        plan_from(CONTENT | {"report": {"tables": [{"title": "T", **section}]}})
    assert told in str(caught.value)


@pytest.mark.parametrize(("name", "written"), WRITTEN, ids=[name for name, _ in WRITTEN])
def test_styles_and_combined_tables_are_as_they_were(name, written):
    """Written by write_golden.py."""
    assert written == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def test_combined_tables_stand_where_their_first_would_and_nowhere_else():
    before = [table.key for table in study_tables(view())]
    after = [table.key for table in study_tables(reported(view(), COMBINED))]
    assert len(after) == len(before) - 3
    assert after.index("baseline_and_baseline_matched") == before.index("baseline")
    assert not {"baseline", "baseline_matched", "km_hormone", "cox_rfs"} & {*after}


def test_a_step_that_was_not_done_leaves_the_others_table_alone():
    asked = reported(view(), {"tables": [{"title": "T", "merge": ["baseline", "no_such"]}]})
    assert "baseline" in [table.key for table in study_tables(asked)]


def test_every_committed_table_that_has_a_dash_says_why():
    for path in [*GOLDEN.glob("*.md"), *(GOLDEN.parents[1] / "plans" / "golden").glob("*.md")]:
        words = path.read_text(encoding="utf-8")
        if "| – " in words.partition("| --- ")[2]:
            assert "\n–, " in words, path.name


def wide() -> Table:
    """Three samples of one look, which together are wider than a page."""

    def sample(key: str, *names: str, test: str) -> Table:
        small = table(key, *names, test=test, notes=(f"Of {key}.",))
        columns = [Column(f"Circumference{k}", "Therapy") for k in range(4)]
        rows = [replace(r, cells=(*r.cells, *[text("1")] * 4)) for r in small.rows]
        return replace(small, columns=(*small.columns, *columns), rows=tuple(rows))

    one = sample("one", "Age", "Stage", " I", " II", test="Welch")
    two = sample("two", "Age", test="rank")
    samples = [one, two, replace(one, notes=())]
    return merge(samples, ["All", "Matched", "Weighted"], key="w", title="Wide")


def test_a_merged_table_too_wide_for_a_page_is_parted_between_its_blocks():
    parts = [laid.table for laid in laid_out(wide())]
    blocks = [{c.block for c in part.columns[1:]} for part in parts]
    assert blocks == [{"All"}, {"Matched"}, {"Weighted"}]
    assert [str(row.cells[0]) for row in parts[0].rows] == ["Age", "Stage", "I", "II"]
    assert [str(row.cells[0]) for row in parts[1].rows] == ["Age"]
    assert [part.footnotes for part in parts] == [{"a": "Welch"}, {"b": "rank"}, {"a": "Welch"}]
    assert [part.notes for part in parts] == [("All: Of one.",), ("Matched: Of two.",), ()]


def test_headings_of_blocks_stand_above_those_they_share():
    made = merge([table("one", "Age"), table("two", "Age")], ["All", "Matched"], key="m", title="m")
    assert [[(h.words, h.first, h.last, h.down) for h in row] for row in made.headings()] == [
        [("Covariate", 0, 0, 3), ("All", 1, 2, 1), ("Matched", 3, 4, 1)],
        [("Alone", 1, 2, 1), ("Alone", 3, 4, 1)],
        [("HR", 1, 1, 1), ("p", 2, 2, 1), ("HR", 3, 3, 1), ("p", 4, 4, 1)],
    ]
