"""Write Cohort Sans from matplotlib's DejaVu Sans: ``python reports/fonts/make_fonts.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SOURCE = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
NAME = "Cohort Sans"
WANTED = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x391, 0x3CA),
    *range(0x2010, 0x2050),
    *range(0x2070, 0x20A0),
    *range(0x2190, 0x21A0),
    *range(0x2260, 0x2266),
    0x2212,
    0x221A,
    0x221E,
    0x2248,
    0x20AC,
    0x2113,
    0x2122,
    0x2126,
)


def main() -> None:
    """Write the regular and the bold face beside this file."""
    for style, file in (("Regular", "DejaVuSans.ttf"), ("Bold", "DejaVuSans-Bold.ttf")):
        font = TTFont(SOURCE / file, recalcTimestamp=False)
        options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"])
        options.drop_tables += ["GDEF", "GPOS", "GSUB", "kern"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=WANTED)
        subsetter.subset(font)
        for record in font["name"].names:
            text = str(record).replace("DejaVu Sans", NAME).replace("DejaVuSans", "CohortSans")
            record.string = text
        font.save(Path(__file__).parent / f"CohortSans-{style}.ttf")


if __name__ == "__main__":
    main()
