"""One outcome over time: how long each patient was followed, and whether it happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Endpoint:
    """Time and event of each patient.

    Parameters
    ----------
    time
        Follow-up to the event or to last contact, in `unit`; nan where unknown.
        Shape (n,), not negative.
    event
        True where the event happened, False where the patient was censored. Shape (n,).
        Ignored where `time` is nan.
    unit
        ``months``, ``days``, ``years`` …; used in labels only.
    label
        Name of the endpoint, such as ``Overall survival``.
    entry
        When each patient came under observation, on the same clock as `time` (left
        truncation, delayed entry); None when all did at 0. Shape (n,), not negative. A
        patient who entered at or after `time` was never under observation.
    """

    time: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]
    unit: str = ""
    label: str = ""
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
        if event.dtype != bool:
            # Event codes 1/2, as some packages use, would silently make everybody an event.
            found = pd.unique(pd.Series(event[~np.isnan(time)])).tolist()
            other = [v for v in found if pd.isna(v) or v not in (0, 1)]
            if other:
                names = ", ".join(map(repr, other))
                raise ValueError(f"event must be True/False or 0/1; got {names}")
            event = np.asarray(pd.Series(event) == 1, dtype=bool)
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "event", event)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which patients have a follow-up time, and were under observation before it."""
        if self.entry is None:
            return ~np.isnan(self.time)
        return np.asarray(self.entry < self.time)

    def where(self, keep: npt.NDArray[np.bool_]) -> Endpoint:
        """The endpoint of some of the patients."""
        entry = None if self.entry is None else self.entry[keep]
        return Endpoint(self.time[keep], self.event[keep], self.unit, self.label, entry)

    def reversed(self) -> Endpoint:
        """Censoring as the event: for the median follow-up (reverse Kaplan–Meier)."""
        return Endpoint(self.time, ~self.event, self.unit, "Follow-up", self.entry)

    def by(self, time: float) -> pd.Series:
        """Whether the event happened by a time: True, False, or missing when censored before.

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
        unknown = ~self.known | (~happened & (self.time < time))
        return pd.Series(happened, dtype="boolean").mask(unknown)


def _must_be_times(argument: str, times: npt.NDArray[np.float64]) -> None:
    if np.any(times < 0) or np.any(np.isinf(times)):
        worst = np.nanmin(times) if np.any(times < 0) else np.inf
        raise ValueError(f"{argument} must be finite and not negative; got {worst:g}")
