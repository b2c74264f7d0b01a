"""Trains both models and writes everything that is measured on them:

    python models/train/train.py --data <folder with the review files>

models/{theme,sentiment}/model.onnx, models/{theme,sentiment}/results.json and models/manifest.json.
Nothing is random: the same data and versions (requirements.txt) on the same kind of machine give the
same files. About two minutes on one core.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from calibration import fit_temperature, post_strata, probabilities
from data import LANGUAGES, read
from export import write_manifest, write_model
from features import BUCKETS, MAX_FEATURES, features
from hand import read_hand_labels
from linear import fit, quantise, scores, sparse
from measure import report
from themes import THEMES, weak_label

MODELS = Path(__file__).resolve().parents[1]
VERSION = "1.0.0"
SENTIMENTS = ("negative", "neutral", "positive")
SMOOTHING = {"theme": 3e-7, "sentiment": 3e-6}
"""L2 strength: theme by likelihood on the hand-labelled calibration rows, sentiment as first tried."""


def run_onnx(file: Path, bags: list[list[int]]) -> np.ndarray:
    """The exported file's own answer, one padded batch."""
    longest = max(1, max(map(len, bags)))
    buckets = np.zeros((len(bags), longest), np.int32)
    for row, bag in enumerate(bags):
        buckets[row, : len(bag)] = bag
    scale = np.array([[1 / np.sqrt(max(1, len(bag)))] for bag in bags], np.float32)
    return onnxruntime.InferenceSession(file).run(None, {"buckets": buckets, "scale": scale})[0]


def temperature_by_hand(hand, at, Z: np.ndarray, weak: np.ndarray, tune: np.ndarray) -> float:
    """On what a person said, not on what the rules say. The enriched rows were drawn by weak label, so
    each weak label is weighted back to the share it has in the calibration split."""
    chosen = [label for label in hand if label.set == "calibration" or (label.set == "enriched" and weak[at[label.id]] != 0)]
    places = np.array([at[label.id] for label in chosen])
    return fit_temperature(Z[places], np.array([label.theme for label in chosen]), post_strata(weak[places], weak[tune]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    rows = read(parser.parse_args().data)
    bags = [features(row.text) for row in rows]
    X = sparse(bags)
    split = np.array([row.split for row in rows])
    language = np.array([row.language for row in rows])
    at = {row.id: index for index, row in enumerate(rows)}
    weak = [weak_label(row.text, row.language, row.stars) for row in rows]
    truth = {
        "theme": np.array([theme for theme, _ in weak]),
        "sentiment": np.array([0 if row.stars <= 2 else 1 if row.stars == 3 else 2 for row in rows]),
    }
    # Rows on which the rules hesitate teach less.
    trust = {"theme": np.array([1.0 if clear else 0.4 for _, clear in weak]), "sentiment": np.ones(len(rows))}
    labels = {"theme": THEMES, "sentiment": SENTIMENTS}
    hand = read_hand_labels(MODELS / "theme" / "hand-labels.tsv")

    for name, y in truth.items():
        learn, tune, held = split == "train", split == "calibration", split == "test"
        table = quantise(*fit(X[learn], y[learn], len(labels[name]), SMOOTHING[name], trust[name][learn]))
        Z = scores(X, table)
        temperature = fit_temperature(Z[tune], y[tune])
        if name == "theme":
            temperature = temperature_by_hand(hand, at, Z, y, tune)
        probability = probabilities(Z, temperature)
        results = {
            "version": VERSION,
            "rows": {side: int((split == side).sum()) for side in ("train", "calibration", "test")},
            "temperature": round(temperature, 4),
            "heldOut": report(y[held], probability[held], labels[name]),
            "heldOutPerLanguage": {
                each: report(y[held & (language == each)], probability[held & (language == each)], labels[name])
                for each in LANGUAGES
            },
        }
        if name == "sentiment":
            clear = held & (y != 1)
            results["positiveOrNegative"] = round(float(((probability[clear, 2] > probability[clear, 0]) == (y[clear] == 2)).mean()), 4)
        else:
            for each in ("test", "enriched"):
                chosen = [label for label in hand if label.set == each]
                places = np.array([at[label.id] for label in chosen])
                of = np.array([label.theme for label in chosen])
                results[f"hand{each.capitalize()}"] = report(of, probability[places], labels[name])
                results[f"hand{each.capitalize()}RulesAlone"] = round(float((y[places] == of).mean()), 4)
                results[f"hand{each.capitalize()}AlwaysQuality"] = round(float((of == 0).mean()), 4)
                tongue = np.array([label.language for label in chosen])
                results[f"hand{each.capitalize()}PerLanguage"] = {
                    one: round(float((probability[places[tongue == one]].argmax(axis=1) == of[tongue == one]).mean()), 4)
                    for one in sorted(set(tongue))
                }
        file = MODELS / name / "model.onnx"
        write_model(file, table, temperature, labels[name], VERSION)
        sample = np.flatnonzero(held)[:500]
        drift = np.abs(run_onnx(file, [bags[row] for row in sample]) - probability[sample]).max()
        assert drift < 1e-4, f"{name}: the exported graph differs from the trained model by {drift}"
        (MODELS / name / "results.json").write_text(json.dumps(results, indent=1) + "\n")
        short = {key: results[key] for key in results if key in ("temperature", "positiveOrNegative", "handTestRulesAlone")}
        print(name, short, *[(key, value["accuracy"], value["macroF1"], value["ece"]) for key, value in results.items() if isinstance(value, dict) and "ece" in value])
    write_manifest(MODELS, VERSION, labels, BUCKETS, MAX_FEATURES)


if __name__ == "__main__":
    main()
