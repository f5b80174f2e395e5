"""Plans: what they say, and what is said of their mistakes."""

from __future__ import annotations

import pytest
from small_plan import PLAN, plan_with

from analyses.plan import load_plan, study_keys
from cohort_stats.condition import Condition
from cohort_stats.problem import PlanError
from cohort_stats.rules import Needs, NotNegative


def mistakes(old: str, new: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        plan_with(old, new)
    return str(caught.value).splitlines()


def test_a_plan_becomes_a_dictionary_with_rules():
    plan = plan_with()
    arm = plan.dictionary["arm"]
    assert arm.labels == ("Surgery", "Radiotherapy", "Observation")
    assert [level.code for level in arm.levels] == ["A", "B", "C"]
    assert plan.dictionary["age"].limits == (0, 120)
    event = Condition("dead", "is", "Yes")
    assert plan.dictionary.rules == (
        NotNegative(variable="months"),
        Needs(when=event, variable="months"),
    )


#: Piece of the plan -> what it is replaced with -> the message.
MISTAKES = [
    ('title = "A small study"', 'titel = "x"', "study.titel: expected one of the keys key, title"),
    (
        'type = "number"',
        'type = "numbr"',
        "variables.age.type: expected one of 'number', 'integer'",
    ),
    ('type = "number"', 'type = "numbr"', "(did you mean 'number'?)"),
    (
        'preset = "recommended"',
        'preset = "spps"',
        "conventions.preset: expected one of recommended, r, spss, stata, found 'spps'",
    ),
    (
        'preset = "recommended"',
        'tie = "efron"',
        "found 'tie' (did you mean 'ties'?)",
    ),
    ('marker = "marker"', 'marker = "markr"', "steps[5] (roc).marker: expected a variable"),
    ('marker = "marker"', 'marker = "markr"', "found 'markr' (did you mean 'marker'?)"),
    (
        'marker = "marker"',
        'marker = "arm"',
        "expected a number or an ordered category, found 'arm', which is of type",
    ),
    ('direction = "low"', 'direction = "up"', "steps[5] (roc).direction: expected one of"),
    ('by = "treated"', 'by = "treatd"', "steps[1] (baseline).by: expected a group or a variable"),
    ('by = "treated"', 'by = "age"', "expected a category or yes/no, found 'age'"),
    ('levels = ["B", "A"]', 'levels = ["B", "D"]', "groups.treated.levels: expected one of"),
    ('event = "dead"', 'event = "ded"', "endpoints.os.event.variable: expected a variable"),
    ('endpoint = "os"\nby', 'endpoint = "pfs"\nby', "steps[2] (km).endpoint: expected an endpoint"),
    (
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = { rule = "all" }\nstrata = ["arm"]',
        "steps[3] (cox).strata[1]: expected a variable that is no covariate of this step, found",
    ),
    (
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = { rule = "all" }\nstrata = ["months"]',
        "steps[3] (cox).strata[1]: expected a category or yes/no, found 'months'",
    ),
    ('kind = "cox"', 'kind = "coxx"', "steps[3] (cox).kind: expected one of compare"),
    (
        "per = 10",
        "per = 0",
        "steps[3] (cox).covariates[2].per: expected a number above 0, found '0'",
    ),
    ("per = 10", 'per = 10 }, { variable = "age"', "[3]: expected each covariate only once"),
    ("per = 10", "pre = 10", "covariates[2].pre: expected one of the keys variable, per"),
    ('rule = "univariable"', 'rule = "stepwise"', "selection.rule: expected one of 'univariable'"),
    ('covariates = ["marker"] }', "covariates = [] }", "(logistic).selection.covariates: expected"),
    ('covariates = ["marker"] }', 'covariates = ["arm"] }', "expected a covariate of this step"),
    ('on = "match"', 'on = "cox"', "steps[8] (matched).on: expected an earlier step of kind"),
    ("at = [60]", "at = [60, 50]", "derived.old.cut.labels: expected 3 labels for 2 threshold(s)"),
    (
        'at_step = "roc"',
        'at_step = "km"',
        "derived.low_marker.cut.at_step: expected a step of kind",
    ),
    ("below = 18", "below = 18\nabove = 90", "exclusions[1]: expected exactly one comparison"),
    ("below = 18", 'is = "18"', "expected a category or yes/no, found 'age'"),
    ('id = "km"', 'id = "baseline"', "steps[2].id: expected an id used only once"),
    ('id = "km"', 'id = "baseline_pairs"', "the name of a further table of the step 'baseline'"),
    ('[variables.dead]\nlabel = "Died"', "[variables.dead]", "variables.dead.label: expected this"),
    ('is = "Surgery"', 'is = "Surgry"', "found 'Surgry' (did you mean 'Surgery'?)"),
    ('rows = ["age", {', 'rows = ["id", {', "expected a number or a category, found 'id'"),
    (
        'levels = ["B", "A"]',
        'levels = ["B", "b"]',
        "groups.treated.levels: expected levels of which no two share a code or label, "
        "found 'b' in two",
    ),
    (
        '{ A = "Surgery", B =',
        '{ A = "Observation", B =',
        "variables.arm.levels: expected levels of which no two share a code or label, "
        "found 'Observation' in two",
    ),
    ('{ A = "Surgery", B =', '{ A = "b", B =', "variables.arm.levels: expected levels of which"),
    (
        "[groups.treated]",
        '[[rules]]\nsum = { total = "age", parts = ["marker"] }\n[groups.treated]',
        "rules[1].sum.parts: expected at least 2 entries, found 1",
    ),
    (
        "[groups.treated]",
        '[derived.s]\nlabel = "S"\nsum = { of = ["age"] }\n[groups.treated]',
        "derived.s.sum.of: expected at least 2 entries, found 1",
    ),
    (
        'rows = ["age", {',
        'rows = []\nx = ["age", {',
        "(baseline).rows: expected at least one entry",
    ),
    (
        'summary = "mean" }',
        'test = "trend" }',
        "rows[2].test: expected means, ranks or jonckheere for a number, found 'trend'",
    ),
    ('summary = "mean" }', 'test = "counts" }', "found 'counts' for 'marker', which is of type"),
    ('summary = "mean" }', 'test = "trnd" }', "found 'trnd' (did you mean 'trend'?)"),
    (
        'rows = ["age",',
        'rows = [{ variable = "arm", test = "linear by linear" },',
        "rows[1].test: expected a variable whose levels have an order (type 'ordered')",
    ),
    (
        'summary = "mean" }',
        'pairs = "tukey" }',
        "rows[2].pairs: expected 'tukey' only for a row tested by its means",
    ),
    (
        'summary = "mean" }',
        'pairs = "dunn" }',
        "rows[2].pairs: expected only with 'posthoc' at the step, found 'dunn'",
    ),
    (
        'by = "treated"\nrows = ["age", {',
        'posthoc = "holm"\nrows = ["age", {',
        "(baseline).posthoc: expected only with groups, named by 'by', found no 'by'",
    ),
    (
        'by = "treated"\nrows = ["age", {',
        'rows = [{ variable = "age", test = "jonckheere" }, {',
        "rows[1].test: expected only with groups, named by 'by', found no 'by'",
    ),
    (
        'by = "treated"\nrows',
        'by = "arm"\nposthoc = "tukey"\nrows',
        "one of 'holm', 'bonf",
    ),
    ("[derived.old]", "[derived.age]", "derived.age: expected a new name"),
    (
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = "backward"',
        "(cox).selection: expected a table, such as { rule = \"backward\" }, found 'backward'",
    ),
    (
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = { rule = "given" }',
        "(cox).selection.covariates: expected which ones, with the rule 'given', found nothing",
    ),
    (
        'selection = { rule = "univariable", p_below = 0.2 }',
        'selection = { rule = "all", covariates = ["age"] }',
        "expected nothing with the rule 'all', only with 'given'",
    ),
    ('endpoint = "os"\nby', 'pairwise = true\nendpoint = "os"\nby', "found 'true'"),
    (
        'marker = "marker"',
        'markers = ["marker", "marker"]',
        "(roc).markers: expected each marker only once, found 'marker' in two",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_each_mistake_has_path_expectation_and_nearest_name(old, new, message):
    found = mistakes(old, new)
    assert any(message in line for line in found), found
    assert not any("pydantic" in line or "Input should" in line for line in found)


@pytest.mark.parametrize("levels", [["Blastic", "Mixed", "Mixed"], ["Mixed", "mixed "]])
def test_a_level_written_twice_is_a_mistake(levels):
    (found,) = mistakes(
        "[variables.dead]",
        f'[variables.bone]\nlabel = "Bone"\ntype = "category"\nlevels = {levels}\n[variables.dead]',
    )
    assert found == (
        "variables.bone.levels: expected levels of which no two share a code or label, "
        f"found '{levels[-1]}' in two"
    )


def test_labels_of_a_cut_and_of_a_recode_differ():
    cut = 'cut = { variable = "age", at = [60], labels = ["Old", "old"] }'
    recode = 'recode = { variable = "arm", levels = { X = ["A"] }, others = "x" }'
    for made, key in ((cut, "cut.labels"), (recode, "recode.levels")):
        (found,) = mistakes("[derived.old]", f'[derived.new]\nlabel = "N"\n{made}\n[derived.old]')
        assert found.startswith(f"derived.new.{key}: expected levels of which no two share")


def test_a_list_whose_only_entry_is_wrong_is_not_called_too_short():
    (found,) = mistakes(
        "[groups.treated]", '[derived.s]\nlabel = "S"\nany = { of = [{}] }\n[groups.treated]'
    )
    assert found.startswith("derived.s.any.of[1].variable: expected this key")


def test_several_mistakes_are_reported_together():
    broken = PLAN.replace('event = "dead"', 'event = "ded"').replace(
        'marker = "marker"', 'marker = "markr"'
    )
    assert len(mistakes(PLAN, broken)) == 2


def test_a_cut_from_a_step_cannot_be_used_before_it():
    (found,) = mistakes('by = "treated"\ntimes', 'by = "low_marker"\ntimes')
    assert found == (
        "steps[2] (km): expected to stand after 'roc', found 'low_marker', whose threshold comes "
        "from the step 'roc'"
    )


def test_the_fingerprint_follows_the_meaning_not_the_layout():
    plain = plan_with()
    assert plan_with("[study]", "# a remark\n\n[study]").fingerprint == plain.fingerprint
    assert plan_with("seed = 7", "seed = 8").fingerprint != plain.fingerprint
    assert len(plain.fingerprint) == 12


def test_plans_are_found_by_key_or_path(tmp_path):
    (tmp_path / "own.toml").write_text(PLAN, encoding="utf-8")
    assert load_plan(tmp_path / "own.toml").key == "small"
    assert {"gbsg2", "lee2024"} <= set(study_keys())
    with pytest.raises(PlanError, match=r"did you mean 'gbsg2'"):
        load_plan("gbsg")


def test_a_plan_that_is_not_toml_names_the_line(tmp_path):
    (tmp_path / "own.toml").write_text("[study]\nkey = x", encoding="utf-8")
    with pytest.raises(PlanError, match=r"own.toml: expected a TOML file.*line 2"):
        load_plan(tmp_path / "own.toml")


@pytest.mark.parametrize(
    "twice", ["[a]\nx = 1\nx = 2\n", "[a]\nx = 1\n[a]", "\n\na = {b = 1, b = 2}"]
)
def test_a_key_written_twice_is_told_so(tmp_path, twice):
    (tmp_path / "own.toml").write_text(twice, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(tmp_path / "own.toml")
    assert "own.toml: expected each key and each table only once, found one a second time" in str(
        caught.value
    )
    assert "line 3" in str(caught.value)
    assert "quotation" not in str(caught.value)


@pytest.mark.parametrize("key", study_keys())
def test_every_study_of_the_package_is_a_valid_plan(key):
    plan = load_plan(key)
    assert plan.key == key
    assert plan.dictionary.id
    assert plan.file.study.citation
