"""Rows of the review files, with an identifier that names no text, and the split."""

import csv
import gzip
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(sys.maxsize)

LANGUAGES = ("en", "de", "fr", "es", "ja", "zh")


@dataclass(frozen=True)
class Row:
    id: str
    """<file>:<row>, e.g. "multi_de:6"; the row is the file's own number or its position from 0."""
    language: str
    stars: int
    text: str
    split: str
    """train | calibration | test, by a hash of the text: a text stands on one side only."""


def split_of(text: str) -> str:
    plain = re.sub(r"\W+", " ", text.lower()).strip()
    at = int.from_bytes(hashlib.sha256(plain.encode()).digest()[:4], "big") / 2**32
    return "test" if at < 0.15 else "calibration" if at < 0.25 else "train"


def _rows(folder: Path, name: str):
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file))


def read(folder: Path) -> list[Row]:
    """Every usable row of the eight files, in file order."""
    found: list[Row] = []

    def add(id: str, language: str, stars: str, text: str) -> None:
        text = (text or "").strip()
        if text and stars and 1 <= int(float(stars)) <= 5:
            found.append(Row(id, language, int(float(stars)), text, split_of(text)))

    for language in LANGUAGES:
        for _, row in _rows(folder, f"amazon_reviews_multi_{language}_train.csv.gz"):
            add(f"multi_{language}:{row['source_row']}", language, row["stars"], row["review_body"])
    for index, row in _rows(folder, "All_Beauty_5.no-names.csv.gz"):
        add(f"beauty:{index}", "en", row["star_rating"], row["review_body"])
    for index, row in _rows(folder, "acl_amazon_books_dvd_electronics.csv.gz"):
        add(f"acl:{index}", "en", row["star_rating"], row["review_body"])
    return found
