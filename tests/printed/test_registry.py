"""`published.toml` read: addresses, structure, every mistake with its line; findings; coverage."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyses.printed.outcome import TESTS, Verdict
from analyses.published.coverage import coverage, main
from analyses.published.kinds import KINDS
from analyses.published.lines import lines_of
from analyses.published.reading import PublishedError, load_published, published_from
from analyses.published.reading import published_keys as keys
from analyses.published.relation_words import RELATION_WORDS
from analyses.published.schema import SUBJECTS, PublishedFile
from analyses.replication.findings import findings, not_reproduced
from analyses.replication.stated import COMPUTATIONS
from analyses.replication.stated_counts import counted

PAGE = (Path(__file__).parents[2] / "docs" / "registry.md").read_text(encoding="utf-8")
SMALL = '''
[paper]
key = "small"
title = "Small"
citation = "Nobody 2020"

[groups]
all = { label = "all", n = "20", parts = ["a", "b"] }
a = { label = "A", n = "10" }
b = { label = "B", n = "10" }

[models]
multi = { label = "multivariable", effect = "hr" }

[[tables]]
id = "t1"
place = "Table 1"
compares = ["a", "b"]
marks = { "#" = "welch" }
rows = """
id   | what | kind                     | all        | a          | b          | p
age  | Age  | mean_sd                  | 55.0 ± 7.1 | 50.0 ± 5.0 | 60.0 ± 5.0 | <0.001 #
male | Male | count_percent            | 12 (60)    | 7 (70)     | 5 (50)     | 0.65
ecog | ECOG | ordered count            |            |            |            | 0.02
.0   | 0    |                          | 9          | 7          | 2          |
.1   | 1–2  |                          | 11         | 3          | 8          |
"""

[[tables]]
id = "t2"
place = "Table 2"
rows = """
id  | what | hr_ci            | p     | multi.hr | multi.ci  | multi.p
age | Age  | 2.00 (1.00–4.00) | 0.05  | 2.00     | 1.00–4.00 | 0.50
sex | Sex  | Reference        |       | -        |           |
"""

[[text]]
id = "abstract"
place = "Abstract"
rows = """
id    | what  | kind    | group | value     | relations
age_a | Age   | mean_sd | a     | 50 ± 5    | same_as t1.age.a
men   | Men   | count   |       | 13        | same_as t1.male.all; sum_of t1.male.a t1.male.b
"""
'''


def problems(text: str) -> list[str]:
    with pytest.raises(PublishedError) as caught:
        published_from(text)
    return [str(problem) for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


def test_addresses_lead_to_values_and_parts():
    paper = published_from(SMALL)
    assert paper.values["t1.ecog.0.b"]["count"].value == 2
    assert paper.number("t1.age.a.sd").text == "5.0"
    assert paper.number("a").value == 10
    assert paper.values["t2.age.multi.ci"]["high"].text == "4.00"
    assert "t2.sex.hr_ci" not in paper.values
    assert paper.values["t1.age.all"].what == "Age (all)"
    assert paper.values["t1.ecog.1.a"].what == "ECOG, 1–2 (A)"


def test_lines_are_those_of_the_file():
    paper = published_from(SMALL)
    source = SMALL.splitlines()
    for address, words in {"t1.male.p": "0.65", "t2.age.p": "0.50", "abstract.men": "13"}.items():
        assert words in source[paper.values[address].line - 1]


def test_a_table_implies_its_relations():
    found = {f.address: f for f in findings(published_from(SMALL))}
    assert found["t1.age.p"].verdict is Verdict.REPRODUCED
    assert found["t1.age.p"].outcome.explanations[0].convention == "welch"
    assert found["t1.male.a.percent"].verdict is Verdict.REPRODUCED
    assert found["t1.male.p"].verdict is Verdict.REPRODUCED  # Fisher 0.6499
    assert found["t1.ecog.a"].verdict is Verdict.REPRODUCED  # 7 + 3 = 10
    assert found["t1.ecog.p"].outcome.tried == 9
    assert found["t1.age.all.sd"].verdict is Verdict.REPRODUCED  # R: 7.071068
    assert found["t2.age.p"].verdict is Verdict.REPRODUCED
    assert found["t2.age.multi.p"].verdict is Verdict.INCONSISTENT
    assert found["abstract.age_a.mean"].verdict is Verdict.REPRODUCED


def test_a_number_may_be_printed_again_as_another_kind():
    again = """same_as t1.male.all
n_all | All   | n       |       | 20        | same_as all
count | All   | count   |       | 20        | same_as abstract.n_all
old   | Age   | number  |       | 51        | same_as t1.age.a"""
    old = "same_as t1.male.all; sum_of t1.male.a t1.male.b"
    found = {f.address: f.verdict for f in findings(published_from(changed(old, again)))}
    assert found["abstract.n_all"] is found["abstract.count"] is Verdict.REPRODUCED
    assert found["abstract.old"] is Verdict.INCONSISTENT


def test_a_number_may_be_right_in_one_relation_and_wrong_in_another():
    men = [f for f in findings(published_from(SMALL)) if f.address == "abstract.men"]
    assert [f.verdict for f in men] == [Verdict.INCONSISTENT, Verdict.INCONSISTENT]
    assert {f.outcome.check for f in men} == {"same quantity printed twice", "sum"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("12 (60) ", "12 (-)  ", "t1.male.all", "a cell like '19 (79.2)'"),
        ("mean_sd                  | 55", "mean_ds                  | 55", "age", "mean_sd"),
        ("same_as t1.age.a", "same_as t1.age.c", "abstract.age_a", "an address of this file"),
        ("same_as t1.age.a", "equals t1.age.a", "abstract.age_a", "a relation of same_as"),
        ("sum_of t1.male.a t1.male.b", "sum_of t1.male.a", "abstract.men", "sum_of ADDRESS"),
        ("| multi.p", "| mutli.p", "t2", "did you mean 'multi'"),
        (".1   | 1–2", ".0   | 1–2", "t1.ecog.0.all", "each id only once"),
    ],
)
def test_mistakes_have_their_line_and_what_was_expected(old, new, line, words):
    text = changed(old, new)
    number = next(i for i, row in enumerate(text.splitlines(), 1) if new in row)
    message = problems(text)[0]
    assert f"published.toml, line {number}, " in message
    assert line in message
    assert words in message


def test_an_impossible_p_is_told_once():
    paper = published_from(changed("2.00 (1.00–4.00) | 0.05 ", "2.00 (1.00–4.00) | 1.667"))
    found = [f for f in findings(paper) if f.address == "t2.age.p"]
    assert [f.verdict for f in found] == [Verdict.IMPOSSIBLE]


def test_mistakes_of_keys_have_their_line_too():
    text = changed('compares = ["a", "b"]', 'compare = ["a", "b"]')
    line = text.splitlines().index('compare = ["a", "b"]') + 1
    assert problems(text) == [
        f"published.toml, line {line}, tables[1] (t1).compare: expected one of the keys id, place, "
        "what, kind, rows, compares, marks, tests, denominators, percent_of, found 'compare' "
        "(did you mean 'compares'?)"
    ]
    assert "line 18, t1.compares" in problems(changed('["a", "b"]\nmarks', '["a", "z"]\nmarks'))[0]
    assert "names of tests" in problems(changed('"welch"', '"wlech"'))[0]
    assert "this key" in problems(changed('place = "Table 2"', ""))[0]


def test_every_mistake_is_told_at_once():
    text = changed("50.0 ± 5.0", "50.0").replace("| 2.00 (1.00", "| 2.00 1.00; 3 (1.00")
    assert len(problems(text)) == 2  # the relation to the first is no third


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('n = "10" }\nb', 'n = "l0" }\nb', "groups.a.n: expected one number, found 'l0'"),
        ('key = "small"', 'key = "small"\nn = "l33"', "line 4, paper.n: expected one number"),
        ("same_as t1.male.all;", "same_as abstract.men;", "same_as another number, found itself"),
    ],
)
def test_sizes_that_are_no_number_and_a_number_compared_with_itself(old, new, words):
    rows = '[[relations]]\nrows = """\nt1.male.a | percent_of a\n"""\n'
    (told,) = problems(changed(old, new) + rows)
    assert words in told


def test_not_toml_and_no_file():
    assert "a TOML file" in problems("[paper")[0]
    with pytest.raises(PublishedError, match="found 'nothing'"):
        load_published("nothing")


def test_lines_of_nested_tables():
    text = 'a = 1\n[[t]]\nb = """\nx\n"""\n[t.m]\nc = 2\n[[t]]\nd = """y"""\n'
    assert lines_of(text) == {
        "a": 1, "t[1]": 2, "t[1].b": 4, "t[1].m": 6, "t[1].m.c": 7, "t[2]": 8, "t[2].d": 9
    }  # fmt: skip


def test_coverage_counts_the_text_against_the_registry():
    paper = published_from(SMALL + '[[left_out]]\nnumbers = ["2017"]\nreason = "a date"\n')
    text = "In 2017, 12 (60%) were men [3], age 55.0 ± 7.1, HR 2.00 (95% CI 1.00–4.00); 81 died"
    found = coverage(paper, [(1, text), (2, "3.1. Patients 7"), (3, "Table 9 shows 0.65")])
    assert [number for _, number, _ in found.missing] == ["81"]
    assert found.left_out == 1
    assert found.found == 8
    assert "0.001" in found.not_in_text


def test_a_word_before_a_number_hides_labels_alone():
    paper = published_from(SMALL)
    found = coverage(paper, [(1, "Frankel grade\t0.639 (0.429), grade 3, Table 4.")])
    assert [number for _, number, _ in found.missing] == ["0.639", "0.429"]


def test_the_command_counts_and_refuses(tmp_path, capsys):
    registry, text = tmp_path / "published.toml", tmp_path / "paper.txt"
    registry.write_text(SMALL, encoding="utf-8")
    text.write_text("99\n12 (60)\n77\n", encoding="utf-8")
    assert main([str(registry)]) == 0
    assert main([str(registry), str(text), "--lines", "2"]) == 0
    assert main([str(registry), str(text), "--lines", "1-2,3"]) == 1
    assert "line 3: 77" in capsys.readouterr().out
    registry.write_text(changed("12 (60)", "12"), encoding="utf-8")
    assert main([str(registry)]) == 1
    assert "published.toml, line 23" in capsys.readouterr().err


@pytest.mark.parametrize("key", keys())
def test_every_registry_is_sound(key):
    paper = load_published(key)
    assert paper.file.paper.key == key
    assert findings(paper)


def test_kim2025pni_differs_where_the_paper_does():
    found = {f.address for f in not_reproduced(findings(load_published("kim2025pni")))}
    assert found == {
        "table1.primary.all",  # 131 of 133
        "table1.primary.p",
        "table1.pni.low.mean",  # 10 × 3.3 + 0.005 × 1002 = 38.0
        "walking.at_1_month.percent",  # 102 of 132
        "walking.lost",
        "walking.specificity",  # 13 of 31
        "survival.death_3",  # 81.6%, and 57.1% at 12 months
    }


def test_kang2024_differs_where_the_paper_does():
    found = {f.address for f in not_reproduced(findings(load_published("kang2024")))}
    assert found == {
        "table1.rt_before.all.percent",  # 38 of 106 are 35.8%
        "function.unchanged_low",  # 39 of 71 in Table 2
    }


def test_a_percentage_of_a_known_number_gives_the_count_that_is_compared():
    words = """
[[text]]
id = "more"
place = "Results"
rows = '''
id  | what   | kind    | group | value | relations
a   | better | percent | a     | 70%   |
b   | better | percent | b     | 50%   |
p   | better | p       |       | 0.65  | p_of more.a more.b by fisher
'''
"""
    # R: fisher.test(matrix(c(7, 5, 3, 5), 2, byrow = TRUE))$p.value 0.6498
    found = {f.address: f.verdict for f in findings(published_from(SMALL + words))}
    assert found["more.p"] is Verdict.REPRODUCED


def test_the_page_explains_every_word():
    for words in (KINDS, RELATION_WORDS, TESTS, SUBJECTS):
        assert [word for word in words if f"`{word}`" not in PAGE] == []
    sections = [f.annotation for f in PublishedFile.model_fields.values()]
    models = [re.findall(r"schema\.(\w+Section)", str(annotation)) for annotation in sections]
    from analyses.published import schema

    for (name,) in (m for m in models if m):
        for key in getattr(schema, name).model_fields:
            assert re.search(rf"\b{key}\b", PAGE), f"{name}.{key}"


def test_every_relation_is_computed():
    assert set(COMPUTATIONS) == set(RELATION_WORDS)


FAMILIES = """
[[text]]
id = "more"
place = "Results"
rows = '''
id | what | kind | group | value | relations
sens | x | share | | 70.0% | sensitivity_with specificity=more.spec positives=10 negatives=b
spec | specificity | share |  | 60.0% |
auc | area | auc_ci |  | 0.700 (0.46–0.94) | area_of a 10
pauc | area | p |  | 0.13 | p_of_area more.auc a b
dev | deviance | number |  | 20.0 |
r2 | pseudo-R² | number |  | 0.32 | r_squared_of more.dev 10 all
score | score | mean_sd | a | 5.30 ± 2.00 | measured_in 1
bed | BED | number |  | 39.0 | dose_of 30 10
or | OR | or_ci |  | 2.33 (0.37–14.61) | crude_or t1.male.a t1.male.b
step | OR per step | or |  | 2.33 | ordered_or t1.male.b t1.male.a
os | survival | rate | a | 65% | survival_of 10 3 5; beside_median 12 more.med
med | median | median | a | 20 |
later | at risk | n |  | 8 | at_most a
lr | log-rank | p |  | 0.05 | logrank_of t2.age.hr_ci
chi | chi-square | statistic |  | 0.83 | chi_square_of t1.male.a t1.male.b by chi-square
pchi | p of it | p |  | 0.36 | p_of_chi_square more.chi 1
sums | OR | or |  | 0.50 | crude_or t1.male.a+t1.male.b t1.ecog.0.a+t1.ecog.1.b/a+b
'''
"""


def test_every_family_of_checks_is_reached_from_a_registry():
    found = [f for f in findings(published_from(SMALL + FAMILIES)) if f.address.startswith("more")]
    checks = {f.outcome.check for f in found}
    assert len(checks) == 18
    # a deviance of 20 of 10 in 20: Cox and Snell 1 − exp(−(27.73 − 20) / 20) = 0.3204
    assert [f.address for f in found if not f.verdict.holds] == []


def test_counts_may_be_sums_of_cells_with_a_total_of_their_own():
    paper = published_from(SMALL)
    assert counted(paper, "t1.male.a") == (7, 10)
    assert counted(paper, "t1.male.a+t1.male.b") == (12, 20)
    assert counted(paper, "t1.ecog.0.a+t1.ecog.1.a") == (10, 10)  # one group: counted once
    assert counted(paper, "t1.ecog.0.b/t1.ecog.0.a+t1.ecog.0.b") == (2, 9)
    assert counted(paper, "t1.age.a") is None
    words = 'crude_or t1.male.a+t1.male.c t1.male.b"""'
    rows = f'[[relations]]\nrows = """\nt2.age.hr_ci | {words}\n'
    assert "found 't1.male.c'" in " ".join(problems(SMALL + rows))


def test_a_number_without_the_part_that_a_relation_takes_is_told_with_its_line():
    rows = "t1.age.a | percent_of t1.male.b\nt1.male.a | percent_of t1.age.b\n"
    text = f'{SMALL}[[relations]]\nrows = """\n{rows}"""\n'
    with pytest.raises(PublishedError) as told:
        findings(published_from(text))
    lines = str(told.value).splitlines()
    assert len(lines) == 2
    assert all("line " in line and "'percent_of' can take" in line for line in lines)


def test_a_row_with_a_cell_too_few_and_an_unknown_kind_are_named_once():
    head = 'paper = { key = "k", title = "t", citation = "c" }\n'
    head += '[groups]\na = { label = "A", n = "40" }\n'
    head += 'b = { label = "B", n = "60" }\n[[tables]]\nid = "t"\nplace = "T"\nwhat = "w"\n'
    rows = "id | what | kind | a | b | p\nx | X | count_percent | 30 (50.0) | .012\n"
    rows += "y | Y | count_percnt | 10 (25.0) | 30 (50.0) | .012\nz | Z | count | 10 | 30 |\n"
    with pytest.raises(PublishedError) as wrong:
        published_from(f'{head}rows = """\n{rows}"""\n')
    assert [(p.expected[:7], p.hint) for p in wrong.value.problems] == [
        ("6 cells", ""),
        ("a kind ", "did you mean 'count_percent'?"),
    ]
