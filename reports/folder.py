"""A folder of outputs, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reports.target import RUN_FILE, check_target, hashes


@contextmanager
def whole_folder(folder: Path, record: Mapping[str, Any]) -> Iterator[Path]:
    """Give a place to write to, which becomes the folder when everything is written.

    Parameters
    ----------
    folder
        The folder to make. What we wrote there before is replaced, if it is as it was written.
    record
        What ``run.json`` says besides the hashes of the files.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    NotAPacket
        When the folder holds anything else.
    """
    check_target(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".packet-") as scratch:
        made = Path(scratch) / "packet"
        made.mkdir()
        made.chmod(0o755)
        yield made
        words = json.dumps({**record, "files": hashes(made)}, indent=2, ensure_ascii=False)
        (made / RUN_FILE).write_text(words + "\n", encoding="utf-8")
        if folder.exists():
            os.replace(folder, made.with_name("old"))
        shutil.move(made, folder)
