"""One outcome over time: how long each patient was followed, and whether it happened."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.wording import counted


@dataclass(frozen=True)
class Endpoint:
    """Time and event of each patient.

    Parameters
    ----------
    time
        Follow-up to the event, to the competing event or to last contact, in `unit`; nan
        where unknown. Shape (n,), not negative.
    event
        True where the event happened, False where it did not. Shape (n,). Ignored where
        `time` is nan.
    unit
        ``months``, ``days``, ``years`` …; used in labels only.
    label
        Name of the endpoint, such as ``Overall survival``.
    competing
        True where another event came first after which this one cannot happen or is no
        longer looked for, such as death before relapse. Shape (n,); None when there is no
        such event. A patient with neither event was censored.
    entry
        When each patient came under observation, on the same clock as `time` (left
        truncation, delayed entry); None when all did at 0. Shape (n,), not negative. A
        patient who entered at or after `time` was never under observation.
    """

    time: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]
    unit: str = ""
    label: str = ""
    competing: npt.NDArray[np.bool_] | None = None
    entry: npt.NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        time = np.asarray(self.time, dtype=float)
        event = np.asarray(self.event)
        if time.ndim != 1 or time.shape != event.shape:
            raise ValueError(
                f"time and event must be one-dimensional and of one length; "
                f"got shapes {time.shape} and {event.shape}"
            )
        _must_be_times("time", time)
        if self.entry is not None:
            entry = np.asarray(self.entry, dtype=float)
            if entry.shape != time.shape:
                raise ValueError(
                    f"entry must have one time a patient ({len(time)}); got shape {entry.shape}"
                )
            _must_be_times("entry", entry)
            object.__setattr__(self, "entry", entry)
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "event", _happened("event", event, time))
        if self.competing is not None:
            object.__setattr__(self, "competing", self._competing(np.asarray(self.competing)))

    def _competing(self, given: npt.NDArray) -> npt.NDArray[np.bool_]:
        if given.shape != self.time.shape:
            raise ValueError(
                f"competing must have one entry a patient ({len(self)}); got {given.shape}"
            )
        competing = _happened("competing", given, self.time)
        both = int((competing & self.event & self.known).sum())
        if both:
            raise ValueError(
                "event and competing must not both be true, as only the first of them counts; "
                f"got {counted(both)} with both"
            )
        return competing

    @classmethod
    def coded(
        cls,
        time: npt.ArrayLike,
        codes: npt.ArrayLike,
        *,
        event: object = 1,
        competing: object = 2,
        censored: object = 0,
        unit: str = "",
        label: str = "",
    ) -> Endpoint:
        """An endpoint from one column of codes, as ``0``, ``1`` and ``2``.

        Parameters
        ----------
        time, codes
            Shape (n,); a patient without a code has no known outcome.
        event, competing, censored
            What the codes are.
        unit, label
            As of the endpoint.

        Raises
        ------
        ValueError
            When another code is found: it would silently count as one of them.
        """
        column = pd.Series(np.asarray(codes))
        meanings = {"event": event, "competing": competing, "censored": censored}
        if len({*meanings.values()}) < len(meanings):
            raise ValueError(f"event, competing and censored must be three codes; got {meanings}")
        other = column[column.notna() & ~column.isin([*meanings.values()])].unique().tolist()
        if other:
            allowed = ", ".join(f"{code!r} ({name})" for name, code in meanings.items())
            raise ValueError(f"codes must be one of {allowed}; got {', '.join(map(repr, other))}")
        known = np.where(column.isna(), np.nan, np.asarray(time, dtype=float))
        here, there = ((column == code).to_numpy(dtype=bool) for code in (event, competing))
        return cls(known, here, unit, label, competing=there)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which patients have a follow-up time, and were under observation before it."""
        if self.entry is None:
            return ~np.isnan(self.time)
        return np.asarray(self.entry < self.time)

    @property
    def censored(self) -> npt.NDArray[np.bool_]:
        """Which patients had neither the event nor a competing one."""
        return ~self.event if self.competing is None else ~self.event & ~self.competing

    def where(self, keep: npt.NDArray[np.bool_]) -> Endpoint:
        """The endpoint of some of the patients."""
        competing = None if self.competing is None else self.competing[keep]
        entry = None if self.entry is None else self.entry[keep]
        return replace(
            self, time=self.time[keep], event=self.event[keep], competing=competing, entry=entry
        )

    def reversed(self) -> Endpoint:
        """Censoring as the event: for the median follow-up (reverse Kaplan–Meier)."""
        return replace(self, event=self.censored, label="Follow-up", competing=None)

    def swapped(self) -> Endpoint:
        """The competing event as the event, and the event as the competing one.

        Raises
        ------
        ValueError
            When the endpoint has no competing event.
        """
        if self.competing is None:
            raise ValueError("endpoint must have a competing event to swap; got none")
        return replace(self, event=self.competing, competing=self.event)

    def by(self, time: float) -> pd.Series:
        """Whether the event happened by a time: True, False, or missing when censored before.

        A competing event before that time leaves no doubt: the event did not happen by then.

        Parameters
        ----------
        time
            In the endpoint's unit.

        Returns
        -------
        pandas.Series
            Of dtype boolean; a patient censored before `time` is missing, one censored
            at or after it is False.
        """
        happened = self.event & (self.time <= time)
        unknown = ~self.known | (self.censored & (self.time < time))
        return pd.Series(happened, dtype="boolean").mask(unknown)


def _happened(argument: str, given: npt.NDArray, time: npt.NDArray) -> npt.NDArray[np.bool_]:
    """True/False from true/false or 0/1; anything else is refused."""
    if given.dtype == bool:
        return given
    # Event codes 1/2, as some packages use, would silently make everybody an event.
    found = pd.unique(pd.Series(given[~np.isnan(time)])).tolist()
    other = [v for v in found if pd.isna(v) or v not in (0, 1)]
    if other:
        raise ValueError(f"{argument} must be True/False or 0/1; got {', '.join(map(repr, other))}")
    return np.asarray(pd.Series(given) == 1, dtype=bool)


def _must_be_times(argument: str, times: npt.NDArray[np.float64]) -> None:
    if np.any(times < 0) or np.any(np.isinf(times)):
        worst = np.nanmin(times) if np.any(times < 0) else np.inf
        raise ValueError(f"{argument} must be finite and not negative; got {worst:g}")
