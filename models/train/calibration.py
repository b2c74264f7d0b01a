"""From scores to probabilities: softmax(Z / T), with T fitted by likelihood on rows not trained on."""

import numpy as np


def probabilities(Z: np.ndarray, temperature: float) -> np.ndarray:
    E = np.exp((Z - Z.max(axis=1, keepdims=True)) / temperature)
    return E / E.sum(axis=1, keepdims=True)


def fit_temperature(Z: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> float:
    share = np.full(len(y), 1 / len(y)) if weight is None else weight / weight.sum()

    def likelihood(temperature: float) -> float:
        right = probabilities(Z, temperature)[np.arange(len(y)), y]
        return float((share * np.log(np.maximum(1e-9, right))).sum())

    return float(max(np.exp(np.linspace(np.log(0.3), np.log(5), 400)), key=likelihood))


def post_strata(stratum: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Weights that give each stratum of a sample the share it has in the population."""
    strata = population.max() + 1
    have = np.bincount(stratum, minlength=strata)
    want = np.bincount(population, minlength=strata) / len(population)
    return (want / np.maximum(1, have))[stratum]
