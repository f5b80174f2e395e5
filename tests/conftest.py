"""Make the small helper modules beside the tests importable."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in ("statistics", "loader", "plans", "packets"):
    sys.path.append(str(Path(__file__).parent / folder))
