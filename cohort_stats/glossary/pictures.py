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
    "patient_change": "change of one patient; `level` is its place from the largest down",
    "beyond_line": "patients whose change reaches the line in `time`, seen from zero",
    "beyond_line_percent": "the same, per cent",
    "bar_from": "time at which a patient's bar begins; `level` is its place from the top",
    "bar_to": "time at which a patient's bar ends",
    "bar_end": "how a patient's bar ends: 0 under observation, 1 event, 2 competing event",
    "study_number": "number of a patient in the study, printed beside the bar",
    "mark_at": "time of the mark in `term` on a patient's bar",
    "span_from": "time at which the span in `term` begins on a patient's bar",
    "span_to": "time at which it ends",
}
