"""Operations for spinal metastases: one vocabulary, in order of extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import positions
from cohort_stats.scores.form import Value, form_of

WIKI = "Neurosurgery Wiki, 'Spinal metastases surgery', last update 1 June 2025."
XU = "Xu L, Huang W, Cai W, et al. Front Surg 2021;8:686930."
NAM = "Nam Y, Park JS, Kang DH, et al. J Clin Med 2025;14:4629."


@dataclass(frozen=True)
class Procedure:
    """An operation.

    Parameters
    ----------
    label
        Name to print.
    words
        What is done, in our own words.
    aim
        What it is done for.
    removal
        How much is removed, and how.
    approach
        From where.
    source
        Where the term is defined or used.
    also
        Other names under which it is found.
    """

    label: str
    words: str
    aim: str
    removal: str
    approach: str
    source: str
    also: tuple[str, ...] = ()


PROCEDURES = (
    Procedure(
        "Fixation only",
        "Screws and rods hold the spine; the canal is not opened.",
        "Stability",
        "Nothing",
        "Posterior, open or percutaneous",
        NAM,
        ("Posterior fixation only",),
    ),
    Procedure(
        "Decompression and fixation",
        "Laminae over the narrowed canal are removed and the spine is fixed; tumour in front of"
        " the cord is left.",
        "Room for the cord, and stability",
        "Laminae",
        "Posterior",
        NAM,
        ("Laminectomy and fixation", "Posterior fixation with laminectomy"),
    ),
    Procedure(
        "Debulking and fixation",
        "Beyond the laminae, part of the tumour is removed to make it smaller; the spine is fixed.",
        "Less tumour, room for the cord, and stability",
        "Part of the tumour",
        "Posterior",
        NAM,
        ("Posterior fixation with debulking", "Posterior fixation with debulking procedure"),
    ),
    Procedure(
        "Separation surgery",
        "The cord is freed all around, and tumour next to the dura is removed until a gap lies"
        " between them; the rest is left to high-dose stereotactic radiotherapy.",
        "Palliative: a freed cord, and a margin that allows radiosurgery",
        "Limited: epidural tumour around the dura",
        "Posterior",
        WIKI,
    ),
    Procedure(
        "Corpectomy and fixation",
        "A diseased vertebral body is removed in pieces and replaced; the spine is fixed.",
        "Room for the cord, and support in front",
        "Vertebral body, in pieces",
        "Anterior, posterior, or both",
        "Our definition; the term as in the study lee2024.",
        ("Corpectomy",),
    ),
    Procedure(
        "Posterior vertebral column resection",
        "Whole segments of the vertebral column are removed in pieces from behind, so that a"
        " severe kyphosis or scoliosis can be corrected. Not an oncologic resection.",
        "Correction of deformity",
        "Whole vertebra, in pieces",
        "Posterior only",
        WIKI,
        ("pVCR",),
    ),
    Procedure(
        "Piecemeal spondylectomy",
        "A vertebra with its tumour is removed wholly, but in several pieces.",
        "Removal of the tumour as far as it can be seen",
        "Whole vertebra, in pieces",
        "Posterior, anterior, or both",
        XU,
        ("Piecemeal total vertebrectomy",),
    ),
    Procedure(
        "En bloc spondylectomy",
        "A vertebra, body, pedicles and posterior elements, is removed as one specimen, with"
        " margins free of tumour; for primary or solitary metastatic tumours.",
        "Curative",
        "Whole vertebra, in one specimen",
        "Anterior, posterior, or both",
        WIKI,
        ("EBS", "Total en bloc spondylectomy", "TES"),
    ),
)
LABELS = tuple(procedure.label for procedure in PROCEDURES)
DEFINITIONS = {
    procedure.label.lower().replace(" ", "_"): Definition(
        procedure.label,
        f"{procedure.words} Aim: {procedure.aim}. Removed: {procedure.removal}."
        f" Approach: {procedure.approach}.",
        procedure.source,
    )
    for procedure in PROCEDURES
} | {
    "procedure": Definition(
        "Procedure",
        "The operation under one name, ordered by how much of the vertebra is removed; the order"
        f" is ours. {'; '.join(LABELS)}.",
        f"{WIKI} {XU} {NAM}",
    )
}


def procedure(operation: Value) -> Any:
    """Operations under their one name, ordered by how much of the vertebra is removed.

    The order is ours: the sources define the operations but do not rank them.

    Parameters
    ----------
    operation
        A label of :data:`PROCEDURES` or one of its other names; missing stays missing.

    Raises
    ------
    ValueError
        When a name is not in the vocabulary.

    Examples
    --------
    >>> procedure(["pVCR", "separation surgery"]).tolist()
    ['Posterior vertebral column resection', 'Separation surgery']
    """
    aliases = {also: one.label for one in PROCEDURES for also in one.also}
    return form_of(operation=operation).levels(
        positions("operation", operation, LABELS, aliases), LABELS
    )
