"""Hand-labelled reviews: identifiers and theme numbers only, no text. What they are: theme/CARD.md."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class HandLabel:
    id: str
    set: str
    """test (200 random held-out) | calibration (100 random) | enriched (64, rich in rare themes, for calibration too)"""
    language: str
    theme: int


def read_hand_labels(file: Path) -> list[HandLabel]:
    with file.open(newline="") as lines:
        return [
            HandLabel(row["id"], row["set"], row["language"], int(row["theme"]))
            for row in csv.DictReader(lines, delimiter="\t")
        ]
