"""Columns that say their numbers in other ways: limits of other kinds, counts beside percent."""

from __future__ import annotations

import pytest

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from analyses.manuscripts.reading import read_manuscript
from analyses.manuscripts.source import Source, cell_of, source_table
from analyses.printed.number import read_printed as R
from analyses.printed.other_limits import p_beside_limits
from analyses.printed.outcome import Verdict

PROFILE = ("Limits of the profile likelihood.",)


def source(*rows: str, heads: int = 1, notes: tuple[str, ...] = (), text: tuple[str, ...] = ()):
    cells = [[cell_of(words) for words in row.split(";")] for row in rows]
    return Source("m", (source_table("Table 1", "", cells, heads, notes),), text)


def strong(made: Source):
    found = audit_manuscript(made).weighed
    return [(one.severity, one.finding.outcome.check) for one in found]


# R: glm(cbind(c(9, 2), c(6, 28)) ~ c(1, 0), binomial): 21.0, confint 4.19–164, Wald p 0.0007
@pytest.mark.parametrize(
    ("p", "cell", "verdict"),
    [
        ("0.045", "2.00 (1.02–4.10)", "not checkable"),
        ("0.02", "2.00 (1.02–9.10)", "not checkable"),
        ("0.080", "2.00 (1.02–4.10)", "not checkable"),  # Wald's p beside profile limits
        ("0.400", "2.00 (1.02–4.10)", "inconsistent"),
        ("0.001", "2.00 (0.90–4.10)", "inconsistent"),
        ("<0.001", "21.0 (4.19–164)", "not checkable"),
        ("1.00", "1.00 (0.20–3.10)", "reproduced"),
    ],
)
def test_p_beside_limits_of_another_kind(p, cell, verdict):
    estimate, low, high = (
        R(x) for x in cell.replace("(", "").rstrip(")").replace("–", " ").split()
    )
    assert p_beside_limits(R(p), estimate, low, high).verdict == Verdict(verdict)


def test_profile_limits_are_read_and_do_not_alarm():
    rows = "Factor;OR (95% CI);p", "Sex;2.00 (1.05–5.60);0.030", "Age;1.10 (0.90–1.20);0.31"
    read = read_manuscript(source(*rows, notes=PROFILE))
    assert [m.limits for m in read.published.models.values()] == ["profile"]
    assert strong(source(*rows, notes=PROFILE)) == []
    assert Severity.PROBABLE in [severity for severity, _ in strong(source(*rows))]
    wrong = rows[0], rows[1].replace("0.030", "0.830"), rows[2]
    (one,) = strong(source(*wrong, notes=PROFILE))
    assert one == (Severity.CONCLUSION, "p of an estimate and limits of another kind")
    outside = rows[0], rows[1].replace("2.00", "6.00")
    assert (Severity.DEFINITE, "estimate in the middle of its interval") in strong(
        source(*outside, notes=PROFILE)
    )


def test_odds_ratios_of_a_text_with_profile_limits():
    text = "Limits are those of the profile likelihood.", "OR 2.00 (95% CI 1.05–5.60; p = 0.030)"
    assert strong(source("a;b", "c;d", text=text)) == []
    table = "Factor;OR (95% CI);p", "Sex;2.00 (1.05–5.60);0.030"
    assert strong(source(*table)) != strong(source(*table, text=text)) == []
    wrong = text[0], text[1].replace("0.030", "0.830")
    assert [check for _, check in strong(source("a;b", "c;d", text=wrong))] == [
        "p of an estimate and limits of another kind"
    ]


@pytest.mark.parametrize("heads", ["Deaths/n;%", "n/N;Percent", "Events/patients;(%)"])
def test_a_count_of_its_own_total_beside_a_percent(heads):
    rows = f"Factor;{heads};p", "Men;111/165;67.3;0.2", "Women;30/40;75.0;"
    read = read_manuscript(source(*rows))
    assert [v.text for v in read.published.values.values()][::2] == [
        "111/165 (67.3%)", "30/40 (75.0%)",
    ]  # fmt: skip
    assert strong(source(*rows)) == []
    wrong = rows[0], rows[1].replace("67.3", "76.3"), rows[2]
    assert strong(source(*wrong)) == [(Severity.DEFINITE, "percentage of counts")]


def test_counts_and_percentages_of_a_group_in_two_columns():
    rows = (
        ";A (n = 40);A (n = 40);B (n = 60);B (n = 60);p", "Variable;n;%;n;%;p",
        "Male;10;25.0;30;50.0;0.012", "Diabetes;15;37.5;15;25.0;0.181",
    )  # fmt: skip
    read = read_manuscript(source(*rows, heads=2))
    assert [(g.label, g.n) for g in read.published.groups.values()] == [("A", "40"), ("B", "60")]
    assert read.not_read == ()
    assert strong(source(*rows, heads=2)) == []
    wrong = (*rows[:2], rows[2].replace("10;25.0", "12;25.0"), rows[3])
    assert (Severity.DEFINITE, "percentage of counts") in strong(source(*wrong, heads=2))


def test_a_limit_that_was_not_reached_bounds_on_one_side():
    rows = "Group;Median (95% CI)", "A;12.3 (8.1–n.r.)", "B;20.0 (NR to 30.1)"
    assert read_manuscript(source(*rows)).not_read == ()
    assert strong(source(*rows)) == []
    wrong = rows[0], "A;2.3 (8.1–NR)"
    assert strong(source(*wrong)) == [(Severity.DEFINITE, "inside its range")]


def test_weighted_columns_have_no_whole_counts():
    rows = (
        "Variable;A (n = 40);B (n = 60);p;A, weighted (n = 49.7);B, weighted (n = 50)",
        "Male;10 (25.0%);30 (50.0%);0.012;20.1 (40.4%);21 (45.0%)",
    )
    read = read_manuscript(source(*rows))
    assert [g.label for g in read.published.groups.values()] == ["A", "B"]
    assert "column A, weighted (n = 49.7)" in [words for _, words in read.not_read]
    assert strong(source(*rows)) == []


def test_a_table_of_imputed_data_keeps_its_ratios():
    rows = "Factor;n = 100;HR (95% CI);p", "Sex;49.5 (50%);2.00 (1.05–3.81);0.400"
    (one,) = strong(source(*rows, notes=("Missing values were imputed.",)))
    assert one == (Severity.CONCLUSION, "p of an estimate and limits of another kind")


CRUDE = (
    "Covariate;Patients;With outcome;Univariable: OR (95% CI);Multivariable: OR (95% CI)",
    "Smoking;189;59;;", "  No;115;29;1 (reference);1 (reference)",
    "  Yes;74;30;2.02 (1.08–3.78);1.74 (0.89–3.40)", "Labours before;188;59;;",
    "  None;159;41;1 (reference);1 (reference)", "  One;24;16;5.76 (2.29–14.44);5.04 (1.98–12.83)",
    "  Two;5;2;1.92 (0.31–11.89);1.36 (0.21–8.75)",
)  # fmt: skip


@pytest.mark.parametrize("joined", [False, True])
def test_ratios_that_are_not_adjusted_are_held_to_the_counts_beside_them(joined):
    rows = [row.split(";") for row in CRUDE]
    if joined:  # 30/74
        rows = [[r[0], f"{r[2]}/{r[1]}", *r[3:]] for r in rows]
        rows[0][1] = "Events/n"
    lines = [";".join(row) for row in rows]
    made = source(*lines)
    crude = [f for f in audit_manuscript(made).found if f.outcome.check == "ratio from counts"]
    assert len(crude) == 3  # none of the multivariable model
    assert strong(made) == []
    old, new = ("30/74", "20/74") if joined else ("74;30", "74;20")
    wrong = source(*[line.replace(old, new) for line in lines])
    assert (Severity.PROBABLE, "ratio from counts") in strong(wrong)


@pytest.mark.parametrize(("share", "wrong"), [("25 (58%)", False), ("25 (38%)", True)])
def test_a_heading_between_the_rows_of_one_column_begins_anew(share, wrong):
    rows = (
        "Characteristic;Overall (n = 65)",
        "Approach;",
        " Anterior;5 (8%)",
        " Posterior;60 (92%)",
    )
    again = ("Irradiated;Overall (n = 43)", "Radiotherapy;", f" EBRT;{share}", " SBRT;18 (42%)")
    assert bool(strong(source(*rows, *again))) == wrong


# R: exp(0.84 + c(-1, 1) * qnorm(0.975) * 0.475): 0.91 to 5.88; 2 * pnorm(-0.84 / 0.475): 0.077
SPSS = (
    "Factor;B;S.E.;Wald;df;Sig.;Exp(B);95% C.I. for Exp(B);95% C.I. for Exp(B)",
    ";B;S.E.;Wald;df;Sig.;Exp(B);Lower;Upper", "Sex;.840;.475;3.127;1;.077;2.316;.913;5.877",
    "Age;-.020;.010;4.000;1;.046;.980;.961;1.000",
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        (".475", ".745", "z of a coefficient"),
        ("2.316", "2.613", "ratio of a coefficient"),
        (".077", ".770", "p of a coefficient"),
        ("5.877", "8.577", "estimate in the middle of its interval"),
        ("3.127", "7.123", "z of a coefficient"),
    ],
)
def test_the_output_of_a_regression_is_read(old, new, check):
    right = source(*SPSS, heads=2)
    read = read_manuscript(right)
    assert [words for _, words in read.not_read] == ["column df"]
    kinds = [v.kind for v in read.published.values.values()][:5]
    assert kinds == ["beta", "se", "z", "p", "or_ci"]
    assert strong(right) == []
    wrong = source(*[row.replace(old, new) for row in SPSS], heads=2)
    assert check in [found for _, found in strong(wrong)]


def test_an_interval_in_a_column_of_its_own():
    rows = "Factor;HR;95% CI;p", "Sex;2.00;1.05–3.81;0.035", "Age;1.10;0.90 to 1.34;0.35"
    read = read_manuscript(source(*rows))
    assert read.not_read == ()
    assert strong(source(*rows)) == []
    wrong = rows[0], rows[1].replace("0.035", "0.350"), rows[2]
    assert strong(source(*wrong)) == [(Severity.CONCLUSION, "p of an estimate and its interval")]
    assert strong(source(rows[0], "Sex;4.00;1.05–3.81;0.035"))[0][0] is Severity.DEFINITE


def test_a_coefficient_without_ratio_or_z_may_be_of_a_t_test():
    rows = "Factor;B;SE;p", "Age;2.10;1.00;0.049"
    assert [v.kind for v in read_manuscript(source(*rows)).published.values.values()] == ["p"]
    places = "Factor;Upper;Lower;HR;p", "Sex;20;30;2.00;0.049"
    kinds = {v.kind for v in read_manuscript(source(*places)).published.values.values()}
    assert kinds == {"hr", "p"}
    z = "Factor;Coefficient;Std. error;z;p", "Age;2.10;1.00;2.10;0.036"
    assert strong(source(*z)) == []
    assert strong(source(z[0], z[1].replace("2.10;0.036", "1.20;0.036"))) != []
