"""Make the small helper modules beside the tests importable."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

for folder in ("statistics", "loader", "plans", "packets", "printed"):
    sys.path.append(str(Path(__file__).parent / folder))

# A time limit for an example tells of the machine's other work, not of the code; and the same
# code shall pass or fail the same way whenever it is tested.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
