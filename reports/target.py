"""The folder a packet goes to: never one that holds something else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

RUN_FILE = "run.json"


class NotAPacket(Exception):
    """The folder to write holds something that is not a packet, or was changed by hand."""


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder but its record, by relative path."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in paths
        if p != folder / RUN_FILE
    }


def check_target(folder: Path) -> None:
    """Raise :class:`NotAPacket` unless nothing of the user's is lost by writing a folder.

    Parameters
    ----------
    folder
        May be missing, empty, or hold a packet just as it was written.
    """
    if folder.is_file():
        raise NotAPacket(f"'{folder}' is a file; name a folder")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    written = _record(folder)
    if written is None:
        raise NotAPacket(f"'{folder}' exists and is not a packet; name another folder")
    own = [name for name, found in hashes(folder).items() if written.get(name) != found]
    if own:
        names = ", ".join(own[:5]) + (" …" if len(own) > 5 else "")
        raise NotAPacket(
            f"'{folder}' holds files that were added or changed by hand ({names}); "
            "name another folder, or move them away"
        )


def _record(folder: Path) -> dict[str, str] | None:
    try:
        record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return dict(record["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
