"""A drafted dictionary: valid TOML whatever is typed, matched with its columns, honest."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import day, table_of, tables

from analyses.draft_plan import draft_plan
from analyses.plan import load_plan, plan_from
from cohort_stats.describing.drafting import dictionary_toml, draft
from cohort_stats.describing.profile import profile
from cohort_stats.dictionary import (
    YES_NO,
    DataDictionary,
    Level,
    Variable,
    fold_heading,
    fold_level,
)
from cohort_stats.headings import match_headings
from cohort_stats.problem import CohortError
from cohort_stats.reading import read_table
from cohort_stats.validation import validate

STUDY = {"key": "x", "title": "x", "question": "x", "design": "x"}


def plan_with(text: str):
    """The plan of a dictionary in TOML, with the least that a plan needs around it."""
    content = tomllib.loads(text)
    name = next(
        n for n, v in content["variables"].items() if v["type"] not in ("id", "text", "date")
    )
    step = {"id": "s", "kind": "compare", "title": "x", "rows": [name]}
    return plan_from({"study": STUDY, "steps": [step], **content})


def drafted(columns: dict, known: DataDictionary | None = None, **also):
    return draft(profile(table_of(columns, **also)), known)


def told_apart(levels: tuple[Level, ...]) -> bool:
    """Whether no text of one level, code or label, is read as another's: plans refuse that."""
    texts = [{fold_level(x.code), fold_level(x.label)} for x in levels]
    return sum(map(len, texts)) == len(set().union(*texts))


WORDS = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(
        ['"', "\\", "\n", "\x7f", "a'b", "'''", "#", "이름", "🩻", "= x", "\u2028", "]"]
    ),
)
LEVELS = (
    st.lists(WORDS, min_size=2, max_size=4, unique=True)
    .flatmap(
        lambda codes: st.one_of(
            st.just(tuple(Level(c, c) for c in codes)),
            st.just(tuple(Level(c, f"{c} {k}") for k, c in enumerate(codes))),
        )
    )
    .filter(told_apart)
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def variables(draw: st.DrawFn, name: str) -> Variable:
    kind = draw(
        st.sampled_from(["number", "integer", "category", "ordered", "yesno", "date", "text"])
    )
    levels = draw(LEVELS) if kind in ("category", "ordered") else ()
    ends = st.dates() if kind == "date" else NUMBERS
    bounded = kind in ("number", "integer", "date")
    pair = st.tuples(ends, ends).map(sorted).map(tuple)
    return Variable(
        name=name,
        label=draw(WORDS),
        type=kind,
        unit=draw(WORDS),
        levels=YES_NO if kind == "yesno" else levels,
        reference=draw(st.sampled_from([x.label for x in levels])) if levels else "",
        limits=draw(st.one_of(st.just((None, None)), pair)) if bounded else (None, None),
        usual=draw(st.one_of(st.just((None, None)), pair)) if bounded else (None, None),
        required=draw(st.booleans()),
        missing=tuple(draw(st.lists(WORDS, max_size=2))),
        aliases=tuple(draw(st.lists(WORDS, max_size=2))),
        description=draw(st.text(max_size=20)),
        role=draw(st.sampled_from(["", "cluster", "outcome"])),
        partial=draw(st.sampled_from(["refuse", "middle"])) if kind == "date" else "refuse",
    )


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(variables("a"), variables("b"), st.lists(st.text(max_size=20), max_size=2))
def test_any_dictionary_written_as_toml_is_read_back_the_same(first, second, comments):
    number = Variable("n", "N", "number")
    dictionary = DataDictionary({"a": first, "b": second, "n": number})
    text = dictionary_toml(dictionary, {"a": comments})
    assert plan_with(text).dictionary == dictionary


def test_an_empty_label_of_a_level_survives():
    levels = (Level("1", ""), Level("2", "two"))
    dictionary = DataDictionary({"a": Variable("a", "A", "category", levels=levels)})
    assert plan_with(dictionary_toml(dictionary)).dictionary == dictionary


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_no_table_makes_a_draft_fail_and_each_column_finds_its_variable(table):
    found = profile(table)
    result = draft(found)
    content = tomllib.loads(draft_plan(table, found))
    if "steps" in content:
        dictionary = plan_from(content).dictionary
        assert table.problems or validate(table, dictionary) is not None
        assert set(dictionary) <= set(result.dictionary)
    folded = [fold_heading(h) for h in table.headings]
    if len(set(folded)) < len(folded) or len(result.dictionary) < len(found):
        return
    position, ignored, problems = match_headings(table, result.dictionary)
    assert sorted(position.values()) == list(range(len(found)))
    assert (ignored, problems) == ((), [])
    names = list(result.dictionary)
    assert [position[name] for name in names] == list(range(len(found)))


def test_two_columns_that_differ_only_in_their_unit_keep_apart():
    columns = {"Age (years)": [50.5, 61], "Age (months)": [606, 732], "age": ["x y", "y z"]}
    table = table_of(columns)
    result = draft(profile(table))
    position, _, problems = match_headings(table, result.dictionary)
    assert problems == []
    assert [position[name] for name in result.dictionary] == [0, 1, 2]


def test_a_second_column_of_one_heading_is_left_out_and_said():
    table = table_of({"Age": [50, 61], "AGE": [50, 61]})
    result = draft(profile(table))
    assert list(result.dictionary) == ["age"]
    assert "an earlier column has this heading" in result.left_out[0]


def test_suspected_identifiers_are_left_out_and_a_record_number_is_never_the_id():
    result = drafted({"MRN": [40123456, 40987612], "Name": ["A", "B"], "Age": [50, 61]})
    assert list(result.dictionary) == ["age"]
    assert "--deidentify" in result.left_out[0]
    assert "--deidentify" not in result.left_out[1]


def test_suspected_missing_codes_are_declared_where_the_user_sees_them():
    table = table_of({"Age": [50, 61, 72, 55, "NA", 999]})
    text = draft_plan(table, profile(table))
    assert 'missing = ["NA", "999"]' in text
    assert "# review: 1 cell says 'NA', here declared to mean not known" in text


def test_the_usual_range_reaches_three_interquartile_ranges_rounded_outward():
    result = drafted({"Hb": [10.03, 11.2, 12.1, 13.4, 9.2], "T": [-2.1, -1.0, 0.5, 1.7, 3.3]})
    assert result.dictionary["hb"].usual == (3.0, 19.0)
    assert drafted({"CRP": [1, 5, 9, 20]}).dictionary["crp"].usual == (0.0, 35.0)
    low, high = result.dictionary["t"].usual
    assert low < -8 < 9 < high


def test_values_of_texts_and_ids_are_nowhere_in_the_draft():
    columns = {
        "Patient": ["XQ1", "XQ2", "XQ3"],
        "Remark": ["zebra one", "zebra two", "call 010-1234-5678"],
        "Name": ["Yak A", "Yak B", "Yak C"],
        "Age": [50, 61, 72],
    }
    table = table_of(columns)
    text = draft_plan(table, profile(table))
    assert not any(word in text for word in ("zebra", "XQ", "Yak", "010-"))
    assert "# review: 1 cell with a phone number inside (Cohort!B4)" in text


def test_a_known_dictionary_is_taken_instead_of_guessing():
    levels = (Level("1", "Male"), Level("2", "Female"))
    known = DataDictionary({"geschlecht": Variable("geschlecht", "Sex", "category", levels=levels)})
    result = drafted({"Sex": [1, 2, 1], "Age": [50, 61, 72]}, known)
    assert result.dictionary["geschlecht"] is known["geschlecht"]
    assert result.dictionary["age"].type == "number"
    assert "geschlecht" not in result.comments


def test_dates_as_limits_are_toml_dates():
    limits = (date(2014, 1, 1), date(2020, 12, 31))
    variable = Variable("d", "D", "date", limits=limits, usual=limits)
    text = dictionary_toml(DataDictionary({"d": variable, "n": Variable("n", "N", "number")}))
    assert "minimum = 2014-01-01\n" in text
    assert plan_with(text).dictionary["d"] == variable


@pytest.mark.parametrize("name", ["lung", "pbc", "gbsg2", "veteran", "infert", "lalonde", "aSAH"])
def test_the_draft_of_a_public_cohort_accepts_every_cell_of_it(name, tmp_path):
    table = read_table(f"tests/reference/data/{name}.csv")
    (tmp_path / "draft.toml").write_text(draft_plan(table, profile(table)), encoding="utf-8")
    cohort = validate(table, load_plan(tmp_path / "draft.toml").dictionary)
    assert len(cohort.frame.columns) == len(table.headings)


def test_types_of_public_cohorts_are_those_a_clinician_would_give():
    expected = {
        "lung": {"ph_ecog": "ordered", "sex": "category", "age": "number", "inst": "integer"},
        "pbc": {"id": "id", "stage": "ordered", "ascites": "yesno", "bili": "number"},
        "gbsg2": {"hor_th": "yesno", "tgrade": "ordered", "pnodes": "integer"},
        "veteran": {"celltype": "category", "status": "yesno"},
    }
    for name, types in expected.items():
        dictionary = draft(profile(read_table(f"tests/reference/data/{name}.csv"))).dictionary
        assert {n: dictionary[n].type for n in types} == types


def test_the_24_reported_patients():
    table = read_table("data_templates/lee2024_reported_24_real.xlsx")
    dictionary = draft(profile(table)).dictionary
    assert {n: v.type for n, v in dictionary.items()} == {
        "patient": "id",
        "age": "number",
        "sex": "category",
        "tumour_origin": "category",
        "location": "text",
        "mode_of_surgery": "category",
        "laminectomy_levels": "integer",
        "fixation_levels": "number",
        "screws_in_tumour": "integer",
        "reoperation": "yesno",
        "mechanical_failure": "yesno",
        "failure_type": "category",
        "time_to_failure": "number",
    }
    assert (dictionary["age"].unit, dictionary["time_to_failure"].unit) == ("years", "months")
    assert len(validate(table, dictionary)) == 24


def test_what_does_not_fit_is_left_for_check_to_report():
    table = table_of({"Age": [50, 61, "sixty", 72, 44], "Sex": ["M", "F", "F", "M", "M"]})
    dictionary = draft(profile(table)).dictionary
    with pytest.raises(CohortError) as caught:
        validate(table, dictionary)
    assert [str(p.where) for p in caught.value.problems] == ["Cohort!A4"]


def test_dates_get_no_guessed_limits():
    result = drafted({"Date of surgery": [day(2020, 1, 2), day(2021, 3, 4)]})
    assert result.dictionary["date_of_surgery"] == Variable(
        "date_of_surgery", "Date of surgery", "date"
    )


def test_both_columns_of_one_heading_are_named_by_their_own_places():
    table = table_of({"Id": [1, 2, 3], "Age": [50, 61, 70], "AGE ": [51, 62, 71], "OS": [1, 2, 4]})
    text = draft_plan(table, profile(table))
    assert "'Age' (column B): column C has nearly its heading" in text.replace("\n# ", " ")
    assert "(column C): an earlier column has this heading" in text.replace("\n# ", " ")
    assert text.count("(column C):") == 1


def test_a_comma_that_could_mean_two_things_is_to_be_reviewed():
    counts = [510, 640, 720, 830, 910, "1,450", "2,310", 555, 666, 777]
    (found,) = profile(table_of({"Lymphocytes": counts}))
    assert any("'1,450' could be 1450 or 1.45" in words for words in found.remarks)
    (plain,) = profile(table_of({"Lymphocytes": [510, 640, 720, 830, 910, 1450]}))
    assert plain.remarks == ()
