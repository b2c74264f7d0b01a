"""A multinomial linear model over hashed features, with weights that fit in a byte."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from features import BUCKETS
from scipy.optimize import minimize


@dataclass(frozen=True)
class Table:
    weights: np.ndarray
    """int8 [BUCKETS, labels]; row 0 (padding) is zero. Real weight = weights * scale."""
    scale: np.ndarray
    """float32 [labels]"""
    bias: np.ndarray
    """float32 [labels]"""


def sparse(bags: list[list[int]]) -> sp.csr_matrix:
    """Rows of counts divided by the square root of the number of features."""
    lengths = np.array([len(bag) for bag in bags])
    indices = np.concatenate([np.array(bag, dtype=np.int32) for bag in bags])
    values = np.repeat(1 / np.sqrt(np.maximum(1, lengths)), lengths)
    matrix = sp.csr_matrix((values, indices, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(bags), BUCKETS))
    matrix.sum_duplicates()
    return matrix


def fit(X: sp.csr_matrix, y: np.ndarray, labels: int, l2: float, weight: np.ndarray, rounds: int = 80):
    """Weighted logistic regression by L-BFGS from zero: no randomness. Returns (weights, bias)."""
    one_hot = np.eye(labels)[y]
    transposed = X.T.tocsr()
    share = weight / weight.sum()

    def loss(flat: np.ndarray):
        W, b = flat[:-labels].reshape(BUCKETS, labels), flat[-labels:]
        Z = X @ W + b
        Z -= Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        total = E.sum(axis=1, keepdims=True)
        likelihood = (share * ((Z * one_hot).sum(axis=1) - np.log(total[:, 0]))).sum()
        G = (E / total - one_hot) * share[:, None]
        return -likelihood + 0.5 * l2 * (W * W).sum(), np.concatenate([(transposed @ G + l2 * W).ravel(), G.sum(axis=0)])

    found = minimize(loss, np.zeros(BUCKETS * labels + labels), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 6})
    return found.x[:-labels].reshape(BUCKETS, labels), found.x[-labels:]


def quantise(weights: np.ndarray, bias: np.ndarray) -> Table:
    """To int8, one scale per label. The few largest weights (1 in 20,000 of those in use) are clipped."""
    scale = np.array([np.quantile(np.abs(column[np.abs(column) > 1e-6]), 0.99995) / 127 for column in weights.T])
    rounded = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    rounded[0] = 0
    return Table(rounded, scale.astype(np.float32), bias.astype(np.float32))


def scores(X: sp.csr_matrix, table: Table) -> np.ndarray:
    """Uncalibrated log-odds, as the ONNX graph computes them."""
    return X @ (table.weights.astype(np.float64) * table.scale) + table.bias
