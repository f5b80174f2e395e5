"""Which numbers of two packets differ, and what the packets were made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reports.compared.conclusions import Turned, turned
from reports.compared.written import KEY, WrittenPacket, read_packet

#: Programs of two versions, or two machines, add in another order: so far apart is the same.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
#: What figures are drawn from: points, of which one more patient moves hundreds.
DRAWN = (
    "curve", "incidence_curve", "roc_sensitivity", "roc_specificity", "maxstat", "ratio_at",
    "net_benefit", "lasso_coefficient", "lasso_deviance", "imputed_mean", "imputed_sd",
)  # fmt: skip
#: Key of ``run.json`` -> what it is called.
MADE_FROM = {
    "study": "Plan",
    "plan_fingerprint": "Fingerprint of the plan",
    "cohort_file": "Cohort file",
    "cohort_sha256": "Content of the cohort file",
    "data": "Data",
    "patients_in_file": "Patients in the file",
    "patients_analysed": "Patients analysed",
    "seed": "Seed",
    "cohort_stats": "Version of cohort-stats",
    "python": "Python",
}


@dataclass(frozen=True)
class Change:
    """Something that the packets were made from, and that differs.

    Parameters
    ----------
    what
        What.
    old, new
        Its two values; empty where a packet does not say.
    """

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class PacketChanges:
    """How one packet differs from another.

    Parameters
    ----------
    old, new
        The packets.
    made_from
        What differs of plan, data, program and conventions.
    turned
        Conclusions that turned, the weightiest first.
    numbers
        One row a number that changed, appeared or vanished: the columns that say what it is
        about, ``change`` (one of these three words), ``old``, ``new``, ``absolute``,
        ``relative`` (to the old value), and ``drawn`` (whether it is a point of a figure). The
        largest changes first, an estimate's by the half width of its interval.
    same
        How many numbers did not change.
    """

    old: WrittenPacket
    new: WrittenPacket
    made_from: tuple[Change, ...]
    turned: tuple[Turned, ...]
    numbers: pd.DataFrame
    same: int

    @property
    def identical(self) -> bool:
        """Whether nothing differs."""
        return self.numbers.empty and not self.made_from and not self.turned


def compare_packets(old: str | Path, new: str | Path) -> PacketChanges:
    """Compare the numbers and conclusions of two packets.

    Parameters
    ----------
    old, new
        Folders of packets; of any version of the program.

    Returns
    -------
    PacketChanges

    Raises
    ------
    InputError
        When a folder is no packet.
    """
    before, after = read_packet(old), read_packet(new)
    both = _beside(before.numbers, after.numbers)
    same = _same(both)
    numbers = _sized(both[~same])
    found = turned(both, before.record, after.record)
    return PacketChanges(before, after, _made_from(before, after), found, numbers, int(same.sum()))


def _beside(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Both values of each number, in the order of the new packet, then what only the old has."""
    frames = []
    for frame, name in ((new, "new"), (old, "old")):
        # The same number twice is told apart by its turn.
        turn = frame.groupby(list(KEY), dropna=False, sort=False).cumcount()
        frames.append(frame.assign(turn=turn).rename(columns={"value": name}))
    left, right = frames
    both = left.merge(right, how="outer", on=[*KEY, "turn"], sort=False, indicator=True)
    words = {"both": "changed", "left_only": "appeared", "right_only": "vanished"}
    order = both["_merge"].map({"both": 0, "left_only": 0, "right_only": 1}).to_numpy()
    place = left.reset_index(names="at")[[*KEY, "turn", "at"]]
    at = both[[*KEY, "turn"]].merge(place, how="left", on=[*KEY, "turn"])["at"].to_numpy()
    both = both.assign(change=both["_merge"].astype(str).map(words))
    both = both.iloc[np.lexsort((at, order))]
    return both[[*KEY, "change", "old", "new"]].reset_index(drop=True)


def _same(both: pd.DataFrame) -> pd.Series:
    close = np.isclose(both["old"], both["new"], rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
    return (both["change"] == "changed") & close


def _sized(numbers: pd.DataFrame) -> pd.DataFrame:
    """Numbers that differ with the size of their change, the largest first."""
    with np.errstate(all="ignore"):
        absolute = numbers["new"] - numbers["old"]
        relative = (absolute / numbers["old"].abs()).replace([np.inf, -np.inf], np.nan)
    drawn = numbers["statistic"].str.startswith(DRAWN)
    sized = numbers.assign(absolute=absolute, relative=relative, drawn=drawn)
    size = absolute.abs() / _half_width(numbers)
    # Estimates before numbers without an interval; within each, the largest change first.
    order = np.lexsort((-relative.abs().fillna(0), -size.fillna(-1), size.isna(), drawn))
    return sized.iloc[order].reset_index(drop=True)


def _half_width(numbers: pd.DataFrame) -> pd.Series:
    """Half the width of the old interval of an estimate; nan for all other numbers.

    Only of estimates whose limits changed as well; those of a changed estimate nearly always do.
    """
    place = [name for name in KEY if name != "statistic"]
    limits = {}
    for end in ("_low", "_high"):
        found = numbers[numbers["statistic"].str.endswith(end)]
        limits[end] = found.assign(statistic=found["statistic"].str.removesuffix(end))
    keyed = numbers[[*place, "statistic"]].reset_index(names="at")
    for end, frame in limits.items():
        mine = frame[[*place, "statistic", "old"]].drop_duplicates([*place, "statistic"])
        keyed = keyed.merge(mine.rename(columns={"old": end}), how="left", on=[*place, "statistic"])
    width = (keyed["_high"] - keyed["_low"]).to_numpy() / 2
    return pd.Series(np.where(width > 0, width, np.nan), index=numbers.index)


def _made_from(old: WrittenPacket, new: WrittenPacket) -> tuple[Change, ...]:
    pairs = [(words, old.record.get(k), new.record.get(k)) for k, words in MADE_FROM.items()]
    for part, words in (("conventions", "Convention"), ("packages", "Version of")):
        a, b = (_mapping(packet.record.get(part)) for packet in (old, new))
        pairs += [(f"{words} {name}", a.get(name), b.get(name)) for name in {**b, **a}]
    return tuple(Change(what, _text(a), _text(b)) for what, a, b in pairs if a != b)


def _mapping(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
