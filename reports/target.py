"""The folder a packet goes to: never one that holds something else."""

from __future__ import annotations

from pathlib import Path

RUN_FILE = "run.json"


class NotAPacket(Exception):
    """The folder to write holds something that is not a packet."""


def check_target(folder: Path) -> None:
    """Raise :class:`NotAPacket` unless a packet may be written to a folder."""
    if folder.is_file() or (
        folder.is_dir() and any(folder.iterdir()) and not (folder / RUN_FILE).is_file()
    ):
        raise NotAPacket(f"'{folder}' exists and is not a packet; name another folder")
