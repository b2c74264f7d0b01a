"""What is reported of a classifier on rows it has not seen."""

import numpy as np


def reliability(right: np.ndarray, confidence: np.ndarray, bins: int = 10) -> tuple[float, list[dict]]:
    """Expected calibration error over equal-width bins, and the table behind it."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    table, error = [], 0.0
    for bin in range(bins):
        inside = which == bin
        if not inside.any():
            continue
        error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
        table.append({
            "from": bin / bins,
            "rows": int(inside.sum()),
            "confidence": round(float(confidence[inside].mean()), 4),
            "right": round(float(right[inside].mean()), 4),
        })
    return float(error), table


def report(y: np.ndarray, probability: np.ndarray, labels: tuple[str, ...]) -> dict:
    guess = probability.argmax(axis=1)
    right = guess == y
    error, table = reliability(right, probability.max(axis=1))
    classes = {}
    for number, label in enumerate(labels):
        hit = int(((guess == number) & (y == number)).sum())
        said, are = int((guess == number).sum()), int((y == number).sum())
        precision, recall = hit / max(1, said), hit / max(1, are)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        classes[label] = {"rows": are, "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    macro = float(np.mean([each["f1"] for each in classes.values() if each["rows"]]))
    return {
        "rows": len(y),
        "accuracy": round(float(right.mean()), 4),
        "macroF1": round(macro, 4),
        "ece": round(error, 4),
        "meanConfidence": round(float(probability.max(axis=1).mean()), 4),
        "classes": classes,
        "reliability": table,
    }
