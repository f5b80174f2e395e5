"""What columns that tell who a patient is are headed, in several languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "name",
    "record number",
    "case number",
    "phone",
    "e-mail",
    "address",
    "national id",
    "full birth date",
    "postcode",
]

HEADINGS: Mapping[Kind, re.Pattern[str]] = {
    "e-mail": re.compile(r"\be ?mails?\b|\bmail$|이메일|메일주소|邮箱|电子邮件|メール"),
    "phone": re.compile(
        r"\b(tele)?phone|\btel\b|\bmobile (no|nr|number)|^mobile$|\bcell ?phone|\bhandy(nummer)?\b"
        r"|telefon|t[eé]l[eé]phone|tel[eé]fono|\bfax\b|contact (no|nr|number)"
        r"|전화|연락처|휴대폰|핸드폰|电话|手机|联系方式|電話|携帯"
    ),
    "national id": re.compile(
        r"\brrn\b|\bssn\b|social security|\bnhs (no|nr|number)\b|national (id|identity|insurance)"
        r"|passport|insurance (no|nr|number|id)|versicherten(nummer|nr)|\bkvnr\b|sozialversicherung"
        r"|num[eé]ro de s[eé]curit[eé] sociale|주민\s?등록|주민\s?번호"
        r"|여권|身份证|护照|医保号|マイナンバー"
    ),
    "postcode": re.compile(
        r"\bpost ?code|\bpostal ?code|\bzip( ?code)?\b|\bplz\b|postleitzahl|code postal"
        r"|우편\s?번호|邮编|邮政编码|郵便番号"
    ),
    "address": re.compile(
        r"\baddress\b|^street\b|\badresse\b|\banschrift\b"
        r"|stra(ss|ß)e\b|\bwohnort\b|\bdirecci[oó]n\b|\bindirizzo\b|주소(?!증|견)|거주지|地址|住址|住所"
    ),
    "full birth date": re.compile(
        r"\bdobs?\b|\bd o b\b|dates? of birth|birth ?dates?|birth ?day|geburtsdatum|geburtstag"
        r"|\bgeb ?(dat|datum)?$"
        r"|date de naissance|fecha de nacimiento|data di nascita|geboortedatum"
        r"|생년월일|(?<!발)생일|出生日期|出生年月|生日|生年月日"
    ),
    "record number": re.compile(
        r"\bmrns?\b|\bmr (no|nr|number)\b|medical record|hospital (no|nr|number|id)\b|\bhospnum"
        r"|chart (no|nr|number|id)\b|record (no|nr|number)\b"
        r"|krankenaktennummer|aktenzeichen|num[eé]ro de dossier|historia cl[ií]nica"
        r"|등록\s?번호|병록\s?번호|차트\s?번호|병원\s?번호|病案号|病历号|住院号|门诊号|カルテ"
    ),
    "name": re.compile(
        r"^((the )?(patients?( s)?|pt|pat|full|last|first|family|given|middle|maiden) )*names?$"
        r"|\bnames? of (the )?patients?\b|\b(last|first|family|given|maiden|patient) ?names?\b"
        r"|\bsurnames?\b|\bforenames?\b|\bnachname\b|\bvorname\b|\bfamilienname\b|\bpatientenname"
        r"|^nom$|^noms? (de famille|du patient)|^nom (et )?pr[eé]nom|\bpr[eé]noms?\b"
        r"|^nombre( del? paciente)?$|\bapellidos?\b|\bcognome\b|^(patient |pat |pt )?initials?$"
        r"|^initialen$|이름|성명|환자\s?명|姓名|患者名|氏名|名前"
    ),
}
PATIENT_NUMBER = re.compile(
    r"\bid$|\bids\b|^(patient|pat|pt|case|subject|fall)s?\b|\bpatient(en)?\b.*\b(no|nr|number|id)\b"
    r"|patienten(nummer|nr|id)|fallnummer|^환자$|^患者$|환자\s?번호|患者编号|患者番号"
)
#: Headings that say little: their cells must also hold many digits, and not simply count on.
DIGITS_UNDER: Mapping[Kind, re.Pattern[str]] = {
    "case number": re.compile(
        r"^(fall|case|encounter|visit|admission|aufnahme) ?(no|nr|num|number|id|nummer)$"
        r"|accession (no|number)"
        r"|^(path(ology)?|specimen|biopsy|slide|histo(logie|logy)?|block|e)"
        r" ?(no|nr|number|id|nummer)$"
        r"|병리\s?번호|접수\s?번호|病理号"
    ),
    "national id": re.compile(r"^(health )?insurance$|versicher(ung|t)|krankenkasse|보험|医保"),
    "phone": re.compile(
        r"^(emergency |patients? )?contacts?( person| info| details)?$|^kontakt(person|daten)?$"
        r"|^next of kin$|보호자|联系人"
    ),
}
IN_WORDS: Mapping[Kind, str] = {
    "name": "a name",
    "record number": "a record number",
    "case number": "a number of a stay, a specimen or a scan",
    "phone": "a phone number",
    "e-mail": "an e-mail address",
    "address": "an address",
    "national id": "a national or insurance number",
    "full birth date": "a full birth date",
    "postcode": "a postcode",
}
