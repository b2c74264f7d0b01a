"""The ONNX graph, and the manifest that the program checks every model file against."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from linear import Table
from onnx import TensorProto, helper, numpy_helper


def write_model(file: Path, table: Table, temperature: float, labels: tuple[str, ...], version: str) -> None:
    """Inputs: buckets int32 [texts, longest], padded with 0; scale float32 [texts, 1] = 1/sqrt(features).
    Output: probability float32 [texts, labels].

    Weights are int8; a row of ones times them sums them as int32: exact in any order, so a text's score
    does not depend on what it was batched with (and no product exceeds what u8*s8 kernels can hold). The temperature is folded into the graph's constants.
    """
    count = len(labels)
    constants = {
        "weights": table.weights,
        "axis": np.array([1], np.int64),
        "one_one": np.array([1, 1], np.int64),
        "unit": (table.scale / temperature).astype(np.float32),
        "bias": (table.bias / temperature).astype(np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["weights", "buckets"], ["rows8"]),
        helper.make_node("Shape", ["buckets"], ["longest"], start=1),
        helper.make_node("Concat", ["one_one", "longest"], ["ones_shape"], axis=0),
        helper.make_node("ConstantOfShape", ["ones_shape"], ["ones"], value=numpy_helper.from_array(np.array([1], np.uint8))),
        helper.make_node("MatMulInteger", ["ones", "rows8"], ["sums32"]),
        helper.make_node("Squeeze", ["sums32", "axis"], ["sum32"]),
        helper.make_node("Cast", ["sum32"], ["sum"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["sum", "unit"], ["weighted"]),
        helper.make_node("Mul", ["weighted", "scale"], ["scaled"]),
        helper.make_node("Add", ["scaled", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probability"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        file.parent.name,
        [
            helper.make_tensor_value_info("buckets", TensorProto.INT32, ["texts", "longest"]),
            helper.make_tensor_value_info("scale", TensorProto.FLOAT, ["texts", 1]),
        ],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["texts", count])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="regie", producer_version=version)
    model.ir_version = 9
    onnx.checker.check_model(model, full_check=True)
    file.write_bytes(model.SerializeToString(deterministic=True))


def _entry(root: Path, path: str) -> dict:
    content = (root / path).read_bytes()
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def write_manifest(root: Path, version: str, labels: dict[str, tuple[str, ...]], buckets: int, max_features: int) -> None:
    manifest = {
        "format": 1,
        "models": [
            {
                "name": name,
                "version": version,
                "kind": "hashed-linear",
                "labels": list(of),
                "buckets": buckets,
                "maxFeatures": max_features,
                "files": {"model": _entry(root, f"{name}/model.onnx")},
            }
            for name, of in labels.items()
        ]
        + [
            {
                "name": "vader",
                "version": "3.3.2",
                "kind": "lexicon",
                "files": {"lexicon": _entry(root, "vader/lexicon.tsv"), "emoji": _entry(root, "vader/emoji.tsv")},
            }
        ],
    }
    (root / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
