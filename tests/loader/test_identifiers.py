"""What may tell who a patient is, and what must not be taken for it."""

from __future__ import annotations

import pytest
from tables import day, table_of

from cohort_stats.privacy.identifiers import pointing_out, suspected_identifiers
from cohort_stats.privacy.national_numbers import holds_national_number, is_german_insurance_number
from cohort_stats.reading import read_table

PEOPLE = [f"{a} {b}" for a in ("Kim", "Anna", "Olga") for b in ("Young", "Bauer", "Roth")]
TUMOURS = [f"{a} {b}" for a in ("Giant", "Clear", "Round") for b in ("Aa", "Bb", "Cc")]
KOREANS = ["김영", "이순자", "박서준", "최하은", "남궁민수", "정우", "강산", "조은별"]
WORDS = ["one thing", "another", "a third thing", "more"]


def kind(heading: str, values: list) -> str | None:
    found = suspected_identifiers(table_of({heading: values}))
    return found[0].kind if found else None


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        *((h, "name") for h in ("Name", "Patient's name", "Surname", "first_name", "LastName")),
        *((h, "name") for h in ("이름", "성명", "환자명", "姓名", "Nom", "Prénom", "Nachname")),
        *((h, "record number") for h in ("MRN", "Hospital No.", "Chart number", "병록번호")),
        *((h, "record number") for h in ("등록번호", "病案号", "住院号", "Medical record")),
        *((h, "phone") for h in ("Phone", "Tel.", "Mobile number", "연락처", "电话", "Telefon")),
        *((h, "e-mail") for h in ("E-mail", "email address", "이메일")),
        *((h, "address") for h in ("Address", "Anschrift", "주소", "家庭住址", "Wohnort")),
        *(
            (h, "national id")
            for h in ("주민등록번호", "주민번호", "SSN", "身份证号", "NHS number")
        ),
        *((h, "postcode") for h in ("Postcode", "ZIP", "PLZ", "우편번호")),
    ],
)
def test_headings_that_can_mean_nothing_else(heading, expected):
    assert kind(heading, WORDS) == expected


@pytest.mark.parametrize(
    "heading", ["DOB", "Date of birth", "생년월일", "出生日期", "Geburtsdatum"]
)
def test_a_birth_date_is_one_only_with_days(heading):
    assert kind(heading, [day(1956, 4, 12), None]) == "full birth date"
    assert kind(heading, ["12/04/1956", "1.5.60"]) == "full birth date"
    assert kind(heading, [19560412, 19600501]) == "full birth date"
    assert kind(heading, [1956, 1960]) is None
    assert kind(heading, [64, 58]) is None


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Patient", ["P001", "P002", "P003", "P004"]),
        ("Patient", ["S-12", "S-13", "S-15", "S-19"]),
        ("id", [*range(1, 419)]),
        ("Patient", [100001, 100002, 100003, 100004, 100005]),
        ("PSA", [0.12, 1234.5, 20240101, 7]),
        ("HU", [105.2, 88.1, 131.4]),
        ("BMI", [22.1, 30.5]),
        ("Age", [58.7652292950034, 56.4462696783025, 70.8801012345678]),
        ("Date of surgery", [day(2020, 1, 2), day(2021, 1, 2)]),
        ("Tumour name", ["Renal cell", "Breast", "Lung", "Lung"]),
        (
            "Tumour",
            ["Renal Cell", "Breast Cancer", "Lung Cancer", "Liver Cancer", "Thyroid Cancer"],
        ),
        (
            "Tumour",
            ["신장암", "유방암", "방광암", "전립선", "고환암", "신장암", "유방암", "유방암"] * 2,
        ),
        ("Histology", WORDS),
        ("Drug name", WORDS),
        ("Birth weight", [3200, 2900]),
        ("재발생일", [day(2020, 1, 2)]),
        ("주소견", WORDS),
        ("Phone visit", ["yes", "no", "yes"]),
        ("Date of phone call", [day(2020, 1, 2)]),
        ("Email consent", ["Y", "N"]),
        ("Nombre de ganglions", [1, 4, 3]),
        ("Level", ["T12-L1", "L2-3", "L3-4", "T8-9"]),
        ("Insurance", ["public", "private"]),
    ],
)
def test_clinical_columns_are_left_alone(heading, values):
    assert kind(heading, values) is None


def test_forms_give_identifiers_away_under_any_heading():
    assert kind("Info", [f"010-1234-56{i:02}" for i in range(9)]) == "phone"
    assert kind("Info", ["a.b@c.org", "d@e.co.kr"]) == "e-mail"
    assert kind("Info", ["560412-1234567", "601101-2345678"]) == "national id"
    assert kind("Patient", ["Kim Minsu", "Lee, Jiwon", "Anna Schmidt", "Seán Ó Briain"]) == "name"
    assert kind("환자", ["김민수", "이지원", "박서준", "최하은"]) == "name"
    assert kind("Pt", ["王伟", "李娜", "张敏", "刘洋"]) == "name"
    assert kind("Patient ID", [40123456, 40987612, 38120034, 41230087]) == "record number"
    assert kind("환자번호", [40123456, 40987612, 38120034, 41230087]) == "record number"


@pytest.mark.parametrize(
    ("heading", "values", "expected"),
    [
        ("Betreff", PEOPLE, "name"),
        ("Patient", ["Kim Young", "Lee Sun", "Kim Young", "Park Jin"] * 4, "name"),
        ("담당", KOREANS, "name"),
        ("Fallnr.", [*range(2000000, 2000016)], "case number"),
        ("Case no", [*range(2000000, 2000016)], "case number"),
        ("Case no", [*range(1, 17)], None),
        ("Path no.", [f"S19-{10000 + i}" for i in range(9)], "case number"),
        ("Insurance", [f"A12345{6000 + i}" for i in range(9)], "national id"),
        ("Contact", [f"daughter 06808662{i}" for i in range(10, 19)], "phone"),
        ("Contact", [day(2020, 1, 1 + k) for k in range(9)], None),
        ("Diagnosis", TUMOURS, None),
    ],
)  # fmt: skip
def test_names_and_numbers_under_headings_that_say_little(heading, values, expected):
    assert kind(heading, values) == expected


def test_an_identifier_in_a_remark_is_said_with_its_address_and_without_its_value():
    table = table_of({"Remark": ["well", "call 010-1234-5678", "mail a.b@c.org", "well"]})
    (found,) = suspected_identifiers(table)
    assert [str(x) for x in found.where] == ["Cohort!A3", "Cohort!A4"]
    (sentence,) = pointing_out(table, (found,))
    assert sentence == (
        "Column A, 'Remark': 2 cells with a phone number or an e-mail address inside "
        "(Cohort!A3, Cohort!A4)."
    )


def test_pointing_out_tells_column_and_reason_but_no_value():
    table = table_of({"MRN": [40123456, 40987612], "DOB": [day(1956, 4, 12)] * 2})
    words = " ".join(pointing_out(table, suspected_identifiers(table)))
    assert "Column A, 'MRN' may be a record number, by its heading." in words
    assert "1956" not in words
    assert "4012" not in words


def test_national_numbers_are_told_by_their_check_digit():
    assert holds_national_number("11010519491231002X") == "Chinese identity number"
    assert holds_national_number("110105194912310021") == ""
    assert holds_national_number("560412-1******") == "Korean resident registration number"
    assert holds_national_number("561312-1234567") == ""
    assert holds_national_number("123-45-6789") == "US social security number"
    assert holds_national_number("000-45-6789") == ""
    assert is_german_insurance_number("A123456780")
    assert not is_german_insurance_number("A123456781")


@pytest.mark.parametrize("name", ["lung", "pbc", "gbsg2", "veteran", "infert", "lalonde", "aSAH"])
def test_no_public_cohort_is_suspected(name):
    assert suspected_identifiers(read_table(f"tests/reference/data/{name}.csv")) == ()
