"""Comparison of the four poolings: on one protein, each by itself, and over the kinome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity
from tqdm import tqdm

from dta_demo.checkpoint.checks import OtherWeightsError
from dta_demo.checkpoint.reading import read_json
from dta_demo.encoders.pooling import POOLING_NAMES, AttentionPooling, Pooled
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.model.region import batch_region, pool_region
from dta_demo.predictor.encoding import EncodedProtein, ProteinEncoding
from dta_demo.predictor.kinome import ProfiledProtein, list_kinome
from dta_demo.predictor.kinome_file import digest_weights
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.predictor.notes import read_itself
from dta_demo.predictor.pooled_kinome import (
    NEIGHBOURS,
    PooledProteins,
    load_pooled_kinome,
)
from dta_demo.predictor.pooling_answers import answer_pair
from dta_demo.predictor.pooling_hiding import hide_residues
from dta_demo.predictor.pooling_map import map_proteins
from dta_demo.predictor.readout_file import PoolingReadouts, load_readouts
from dta_demo.results.applicability import Neighbour
from dta_demo.results.pooling_advice import advise
from dta_demo.results.pooling_analysis import PoolingAnalysis
from dta_demo.results.pooling_map import PoolingMap
from dta_demo.results.pooling_study import PoolingStudy
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.prediction import Prediction
from dta_demo.runtime.bundled import bundled_file

READOUTS, KINOME = "poolings/readouts.safetensors", "poolings/kinome.safetensors"
STUDY = "poolings/study.json"
"""Files beside the checkpoint: the readouts, the catalogue's kinases under each pooling, and what
the comparison in cross-validation measured."""


class PoolingPredictor:
    """The four poolings by themselves: readouts that see one pooled vector and the molecule.

    Parameters
    ----------
    loaded : LoadedModel
    encoding : ProteinEncoding
    """

    def __init__(self, loaded: LoadedModel, encoding: ProteinEncoding) -> None:
        self._loaded, self._encoding = loaded, encoding

    @cached_property
    def readouts(self) -> dict[str, PoolingReadouts]:
        """Readouts by pooling, which come with the code; none for other weights.

        Raises
        ------
        CheckpointError
            When their file is damaged.
        """
        try:
            return load_readouts(
                bundled_file(READOUTS), self._digest, self._loaded.encoder.hidden_size
            )
        except OtherWeightsError:
            return {}

    @cached_property
    def kinome(self) -> PooledProteins:
        """The catalogue's kinases under each pooling, which come with the code.

        Raises
        ------
        CheckpointError
            When they were pooled with other weights.
        """
        return load_pooled_kinome(
            bundled_file(KINOME), self._digest, self._loaded.encoder.hidden_size
        )

    @cached_property
    def kinome_map(self) -> PoolingMap:
        """The catalogue's kinases on two principal components under each pooling."""
        return map_proteins(self.kinome)

    @cached_property
    def study(self) -> PoolingStudy | None:
        """What each pooling gives by itself in cross-validation; None for other weights."""
        return PoolingStudy.from_dict(read_json(bundled_file(STUDY))) if self.readouts else None

    @cached_property
    def _digest(self) -> str:
        return digest_weights(self._loaded.folder)

    # --- One pair -----------------------------------------------------------------------------

    def compare(self, prediction: Prediction, encoded: EncodedProtein) -> PoolingReport:
        """Compare the pooled vectors, what each residue contributes to them, and the answers."""
        with self._loaded.lock, torch.no_grad():
            pooled = self._pool(encoded.region.embeddings)
            heads = self._weigh_by_head(encoded.region.embeddings)
        report = self.report(prediction, encoded, pooled, heads)
        if not self.readouts:
            return report
        vectors = torch.stack([_mean(each.vector[0] for each in row) for row in pooled.values()])
        return replace(
            report,
            answers=answer_pair(self._loaded, self.readouts, prediction, pooled),
            centred_similarity=_cosines(self._centre(vectors)),
        )

    def report(
        self,
        prediction: Prediction,
        encoded: EncodedProtein,
        pooled: Mapping[str, Sequence[Pooled]],
        heads: Tensor,
    ) -> PoolingReport:
        """Report poolings of what the model reads of a protein, without any answer.

        Parameters
        ----------
        pooled : mapping of str to sequence of Pooled
            Of each network, by pooling.
        heads : Tensor, shape (heads, tokens)
            Weights of the heads of the attention pooling.
        """
        protein = read_itself(prediction.protein, encoded)
        vectors = torch.stack([_mean(each.vector[0] for each in row) for row in pooled.values()])
        weights = torch.stack([_mean(each.weights[0] for each in row) for row in pooled.values()])
        length = len(protein.sequence)
        return PoolingReport(
            replace(prediction, protein=protein),
            tuple(pooled),
            _cosines(vectors),
            encoded.place(weights[:, 1:].float().cpu().numpy(), length),
            encoded.place(heads[:, 1:].float().cpu().numpy(), length),
            vectors.shape[-1],
            self._pocket(encoded),
        )

    def analyse(self, prediction: Prediction, encoded: EncodedProtein) -> PoolingAnalysis:
        """Compare the poolings, advise, hide what each weighs most, and look at the kinome."""
        report = self.compare(prediction, encoded)
        if not self.readouts:
            return PoolingAnalysis(report)
        hidden = hide_residues(self._loaded, self._encoding, self.readouts, report, encoded)
        return PoolingAnalysis(
            report,
            advise(report, self.study),
            tuple(hidden),
            self._find_nearest(encoded),
            self.kinome_map,
        )

    def _pool(self, embeddings: Tensor) -> dict[str, list[Pooled]]:
        """Pool a region by each pooling, once for each network that has it."""
        if self.readouts:
            return {name: each.pool(embeddings) for name, each in self.readouts.items()}
        members = self._loaded.ensemble.model.choose_members()
        return {
            name: [pool_region(member.poolings[name], embeddings) for member in members]
            for name in POOLING_NAMES
        }

    def _weigh_by_head(self, embeddings: Tensor) -> Tensor:
        """Weights of each head of each network's attention pooling: (heads, tokens)."""
        members = self._loaded.ensemble.model.choose_members()
        modules = (
            self.readouts["attention"].poolings
            if self.readouts
            else [member.poolings["attention"] for member in members]
        )
        batch = batch_region(embeddings.cpu() if self.readouts else embeddings)
        weights = [
            each.weigh(*batch)[0].T for each in modules if isinstance(each, AttentionPooling)
        ]
        return torch.cat(weights)

    def _centre(self, vectors: Tensor) -> Tensor:
        """Standardise a vector of each pooling as its readout does: (poolings, hidden)."""
        scales = zip(vectors, self.readouts.values(), strict=True)
        return torch.stack([(vector - each.mean) / each.spread for vector, each in scales])

    def _pocket(self, encoded: EncodedProtein) -> tuple[int, ...]:
        """Numbers of the pocket's residues that the protein has."""
        domain, numbers = encoded.read.form.domain, encoded.numbers
        letters = [domain.residues[column] for column in self._loaded.pocket_columns if domain]
        found = (int(numbers[letter - 1]) for letter in letters if letter)
        return tuple(sorted(number for number in found if number))

    # --- The kinome ---------------------------------------------------------------------------

    def pool(
        self, profiled: Sequence[ProfiledProtein], readouts: Mapping[str, PoolingReadouts]
    ) -> PooledProteins:
        """Pool many proteins; the vector of the attention pooling is the mean over its networks."""
        rows, letters = [], []
        for each in profiled:
            encoded = self._encoding.encode(each.protein)
            with self._loaded.lock, torch.no_grad():
                pooled = [one.pool(encoded.region.embeddings) for one in readouts.values()]
            vectors = [_mean(found.vector[0] for found in row) for row in pooled]
            rows.append(torch.stack(vectors).float().cpu().numpy())
            letters.append(encoded.read.form.letters)
        return PooledProteins(tuple(profiled), tuple(letters), np.stack(rows, axis=1))

    def pool_catalogue(self, readouts: Mapping[str, PoolingReadouts]) -> PooledProteins:
        """Pool the kinases of the catalogue."""
        return self.pool(list(tqdm(list_kinome(load_catalogue()), "pooling kinases")), readouts)

    def _find_nearest(self, encoded: EncodedProtein) -> dict[str, tuple[Neighbour, ...]]:
        """Nearest kinases of the catalogue under each pooling, without those of equal letters."""
        kinome = self.kinome
        own = torch.stack(
            [
                _mean(found.vector[0] for found in pooled)
                for pooled in self._pool(encoded.region.embeddings).values()
            ]
        )
        letters = encoded.read.form.letters
        others = [place for place, each in enumerate(kinome.letters) if each != letters]
        found = {}
        for name, cosines in zip(
            POOLING_NAMES, kinome.compare(own.float().cpu().numpy()), strict=True
        ):
            order = np.argsort(-cosines[others], kind="stable")[:NEIGHBOURS]
            nearest = [others[place] for place in order]
            found[name] = tuple(
                Neighbour(kinome.labels[place], float(cosines[place])) for place in nearest
            )
        return found


def _mean(tensors: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(tensors)).mean(dim=0)


def _cosines(vectors: Tensor) -> np.ndarray:
    """Cosine similarity between vectors (poolings, hidden): (poolings, poolings)."""
    found = cosine_similarity(vectors.unsqueeze(1), vectors.unsqueeze(0), dim=-1)
    return np.asarray(found.float().cpu().numpy())
