"""Passes that are timed and whose memory is measured, by name."""

from __future__ import annotations

from collections.abc import Callable

from transformers.utils import logging

from dta_demo.benchmarks.peers import PEERS
from dta_demo.benchmarks.records import Settings
from dta_demo.benchmarks.samples import molecules
from dta_demo.predictor.predictor import AffinityPredictor

Work = Callable[[str], object]
"""Pass over one sequence."""

OURS = ("received", "map", "predict")

WORK = (*OURS, *PEERS)


def load_predictor(settings: Settings) -> AffinityPredictor:
    """Load the checkpoint quietly."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AffinityPredictor.load(settings.checkpoint, settings.device)


def build_work(name: str, predictor: AffinityPredictor) -> Work:
    """Build a pass by its name.

    Parameters
    ----------
    name : str
        "received" computes embeddings and the attention that each residue receives in all layers
        and heads; "map" the full attention map of the last layer's first head; "predict" is a
        whole prediction; the others are those of `peers`.

    Raises
    ------
    NotMeasurableError
        When a peer is not installed or computes something else.
    """
    encoder = predictor.encoder
    if name == "received":
        return lambda sequence: encoder.encode_residues([sequence], received=True)
    if name == "map":
        last = encoder.num_layers - 1
        return lambda sequence: encoder.get_attention_weights([sequence], layer=last, head=0)
    if name == "predict":
        smiles = molecules()[0]
        return lambda sequence: predictor.predict(sequence, smiles)
    return PEERS[name](encoder)


def repeat(work: Work, sequence: str) -> Callable[[int], object]:
    """Contender of `timing.time_side_by_side` that does the same in every round."""
    return lambda _: work(sequence)
