"""Probabilities behind warnings, without a library: tails of counts, and what is left of them among many
tests. Pure."""

import math
from collections.abc import Sequence
from typing import Final

NEGLIGIBLE: Final = 1e-14
POISSON: Final = 1e-9
"""Below this dispersion a negative binomial is a Poisson distribution."""


def tail(observed: int, mean: float, dispersion: float) -> float:
    """P(Y ≥ observed) of a count with this mean and the variance `mean + dispersion · mean²`."""
    if observed <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if observed <= mean:
        return max(0.0, 1.0 - math.fsum(_mass(count, mean, dispersion) for count in range(observed)))
    total, count, term = 0.0, observed, _mass(observed, mean, dispersion)
    while term > NEGLIGIBLE * max(total, 1e-300):
        total += term
        term *= _step(count, mean, dispersion)
        count += 1
    return min(1.0, total)


def _mass(count: int, mean: float, dispersion: float) -> float:
    if dispersion < POISSON:
        return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    size = 1 / dispersion
    share = size / (size + mean)
    return math.exp(
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        + size * math.log(share)
        + count * math.log1p(-share)
    )


def _step(count: int, mean: float, dispersion: float) -> float:
    """The mass of `count + 1` over that of `count`."""
    if dispersion < POISSON:
        return mean / (count + 1)
    size = 1 / dispersion
    return (count + size) / (count + 1) * mean / (size + mean)


def adjusted(values: Sequence[float], tests: int) -> list[float]:
    """Benjamini-Hochberg: for each p the share of false alarms (q) among everything at least as rare.

    `tests` counts everything that was looked at; those that are not among `values` have p near 1.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    found, least = [1.0] * len(values), 1.0
    for rank in range(len(order), 0, -1):
        position = order[rank - 1]
        least = min(least, values[position] * max(tests, len(values)) / rank)
        found[position] = least
    return found
