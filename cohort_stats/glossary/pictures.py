"""Numbers that exist to be drawn."""

NUMBERS: dict[str, str] = {
    "bin_from": "lower edge of a bin, which belongs to it",
    "bin_to": "upper edge of a bin, which belongs to the next",
    "bin_count": "patients whose value lies in the bin",
    "bin_width": "width of every bin",
    "whisker_low": "smallest value within 1.5 interquartile ranges of the first quartile",
    "whisker_high": "largest value within 1.5 interquartile ranges of the third quartile",
    "beyond_whiskers": "patients whose value lies beyond the whiskers",
    "point": "a value that is drawn as a point; `level` is its place among the points in order",
    "bandwidth": "standard deviation of the kernel of a density estimate",
    "density": "density estimated at the value in `time`",
}
