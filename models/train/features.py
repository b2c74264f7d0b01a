"""Text to hashed features. The same definition as core/scoring/features.ts, bit for bit:
test/core/scoring/golden/features.json (written by golden.py) holds both to it.

Works on UTF-16 code units, because that is what JavaScript sees without decoding. The ranges below
were closed in Unicode long ago, so no runtime's Unicode version can move a feature.
"""

from array import array

BUCKETS = 1 << 17
"""Bucket 0 is padding: its weights are zero and no feature falls in it."""
MAX_FEATURES = 384
"""Features after these are left out: about the first 900 letters of a text, or 190 ideograms."""

SEPARATOR, LETTER, IDEOGRAM = 0, 1, 2
STEM = 5
"""A word longer than this also gives its first five letters: inflections share them."""

_LETTERS = ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x370, 0x52F))
_IDEOGRAMS = (
    (0x21, 0x21), (0x3F, 0x3F),  # ! and ? are words of their own
    (0x3041, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF), (0xD800, 0xDFFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D),
)


def _tables() -> tuple[bytearray, array]:
    kind, fold = bytearray(65536), array("H", range(65536))
    for first, last in _LETTERS:
        for unit in range(first, last + 1):
            kind[unit] = LETTER
            lower = chr(unit).lower()
            if len(lower) == 1 and ord(lower) < 65536:
                fold[unit] = ord(lower)
    for first, last in _IDEOGRAMS:
        for unit in range(first, last + 1):
            kind[unit] = IDEOGRAM
    return kind, fold


KIND, FOLD = _tables()
_MASK = 0xFFFFFFFF
_FNV_START, _FNV_PRIME = 0x811C9DC5, 0x01000193


def _bucket(x: int) -> int:
    """High bits folded into the low ones, which are kept."""
    x ^= x >> 16
    x = (x * 0x7FEB352D) & _MASK
    x ^= x >> 15
    return (x & (BUCKETS - 1)) or 1


def features(text: str) -> list[int]:
    """Bucket numbers (1..BUCKETS-1) in reading order, with repeats, at most MAX_FEATURES."""
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    out: list[int] = []
    last = 0  # hash of the token before; 0 = none
    i, n = 0, len(units)
    while i < n and len(out) < MAX_FEATURES:
        kind = KIND[units[i]]
        if kind == SEPARATOR:
            i += 1
            continue
        h, stem, length = _FNV_START, 0, 0
        if kind == IDEOGRAM:
            h = ((h ^ units[i]) * _FNV_PRIME) & _MASK
            i += 1
        else:
            while i < n and KIND[units[i]] == LETTER:
                h = ((h ^ FOLD[units[i]]) * _FNV_PRIME) & _MASK
                length += 1
                if length == STEM:
                    stem = h
                i += 1
        out.append(_bucket((h + 0x9E3779B9) & _MASK))
        if length > STEM:
            out.append(_bucket((stem + 0x3C6EF372) & _MASK))
        if last:
            pair = ((last * 0x85EBCA6B) & _MASK) ^ h
            out.append(_bucket((pair + 0xDAA66D2B) & _MASK))
        last = h
    return out[:MAX_FEATURES]
