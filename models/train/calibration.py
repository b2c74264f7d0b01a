"""From scores to probabilities: softmax of Z/T, then mixed with the labels' shares.

The temperature is fitted on the calibration split. The mixture says how often the training labels
themselves are wrong: no confidence may exceed what a person agrees with. It is fitted where
hand-labelled rows exist and is 0 elsewhere.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Calibration:
    temperature: float
    noise: float
    shares: np.ndarray

    def apply(self, Z: np.ndarray) -> np.ndarray:
        E = np.exp((Z - Z.max(axis=1, keepdims=True)) / self.temperature)
        return (1 - self.noise) * E / E.sum(axis=1, keepdims=True) + self.noise * self.shares


def _likelihood(probability: np.ndarray, y: np.ndarray) -> float:
    return float(np.log(np.maximum(1e-9, probability[np.arange(len(y)), y])).mean())


def fit_temperature(Z: np.ndarray, y: np.ndarray, shares: np.ndarray) -> Calibration:
    grid = np.exp(np.linspace(np.log(0.3), np.log(5), 200))
    best = max(grid, key=lambda T: _likelihood(Calibration(T, 0, shares).apply(Z), y))
    return Calibration(float(best), 0.0, shares)


def fit_noise(start: Calibration, Z: np.ndarray, y: np.ndarray) -> Calibration:
    grid = np.linspace(0, 0.4, 81)
    best = max(grid, key=lambda noise: _likelihood(Calibration(start.temperature, noise, start.shares).apply(Z), y))
    return Calibration(start.temperature, float(best), start.shares)
