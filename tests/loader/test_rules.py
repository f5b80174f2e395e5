"""Rules across columns: each in words, each pointing at one cell."""

from __future__ import annotations

import pandas as pd
import pytest

from cohort_stats.condition import Condition
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable
from cohort_stats.rule_checks import broken_rows
from cohort_stats.rules import AtMostOne, EmptyUnless, InOrder, Needs, NotNegative, SumOf

COLLAPSE = (Level("0", "None"), Level("1", "<50%"), Level("3", ">50%"))
DICTIONARY = DataDictionary(
    {
        v.name: v
        for v in (
            Variable("birth", "Birth", "date"),
            Variable("surgery", "Surgery", "date"),
            Variable("last", "Last contact", "date"),
            Variable("dead", "Died", "yesno", levels=YES_NO),
            Variable("alive", "Alive", "yesno", levels=YES_NO),
            Variable("months", "Survival", "number", unit="months"),
            Variable("sins", "SINS", "integer"),
            Variable("pain", "Pain points", "integer"),
            Variable("collapse", "Collapse", "ordered", levels=COLLAPSE),
        )
    }
)
DEAD = Condition("dead", "is", "Yes")


def said(rule, **columns) -> list[tuple[int, str, str]]:
    frame = pd.DataFrame(columns)
    return [(b.row, b.variable, b.expected) for b in broken_rows(rule, frame, DICTIONARY)]


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def test_dates_stand_in_their_order_with_unknown_ones_passed_over():
    rule = InOrder(order=("birth", "surgery", "last"))
    found = said(
        rule,
        birth=days("1950-01-01", "1950-01-01", "1990-01-01", None, "1950-01-01"),
        surgery=days("2020-01-01", "1949-01-01", None, "2020-01-01", "2020-01-01"),
        last=days("2021-01-01", "2021-01-01", "1980-01-01", "2019-01-01", "2020-01-01"),
    )
    assert found == [
        (1, "surgery", "a date not before Birth"),
        (2, "last", "a date not before Birth"),
        (3, "last", "a date not before Surgery"),
    ]


def test_a_date_that_is_wrong_does_not_make_the_next_one_wrong():
    rule = InOrder(order=("birth", "surgery", "last"))
    found = said(
        rule, birth=days("1950-01-01"), surgery=days("1940-01-01"), last=days("1945-01-01")
    )
    assert found == [
        (0, "surgery", "a date not before Birth"), (0, "last", "a date not before Birth"),
    ]  # fmt: skip


def test_the_same_day_is_in_order_whatever_the_time():
    rule = InOrder(order=("surgery", "last"))
    assert said(rule, surgery=days("2020-05-31 14:30"), last=days("2020-05-31")) == []
    assert len(said(rule, surgery=days("2020-05-31 14:30"), last=days("2020-05-30"))) == 1


def test_a_rule_passes_over_columns_that_the_cohort_lacks():
    rule = InOrder(order=("birth", "surgery", "last"))
    assert said(rule, birth=days("2022-01-01"), last=days("2021-01-01")) == [
        (0, "last", "a date not before Birth")
    ]
    assert said(rule, birth=days("2022-01-01")) == []
    assert said(SumOf(total="sins", parts=("pain", "collapse")), sins=[3]) == []


def test_an_event_needs_its_time_and_a_time_its_event():
    columns = {"dead": ["Yes", "No", None, "Yes"], "months": [None, 3.0, 4.0, 5.0]}
    assert said(Needs(when=DEAD, variable="months"), **columns) == [
        (0, "months", "a value, because Died is 'Yes'")
    ]
    assert said(EmptyUnless(when=DEAD, variable="months"), **columns) == [
        (1, "months", "an empty cell, because Died is not 'Yes'")
    ]


def test_a_time_is_not_negative():
    assert said(NotNegative(variable="months"), months=[0.0, -0.1, None]) == [
        (1, "months", "Survival of at least 0")
    ]


def test_a_total_is_the_sum_of_its_points():
    found = said(
        SumOf(total="sins", parts=("pain", "collapse")),
        sins=[4.0, 5.0, None, 6.0],
        pain=[3.0, 3.0, 3.0, None],
        collapse=["<50%", "<50%", "<50%", ">50%"],
    )
    assert found == [(1, "sins", "4, the sum of Pain points, Collapse")]


def test_values_that_exclude_each_other():
    rule = AtMostOne(of=(DEAD, Condition("alive", "is", "Yes")))
    assert said(rule, dead=["Yes", "Yes", None], alive=["No", "Yes", "Yes"]) == [
        (1, "alive", "another value, because Died is 'Yes'")
    ]


def test_an_unknown_kind_of_rule_is_a_programmers_mistake():
    with pytest.raises(ValueError, match="rule must be one of"):
        list(broken_rows("order", pd.DataFrame(), DICTIONARY))  # type: ignore[arg-type]
