"""Each cell a person may type, and what it is read as, with a word on how."""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort_stats.account import State
from cohort_stats.cells.column import read_column
from cohort_stats.cells.numbers import file_marks
from cohort_stats.dictionary import YES_NO, Level, Variable
from cohort_stats.rawtable import CellError, Labelled, MissingCode, Percent

AGE = Variable("age", "Age", "number", unit="years", limits=(0, 120))
LAB = Variable("lab", "CRP", "number", unit="mg/L")
COUNT = Variable("n", "Lymphocytes", "integer", unit="/mm³")
SHARE_OF_TEN = Variable("share", "Score", "number", limits=(0, 10))
SHARE = Variable("share", "Share", "number", limits=(0, 1))
PERCENT = Variable("percent", "Ki-67", "number", unit="%", limits=(0, 100))
DIED = Variable("dead", "Died", "yesno", levels=YES_NO)
DAY = Variable("day", "Surgery", "date")
ROUGH = Variable("day", "Diagnosis", "date", partial="middle")


def levels(*labels: str, kind: str = "ordered") -> Variable:
    return Variable("level", "Level", kind, levels=tuple(Level(x, x) for x in labels))  # type: ignore[arg-type]


GRADE = levels("I", "II", "III")
ECOG = levels("0", "1", "2", "3", "4")
CTCAE = levels("Grade 1", "Grade 2", "Grade 3", kind="category")
LEVEL = levels("C7", "T1", "T9", "T10", "T11", "L1", "S1")
SEX = Variable("sex", "Sex", "category", levels=(Level("M", "Male"), Level("F", "Female")))


def one(cell, variable, *others):
    """The value of a cell and how it was read, or the reason why it was not."""
    column = read_column([cell, *others], variable)
    if column.states[0] == State.REJECTED:
        reason = column.rejected[0]
        return "rejected", reason.hint
    how = column.repaired[0].how if 0 in column.repaired else ""
    value = column.values.iloc[0]
    return (None if pd.isna(value) else value), how


#: Cell, variable -> value read, how (empty: as typed).
NUMBERS = [
    (50, AGE, 50, ""),
    (50.5, AGE, 50.5, ""),
    ("50", AGE, 50, ""),
    (" 50 ", AGE, 50, ""),
    ("12 years", AGE, 12, "unit 'years' dropped"),
    ("12y", AGE, 12, "unit 'y' dropped"),
    ("63세", AGE, 63, "unit '세' dropped"),
    ("12 岁", AGE, 12, "unit '岁' dropped"),
    ("<5", LAB, 5, "the sign '<' dropped: the true value lies below"),
    ("> 100", LAB, 100, "the sign '>' dropped: the true value lies above"),
    ("≤0.5", LAB, 0.5, "the sign '≤' dropped: the true value lies at or below"),
    ("<=0.5", LAB, 0.5, "the sign '<=' dropped: the true value lies below"),
    ("2,5", LAB, 2.5, "decimal comma"),
    (",5", LAB, 0.5, "decimal comma"),
    ("0,125", LAB, 0.125, "decimal comma"),
    ("1.234,5", LAB, 1234.5, "marks between thousands and decimal comma"),
    ("1,234.5", LAB, 1234.5, "marks between thousands"),
    ("1,234,567", LAB, 1234567, "marks between thousands"),
    ("1.234.567", LAB, 1234567, "marks between thousands"),
    ("1 234", LAB, 1234, "marks between thousands"),
    ("1\u202f234,5", LAB, 1234.5, "marks between thousands and decimal comma"),
    ("1'234.5", LAB, 1234.5, "marks between thousands"),
    ("1,234", COUNT, 1234, "marks between thousands"),
    ("1,234 /µL", COUNT, 1234, "marks between thousands; unit '/µL' dropped"),
    ("1.234", SHARE_OF_TEN, 1.234, ""),  # 1234 is not possible
    ("12.34", LAB, 12.34, ""),
    ("0.125", LAB, 0.125, ""),
    ("1,120", AGE, 1.12, "decimal comma"),  # 1120 years are not possible
    ("１２．５", LAB, 12.5, "digits of another script"),
    ("−3", LAB, -3, "digits of another script"),
    ("1e3", LAB, 1000, ""),
    ("45%", PERCENT, 45, "unit '%' dropped"),
    ("45 %", SHARE, 0.45, "a percentage as a share of 1"),
    (Percent(0.45), PERCENT, 45, "a cell shown as a percentage"),
    (Percent(0.45), SHARE, 0.45, ""),
    (Labelled(3.0, "three"), LAB, 3, ""),
]


@pytest.mark.parametrize(("cell", "variable", "value", "how"), NUMBERS)
def test_a_number_is_read_and_its_repair_is_named(cell, variable, value, how):
    assert one(cell, variable) == (value, how)


@pytest.mark.parametrize(
    ("cell", "variable", "hint"),
    [
        ("1,234", LAB, "1234 or 1.234? write it without a mark between thousands"),
        ("1.234", LAB, "1234 or 1.234? write it without a mark between thousands"),
        ("7-8", LAB, "is it one number?"),
        ("12 months", AGE, "'months' is not the unit of this column, years"),
        ("12 kg", SHARE, "write the number alone, without unit or remark"),
        ("45%", LAB, "a percentage, but the unit of this column is not %"),
        ("1.2.3", LAB, "is it one number?"),
        ("1,2,3", LAB, "is it one number?"),
        ("12,34,567", LAB, "is it one number?"),
        ("about 50", AGE, "write the number alone, without a remark"),
        ("50 (left)", AGE, "'(left)' is not the unit of this column, years"),
        ("10³", LAB, "'³' is not the unit of this column, mg/L"),
        ("NA", LAB, ""),
        ("nan", LAB, ""),
        ("inf", LAB, ""),
        ("1_000", LAB, "'_000' is not the unit of this column, mg/L"),
        ("130 years", AGE, ""),
        (2.5, COUNT, ""),
        (True, AGE, ""),
        (datetime(2024, 1, 2), AGE, "the cell is formatted as a date or time"),
        (time(12, 30), LAB, "the cell is formatted as a date or time"),
        (CellError("the error #N/A"), LAB, ""),
    ],
)
def test_a_number_that_is_none_or_could_be_two_is_a_problem(cell, variable, hint):
    assert one(cell, variable) == ("rejected", hint)


def test_the_column_says_what_a_mark_before_three_digits_means():
    assert one("1,234", LAB, "2,5")[0] == 1.234
    assert one("1,234", LAB, "2.5")[0] == 1234
    assert one("1.234", LAB, "2,5")[0] == 1234
    assert one("1.234", LAB, "2.5")[0] == 1.234
    assert one("1,234", LAB, "2.5", "2,5")[0] == "rejected"


def test_plain_numbers_that_may_be_thousands_are_not_read_on_the_fast_path_either():
    # 250, 800, 1.500 ml: a German one thousand five hundred.
    column = read_column(["250", "800", "1.500", "2.100"], LAB)
    assert list(column.states) == [State.KEPT] * 2 + [State.REJECTED] * 2
    assert list(read_column(["250", "2.5", "1.500"], LAB).values) == [250, 2.5, 1.5]
    other = read_column(["250", "1.500"], LAB, file_marks=frozenset(","))
    assert list(other.values) == [250, 1500]
    same = read_column(["250", "1.500"], LAB, file_marks=frozenset("."))
    assert list(same.values) == [250, 1.5]


@pytest.mark.parametrize("text", ["2.5", "0.125", ".5", "1234.567", "12.3456"])
def test_a_point_that_is_surely_decimal_speaks_for_the_file(text):
    assert file_marks([[text, "7"], [None, 3, "x"]]) == frozenset(".")
    assert file_marks([["1.234", "12", "1.2.3", "v2"]]) == frozenset()


def test_the_rest_of_the_file_speaks_where_a_column_is_silent():
    column = read_column(["1,234"], LAB, file_marks=frozenset(","))
    assert column.values[0] == 1.234


DATES = [
    (datetime(2024, 2, 29), DAY, "2024-02-29", ""),
    (date(2024, 2, 29), DAY, "2024-02-29", ""),
    ("2024-02-29", DAY, "2024-02-29", ""),
    ("2024.2.9", DAY, "2024-02-09", ""),
    ("2020.6.5", DAY, "2020-06-05", ""),
    ("2024-02-29 00:00:00", DAY, "2024-02-29", ""),
    ("2024-02-29T13:30", DAY, "2024-02-29 13:30", ""),
    ("2024년 2월 9일", DAY, "2024-02-09", "year, month, day"),
    ("2024年2月9日", DAY, "2024-02-09", "year, month, day"),
    ("2024. 2. 9.", DAY, "2024-02-09", "year, month, day"),
    ("20240209", DAY, "2024-02-09", "eight digits"),
    (20240209, DAY, "2024-02-09", "eight digits"),
    ("31/01/2024", DAY, "2024-01-31", "day first"),
    ("31.1.2024", DAY, "2024-01-31", "day first"),
    ("01/31/2024", DAY, "2024-01-31", "month first"),
    ("05/05/2024", DAY, "2024-05-05", "day, month, year"),
    ("9 Feb 2024", DAY, "2024-02-09", "month in words"),
    ("09-Feb-2024", DAY, "2024-02-09", "month in words"),
    ("February 9, 2024", DAY, "2024-02-09", "month in words"),
    ("9. März 2024", DAY, "2024-03-09", "month in words"),
    ("9 de marzo de 2024", DAY, "2024-03-09", "month in words"),
    ("1er août 2024", DAY, "2024-08-01", "month in words"),
    (45000, DAY, "2023-03-15", "a spreadsheet's number of a date, day 0 is 1899-12-30"),
    ("45000", DAY, "2023-03-15", "a spreadsheet's number of a date, day 0 is 1899-12-30"),
    ("2019", ROUGH, "2019-07-01", "only the year known: taken as 1 July"),
    (2019, ROUGH, "2019-07-01", "only the year known: taken as 1 July"),
    ("2019-05", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
    ("2019-05-??", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
    ("2019-05-UN", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
    ("05/2019", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
    ("May 2019", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
    ("2019년 5월", ROUGH, "2019-05-15", "only the month known: taken as the 15th"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "variable", "value", "how"), DATES)
def test_a_date_is_read_and_its_repair_is_named(cell, variable, value, how):
    assert one(cell, variable) == (pd.Timestamp(value), how)


PARTIAL = 'only a {} is known: complete it, or let the plan say partial = "middle"'


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("03/04/2024", "day or month first? write year-month-day"),
        ("3.4.2024", "day or month first? write year-month-day"),
        ("3/4/24", "write the year with four digits"),
        ("18.2.6", "write the year with four digits"),
        ("9-Feb-24", "write the year with four digits"),
        ("181230", "write the year with four digits"),
        ("2024-02-30", ""),
        ("31/31/2024", ""),
        ("2019", PARTIAL.format("year")),
        ("2019-05", PARTIAL.format("month")),
        ("soon", ""),
        (450, ""),
        (True, ""),
        ("1024-01-01", "is the year right?"),
        ("9999-12-31", "is the year right?"),
        (time(12, 0), ""),
    ],
)
def test_a_date_that_is_none_or_could_be_two_is_a_problem(cell, hint):
    assert one(cell, DAY) == ("rejected", hint)


def test_other_dates_of_the_column_say_whether_the_day_comes_first():
    assert one("03/04/2024", DAY, "31/01/2024") == (
        pd.Timestamp(2024, 4, 3), "day first, as other dates here",
    )  # fmt: skip
    file = read_column(["03.04.2024"], DAY, file_order=frozenset(["day first"]))
    assert file.values[0] == pd.Timestamp(2024, 4, 3)
    assert one("03/04/2024", DAY, "01/31/2024")[0] == pd.Timestamp(2024, 3, 4)
    both = "this column has dates with the day first and with the month first"
    assert one("03/04/2024", DAY, "31/01/2024", "01/31/2024") == ("rejected", both)


def test_a_workbook_of_1904_counts_its_days_from_1904():
    column = read_column([43538], DAY, epoch=date(1904, 1, 1))
    assert column.values[0] == pd.Timestamp(2023, 3, 15)


def test_a_file_that_stores_no_dates_as_numbers_has_none_in_its_numbers():
    assert list(read_column([43538, "43538"], DAY, epoch=None).states) == [State.REJECTED] * 2


def test_days_since_a_date_keep_the_intervals():
    column = read_column([0, "45", -3, None, 2.5], DAY, days_since=True)
    gaps = (column.values - column.values[0]).dt.days
    assert list(gaps[:3]) == [0, 45, -3]
    assert list(column.states) == [State.KEPT] * 3 + [State.MISSING, State.REJECTED]


def test_a_date_outside_its_limits_is_a_problem():
    recent = Variable("day", "Surgery", "date", limits=(date(2015, 1, 1), date(2024, 12, 31)))
    assert one("2014-12-31", recent)[0] == "rejected"
    assert one("2015-01-01", recent)[0] == pd.Timestamp(2015, 1, 1)


LEVELS = [
    ("II", GRADE, "II", ""),
    (" ii ", GRADE, "II", ""),
    ("2", GRADE, "II", "a grade in other words"),
    (2, GRADE, "II", "a grade in other words"),
    ("Grade 2", GRADE, "II", "a grade in other words"),
    ("G2", GRADE, "II", "a grade in other words"),
    ("grade II", ECOG, "2", "a grade in other words"),
    ("Level: 2", ECOG, "2", "the column's name repeated in the cell"),
    ("level level", ECOG, "rejected", ""),
    ("3", CTCAE, "Grade 3", "a grade in other words"),
    ("III", CTCAE, "Grade 3", "a grade in other words"),
    ("Th10", LEVEL, "T10", "name of a vertebra"),
    ("D 10", LEVEL, "T10", "name of a vertebra"),
    ("BWK 10", LEVEL, "T10", "name of a vertebra"),
    ("2기", ECOG, "2", "a grade in other words"),
    ("2.0", ECOG, "2", ""),
    ("pain", levels("Pain-free", "Yes"), "rejected", ""),
    ("thoracic 10", LEVEL, "T10", "name of a vertebra"),
    ("t-09", LEVEL, "T9", "name of a vertebra"),
    ("male", SEX, "Male", ""),
    ("F", SEX, "Female", ""),
    (Labelled(1.0, "Female"), SEX, "Female", ""),
    (Labelled(2.0, "Fully active"), ECOG, "2", ""),
    ("yes", DIED, "Yes", ""),
    (1, DIED, "Yes", ""),
    (0.0, DIED, "No", ""),
    (False, DIED, "No", ""),
    ("ja", DIED, "Yes", "yes or no in other words"),
    ("아니오", DIED, "No", "yes or no in other words"),
    ("有", DIED, "Yes", "yes or no in other words"),
    ("✓", DIED, "Yes", "yes or no in other words"),
    ("Unchecked", DIED, "No", "yes or no in other words"),
    ("(−)", DIED, "rejected", "'-' can mean yes, no or not known: write yes or no"),
    ("x", DIED, "rejected", "'x' can mean yes, no or not known: write yes or no"),
    (Labelled(1.0, "Alive"), DIED, "rejected", "in this file, code 1 means 'Alive'"),
    (Labelled(1.0, "Nein"), DIED, "No", "yes or no in other words"),
    (2, DIED, "rejected", ""),
    ("None", DIED, "rejected", ""),
    ("femal", SEX, "rejected", "did you mean 'Female'?"),
    ("IV", GRADE, "rejected", ""),
]


@pytest.mark.parametrize(("cell", "variable", "value", "how"), LEVELS)
def test_a_level_is_read_and_its_repair_is_named(cell, variable, value, how):
    assert one(cell, variable) == (value, how)


def test_the_column_says_what_a_mark_means():
    assert one("x", DIED, "o")[0] == "No"  # Korea: o is yes, x is no
    assert one("o", DIED, "x")[0] == "Yes"
    assert one("×", DIED, "○")[0] == "No"
    assert one("x", DIED, "no")[0] == "Yes"
    assert one("x", DIED, "yes")[0] == "No"
    assert one("(-)", DIED, "(+)")[0] == "No"


def test_a_sign_before_a_level_is_no_punctuation():
    high = levels("Low", "≥13")
    assert one("<13", high)[0] == "rejected"
    assert one("low.", high) == ("Low", "punctuation")


def test_a_range_that_a_spreadsheet_made_a_date_is_read_back():
    spans = levels("1-2", "3-4", kind="category")
    assert one(datetime(2024, 3, 4), spans)[0] == "3-4"
    assert one(datetime(2024, 4, 3), spans)[0] == "3-4"
    assert one(datetime(2024, 5, 6), spans)[0] == "rejected"


def test_codes_of_one_file_never_pass_for_codes_of_another():
    # SPSS 1 = Female against the plan's 1 = Male: the label decides.
    plan = Variable("sex", "Sex", "category", levels=(Level("1", "Male"), Level("2", "Female")))
    assert one(Labelled(1.0, "Female"), plan)[0] == "Female"
    assert one(Labelled(1.0, "weiblich"), plan) == ("Female", "male or female in other words")
    assert one(Labelled(1.0, "divers"), plan) == (
        "rejected", "in this file, code 1 means 'divers'",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sex"),
    [
        *(
            ("m", "Male"),
            ("Mann", "Male"),
            ("MÄNNLICH", "Male"),
            ("homme", "Male"),
            ("남자", "Male"),
        ),
        *(("w", "Female"), ("f.", "Female"), ("mujer", "Female"), ("女", "Female")),
        *(("h", "rejected"), ("v", "rejected"), ("1", "rejected"), ("divers", "rejected")),
    ],
)
def test_male_and_female_in_other_words(typed, sex):
    plan = Variable("sex", "Sex", "category", levels=(Level("0", "Women"), Level("9", "Men")))
    labels = {"Male": "Men", "Female": "Women"}
    assert one(typed, plan)[0] == labels.get(sex, sex)
    coded = Variable("sex", "Sex", "category", levels=(Level("H", "Male"), Level("M", "Female")))
    assert one("M", coded)[0] == "Female"  # what the plan says comes first
    spanish = Variable("sex", "Sex", "category", levels=(Level("1", "Male"), Level("2", "Female")))
    column = read_column(["H", "M"], spanish)
    assert sorted(column.rejected) == [0, 1]
    assert read_column(["h", "Femme"], spanish).values.tolist() == ["Male", "Female"]
    other = Variable("arm", "Arm", "category", levels=(Level("m", "Mesh"), Level("s", "Suture")))
    assert one(typed, other)[0] in ("rejected", "Mesh")


def test_a_code_that_is_another_levels_label_means_neither():
    swapped = Variable("x", "x", "ordered", levels=(Level("1", "2"), Level("2", "3")))
    assert one("2", swapped)[0] == "rejected"
    assert (one("1", swapped)[0], one("3", swapped)[0]) == ("2", "3")


def test_one_label_of_two_codes_is_told_by_its_code():
    other = levels("Lung", "Other (5)", "Other (6)", kind="category")
    assert one(Labelled(6.0, "Other"), other)[0] == "Other (6)"
    assert one("Other", other)[0] == "rejected"


def test_only_what_is_declared_is_missing():
    declared = Variable("n", "Nodes", "integer", missing=("NA", "999"))
    column = read_column(
        ["NA", 999, 999.0, "999", "999.0", None, "  ", MissingCode("-9")], declared
    )
    assert set(column.states) == {State.MISSING}
    assert column.values.isna().all()
    assert one("N/A", declared)[0] == "rejected"
    assert one(999, Variable("n", "Nodes", "integer"))[0] == 999
    text = Variable("note", "Remark", "text")
    assert one("NA", text)[0] == "NA"


def test_a_declared_code_never_enters_a_mean_on_the_fast_path_either():
    declared = Variable("n", "Nodes", "integer", missing=("999",))
    for cells in ([1, 2, 999], ["1", "2", "999"], [1.0, 2.0, 999.0]):
        assert read_column(cells, declared).values.mean() == 1.5


def test_equal_numbers_of_other_types_are_told_apart():
    column = read_column([1, True, 1.0, "1"], Variable("n", "n", "number"))
    assert list(column.states) == [State.KEPT, State.REJECTED, State.KEPT, State.KEPT]


@given(
    st.lists(
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
            st.datetimes(), st.dates(), st.times(), st.builds(CellError, st.just("the error #N/A")),
        ),
        max_size=8,
    ),
    st.sampled_from([AGE, COUNT, SHARE, PERCENT, DAY, ROUGH, GRADE, LEVEL, SEX, DIED]),
)  # fmt: skip
def test_every_cell_has_one_state_and_a_value_only_if_it_was_read(cells, variable):
    column = read_column(cells, variable)
    assert len(column.states) == len(column.values) == len(cells)
    read = np.isin(column.states, (State.KEPT, State.REPAIRED))
    assert (column.values.notna().to_numpy() == read).all()
    assert set(column.repaired) == set(np.flatnonzero(column.states == State.REPAIRED))
    assert set(column.rejected) == set(np.flatnonzero(column.states == State.REJECTED))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1))
def test_the_fast_way_and_the_slow_way_read_the_same_numbers(numbers):
    typed = [repr(x) for x in numbers]
    plain = Variable("x", "x", "number")
    fast = read_column(typed, plain)
    slow = read_column([*typed, "about 1"], plain)
    assert list(fast.values) == numbers
    assert list(slow.values)[:-1] == numbers
