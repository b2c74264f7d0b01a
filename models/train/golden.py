"""Writes the golden files that hold core/scoring to Python: `python models/train/golden.py --data <folder>`.

features.json  hand-written texts and their buckets
predictions.json  the same texts and sentences through the ONNX files, as Python runs them
vader.json     hand-written sentences and vaderSentiment 3.3.2's compound; runs anywhere
vader-reviews.json  identifiers of 1,000 real reviews and their compound; the texts stay in the data folder
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import onnxruntime
from data import read
from features import features
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

MODELS = Path(__file__).resolve().parents[1]
GOLDEN = MODELS.parent / "test" / "core" / "scoring" / "golden"

TEXTS = [
    "", " ", "a", "Good", "very good product!", "Don't buy it. It's broken, isn't it?", "UPPER lower MiXeD 12345 abc123",
    "Größe paßt nicht, Qualität überzeugt mich", "Livraison rapide, très déçue de l'emballage œuf ÉTÉ", "¡Qué mala calidad! Año niño",
    "壊れました。すぐに返品しました！", "质量太差，再也不买了。很好很好", "ひらがなカタカナ漢字ー한국어", "mixed 日本 text 中文 and words",
    "😀😀 great 👍🏽 emoji ❤️", "\u0130stanbul \u01c5 \u1e9e ß Ω Привет мир ΣΑΣ", "\ud800 lone \udc00 halves", "tabs\tand\nnew lines\u00a0and\u3000wide\ufeffmark",
    "x" * 3000, "word " * 400, "多" * 600, "supercalifragilistic internationalisation", "a-b_c/d\\e", "ｶﾞｷﾞ ｈａｌｆ",
]

SENTENCES = [
    "", "The table.", "A good lamp.", "A GOOD lamp.", "A GOOD LAMP.", "A very good lamp!", "A very good lamp!!!!!!", "Not a good lamp.",
    "This isn't good", "It is never good", "never so good", "It was never this good here", "I would never say so bad things", "without doubt a good lamp",
    "Without a doubt an excellent idea", "The least good lamp", "At least it is good", "the very least nice one", "least good", "kind of good lamp", "It is kind of a good lamp",
    "sort of good, sort of bad", "I had just enough good fun", "Good lamp but bad cable", "bad bad good but good good bad", "good good nice but awful awful great",
    "but good", "good but", "GOOD but BAD", "The lamp is the bomb", "It is really the shit", "yeah right it is great", "This thing is such a bad ass lamp", "a lamp to die for",
    "my friend said it is a kiss of death truly", "no good", "no", "No problem at all, no damage", "no love nor hate or joy", "There is no pleasure", "NO GOOD thing here",
    "Is it good??", "Is it good???", "Is it good?????", "Nice :) and sad :(", "I am :D", "Great 😀😀 lamp", "💘love❤️", "☹ hm", "Copyright © good ® thing",
    "ABSOLUTELY good lamp", "absolutely bad LAMP", "EXTREMELY BAD thing", "barely good", "hardly any good use", "Ünïcode GROß good", "ÉTÉ good", "good\u00a0very\u2003bad\x1cugly\x85fine\ufeffnice",
    "n't good", "couldn't be happier", "I cant love it", "despite good reviews bad", "rarely good and seldom nice", "\"Good!\" (great) [awful]...", "a+ A- :'( </3 <3",
    "won't won't won't good", "so so so good", "this this good", "uh-uh good", "great, great, great, terrible, terrible", "catastrophe! worst!! EVER!!!", "sux lol", "tres bon produit, super qualite",
    "  good  ", "!!!", "??", "good" * 3, "good, but good, but bad", "It works fine, no complaints. Would buy again!", "Love love LOVE it, but the lid broke and support was rude.",
]


def write(name: str, value) -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    (GOLDEN / name).write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")


def predict(text: str) -> dict:
    bag = features(text) or [0]
    feeds = {"buckets": np.array([bag], np.int32), "scale": np.array([[1 / np.sqrt(len(bag))]], np.float32)}
    answer = {"text": text}
    for name in ("theme", "sentiment"):
        probability = onnxruntime.InferenceSession(MODELS / name / "model.onnx").run(None, feeds)[0][0]
        answer[name] = int(probability.argmax())
        answer[f"{name}Probability"] = round(float(probability.max()), 6)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    vader = SentimentIntensityAnalyzer()
    compound = lambda text: vader.polarity_scores(text)["compound"]
    write("features.json", [{"text": text, "buckets": features(text)} for text in TEXTS])
    write("predictions.json", [predict(text) for text in TEXTS + SENTENCES])
    write("vader.json", [{"text": text, "compound": compound(text)} for text in SENTENCES])
    rows = read(arguments.data)
    random.seed(20261121)
    english = [row for row in rows if row.language == "en"]
    others = [row for row in rows if row.language != "en"]
    chosen = random.sample(english, 600) + random.sample(others, 400)
    write("vader-reviews.json", {row.id: compound(row.text) for row in chosen})


if __name__ == "__main__":
    main()
