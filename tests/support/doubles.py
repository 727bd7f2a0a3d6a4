"""Stands in for the predictor where only attention is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from dta_demo.results.attention import AttentionReport
from dta_demo.results.heads import HeadStatistics
from dta_demo.ui.shared.query import Query
from tests.support import records


class AttentionDouble:
    """Has records of attention, and notes which maps and rollouts were asked for."""

    def __init__(self, **changes: Any) -> None:
        self.report = records.attention(**changes)
        self.asked: list[tuple[Any, ...]] = []

    def attention(self, protein: Any) -> AttentionReport:
        return self.report

    def attention_rollout(self, protein: Any) -> np.ndarray:
        self.asked.append(("rollout",))
        shares = np.ones(self.report.received.shape[-1], dtype=np.float32)
        shares[9] = 20.0  # residue 10 stands out
        return shares / shares.sum()

    def head_statistics(self, protein: Any) -> HeadStatistics:
        self.asked.append(("heads",))
        layers, heads, _ = self.report.received.shape
        rising = np.arange(layers * heads, dtype=np.float32).reshape(layers, heads) / 1000
        return HeadStatistics(rising, None, 1 - rising, (1, 300), (11, 260))

    def attention_map(self, protein: Any, layer: int, head: int, window: int) -> np.ndarray:
        self.asked.append((layer, head, window))
        start, end = self.report.windows[window - 1]
        size = end - start + 1
        full = np.random.default_rng(0).random((size, size), dtype=np.float32)
        return full / full.sum(axis=1, keepdims=True)


def query(name: str = "LCK") -> Query:
    return Query("", "", records.protein(name=name), records.prediction().molecule)
