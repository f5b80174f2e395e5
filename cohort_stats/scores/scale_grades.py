"""The grades of the ordered scales, in our own words, and where they were published."""

from __future__ import annotations

from dataclasses import dataclass

GRADES: dict[str, dict[str, str]] = {
    "frankel": {
        "A": "No movement and no feeling below the lesion",
        "B": "Feeling, but no movement below the lesion",
        "C": "Movement of no practical use",
        "D": "Useful movement, weaker than normal",
        "E": "No neurological deficit; reflexes may be abnormal",
    },
    "nurick": {
        "0": "Root signs or symptoms only, none of the cord",
        "1": "Signs of cord disease, walking not difficult",
        "2": "Some difficulty in walking, full-time work possible",
        "3": "Difficulty in walking prevents full-time work or housework, no help needed to walk",
        "4": "Walks only with someone's help or a frame",
        "5": "Confined to chair or bed",
    },
    "ecog": {
        "0": "Fully active",
        "1": "Strenuous activity restricted, walks and does light work",
        "2": "Walks and cares for self, unable to work, up more than half of waking hours",
        "3": "Limited self-care, in bed or chair more than half of waking hours",
        "4": "No self-care, wholly confined to bed or chair",
        "5": "Dead",
    },
    "asa": {
        "1": "Healthy",
        "2": "Mild systemic disease",
        "3": "Severe systemic disease",
        "4": "Severe systemic disease, a constant threat to life",
        "5": "Moribund, not expected to survive without the operation",
        "6": "Declared brain-dead, organs being removed for donation",
    },
    "motor": {
        "0": "No contraction",
        "1": "A flicker of contraction, no movement",
        "2": "Movement with gravity eliminated",
        "3": "Movement against gravity, not against resistance",
        "4": "Movement against gravity and some resistance",
        "5": "Normal power",
    },
    "escc": {
        "0": "Tumour in bone only",
        "1a": "Epidural tumour, thecal sac not deformed",
        "1b": "Thecal sac deformed, cord not touched",
        "1c": "Thecal sac deformed, cord touched but not compressed",
        "2": "Cord compressed, cerebrospinal fluid still visible around it",
        "3": "Cord compressed, no cerebrospinal fluid visible around it",
    },
}
SOURCES = {
    "frankel": "Frankel HL, Hancock DO, Hyslop G, et al. Paraplegia 1969;7:179–192.",
    "nurick": "Nurick S. Brain 1972;95:87–100.",
    "ecog": "Oken MM, Creech RH, Tormey DC, et al. Am J Clin Oncol 1982;5:649–655.",
    "asa": "American Society of Anesthesiologists. ASA Physical Status Classification System."
    " Approved 2014, last amended 13 December 2020.",
    "motor": "Medical Research Council. Aids to the investigation of peripheral nerve injuries"
    " (War Memorandum No. 7). HMSO 1943. Papers that say 'modified' differ in what they"
    " modified; the six whole grades are kept here.",
    "escc": "Bilsky MH, Laufer I, Fourney DR, et al. J Neurosurg Spine 2010;13:324–328.",
}


@dataclass(frozen=True)
class Scale:
    """An ordered scale.

    Parameters
    ----------
    label
        Name to print.
    grades
        Code → meaning, in the order in which the scale is written.
    first_is_best
        Whether the first grade is the best state (ECOG) or the worst (Frankel).
    source
        Where it was published.
    """

    label: str
    grades: dict[str, str]
    first_is_best: bool
    source: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The grades as they are written."""
        return tuple(self.grades)


SCALES = {
    "frankel": Scale("Frankel grade", GRADES["frankel"], False, SOURCES["frankel"]),
    "nurick": Scale("Nurick grade", GRADES["nurick"], True, SOURCES["nurick"]),
    "ecog": Scale("ECOG performance status", GRADES["ecog"], True, SOURCES["ecog"]),
    "asa": Scale("ASA physical status", GRADES["asa"], True, SOURCES["asa"]),
    "motor": Scale("Motor grade (MRC)", GRADES["motor"], False, SOURCES["motor"]),
    "escc": Scale("ESCC (Bilsky) grade", GRADES["escc"], True, SOURCES["escc"]),
}
