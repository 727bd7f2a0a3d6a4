"""Where the tab's attention comes from: the bundled model, or another encoder that was loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import gradio as gr

from dta_demo.encoders.attention_maps import ROLLOUT_READS
from dta_demo.encoders.windows import plan_windows
from dta_demo.ui.shared.lanes import Lanes
from dta_demo.ui.shared.query import Query
from dta_demo.ui.shared.work_estimate import WorkEstimate

if TYPE_CHECKING:
    from dta_demo.predictor.other_encoder import OtherEncoder
    from dta_demo.predictor.predictor import AffinityPredictor

    Source: TypeAlias = AffinityPredictor | OtherEncoder


@dataclass(frozen=True)
class SourceOfAttention:
    """The parts from which every handler of the tab learns what to ask.

    Attributes
    ----------
    query : gr.State
        The `Query`, or None.
    other : gr.State
        The `OtherEncoder` of a visit, or None for the bundled model.
    """

    predictor: AffinityPredictor
    query: gr.State
    other: gr.State
    lanes: Lanes

    @property
    def inputs(self) -> list[Any]:
        """First inputs of every handler."""
        return [self.query, self.other]

    def handler(
        self, function: Callable[..., Any], work: Callable[..., int]
    ) -> Callable[..., Awaitable[Any]]:
        """Handler of a function that is given the source, the query and further inputs.

        Parameters
        ----------
        work : callable
            Work with the bundled model, given an estimate, the query and the further inputs.
        """
        run = partial(_run, function, self.predictor)
        return self.lanes.handler(run, partial(_estimate, work, WorkEstimate(self.predictor)))


def _run(
    function: Callable[..., Any],
    predictor: AffinityPredictor,
    query: Query | None,
    other: OtherEncoder | None,
    *inputs: Any,
) -> Any:
    return function(other or predictor, query, *inputs)


def _estimate(
    work: Callable[..., int],
    estimate: WorkEstimate,
    query: Query | None,
    other: OtherEncoder | None,
    *inputs: Any,
) -> int:
    """Work of the bundled model, and of another encoder the most that it can be."""
    amount = work(estimate, query, *inputs)
    if query is None or other is None or other.remembers(query.protein):
        return amount
    windows = plan_windows(len(query.protein.sequence))
    residues = sum(end - start + 1 for start, end in windows)
    return amount + int(ROLLOUT_READS * residues * other.times_bundled)
