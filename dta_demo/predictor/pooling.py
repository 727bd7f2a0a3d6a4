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

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import read_json
from dta_demo.encoders.pooling import POOLING_NAMES, AttentionPooling, Pooled
from dta_demo.inputs.molecule import Molecule
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.kinases.forms import DomainForm
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
from dta_demo.predictor.readout_file import PoolingReadouts, load_readouts
from dta_demo.results.applicability import Neighbour
from dta_demo.results.pooling_study import PoolingStudy
from dta_demo.results.poolings import (
    HiddenResidues,
    PoolingAnalysis,
    PoolingAnswer,
    PoolingReport,
)
from dta_demo.results.prediction import Prediction
from dta_demo.runtime.bundled import bundled_file
from dta_demo.trust.applicability import interval_group
from dta_demo.trust.calibration import clip_to_floor

READOUTS, KINOME = "poolings/readouts.safetensors", "poolings/kinome.safetensors"
STUDY = "poolings/study.json"
"""Files beside the checkpoint: the readouts, the catalogue's kinases under each pooling, and what
the comparison in cross-validation measured."""

RANDOM_DRAWS = 5
"""Sets of random residues that are hidden to compare with."""

HIDDEN_LETTER = "X"


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
        """Readouts by pooling, which come with the code; none for other weights."""
        try:
            return load_readouts(
                bundled_file(READOUTS), self._digest, self._loaded.encoder.hidden_size
            )
        except CheckpointError:
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
            answers=self._answer(prediction, pooled),
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
        """Compare the poolings, hide what each weighs most, and find the nearest kinases."""
        report = self.compare(prediction, encoded)
        if not self.readouts:
            return PoolingAnalysis(report)
        return PoolingAnalysis(
            report, tuple(self._hide(report, encoded)), self._find_nearest(encoded)
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
        batch = batch_region(embeddings)
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

    def _answer(
        self, prediction: Prediction, pooled: Mapping[str, Sequence[Pooled]]
    ) -> tuple[PoolingAnswer, ...]:
        drugs = self._embed(prediction.molecule)
        group = interval_group(prediction.applicability)
        answers = []
        for name, each in self.readouts.items():
            of_networks = self._run(each, pooled[name], drugs)
            value = clip_to_floor(of_networks.mean(keepdims=True), self._loaded.floor)
            low, high = each.calibration.interval(value, group)
            answers.append(
                PoolingAnswer(
                    name, float(value[0]), (float(low[0]), float(high[0])),
                    float(of_networks.std()), each.figures[group]["mse"] ** 0.5,
                    bool(value[0] < each.calibration.floor_below),
                )
            )  # fmt: skip
        return tuple(answers)

    def _embed(self, molecule: Molecule) -> Tensor:
        """Embedding of the molecule: (1, channels)."""
        counts = self._loaded.ensemble.fingerprint_smiles([molecule.smiles]).counts
        embedded = self._loaded.ensemble.model.drug_encoder.embed_counts(counts)
        return torch.from_numpy(embedded)

    @staticmethod
    def _run(each: PoolingReadouts, pooled: Sequence[Pooled], drugs: Tensor) -> np.ndarray:
        """PKd by each network of a readout, not clipped: (networks,)."""
        vectors = torch.stack([found.vector.float().cpu() for found in pooled])
        with torch.no_grad():
            return np.asarray(each.predict(vectors, drugs)[:, 0, 0].double().numpy())

    # --- Hidden residues ----------------------------------------------------------------------

    def _hide(self, report: PoolingReport, encoded: EncodedProtein) -> Iterable[HiddenResidues]:
        """Hide the residues that a pooling weighs most, and the pocket, beside random ones."""
        sets = {name: report.top(name) for name in report.ranked}
        if report.pocket:
            sets["pocket"] = report.pocket
        letters = {int(number): place for place, number in enumerate(encoded.numbers) if number}
        drawn = {count: list(_draw(letters, count)) for count in {len(x) for x in sets.values()}}
        wanted = [*sets.values(), *(each for draws in drawn.values() for each in draws)]
        places = [[letters[number] for number in numbers] for numbers in wanted]
        values = self._predict_hidden(report, encoded, places)
        changes = values - np.array([answer.affinity for answer in report.answers])
        randoms = changes[len(sets) :].reshape(len(drawn), RANDOM_DRAWS, -1)
        by_count = dict(zip(drawn, randoms, strict=True))
        for (what, numbers), change in zip(sets.items(), changes[: len(sets)], strict=True):
            chance = by_count[len(numbers)]
            yield HiddenResidues(
                what, numbers, *(tuple(each.tolist()) for each in (change, chance.mean(axis=0),
                                                                   chance.std(axis=0, ddof=1)))
            )  # fmt: skip

    def _predict_hidden(
        self, report: PoolingReport, encoded: EncodedProtein, hidden: Sequence[Sequence[int]]
    ) -> np.ndarray:
        """PKd of each readout with some letters, by their places, hidden: (sets, poolings)."""
        form = encoded.read.form
        forms = [hide_letters(form, places) for places in hidden]
        drugs = self._embed(report.prediction.molecule)
        with torch.no_grad():
            rows = [
                [
                    self._run(each, each.pool(region.embeddings), drugs).mean()
                    for each in self.readouts.values()
                ]
                for region in self._encoding.read_regions(forms)
            ]
        return clip_to_floor(np.array(rows), self._loaded.floor)

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


def hide_letters(form: DomainForm, places: Sequence[int]) -> DomainForm:
    """Form with the letters at some places, from 0, unknown to the encoder."""
    letters = np.array(list(form.letters))
    letters[list(places)] = HIDDEN_LETTER
    return replace(form, construct=replace(form.construct, sequence="".join(letters)))


def _draw(letters: Mapping[int, int], count: int) -> Iterable[tuple[int, ...]]:
    """Draw random numbers of residues, the same each time."""
    numbers = np.array(list(letters))
    for draw in range(RANDOM_DRAWS):
        chosen = np.random.default_rng(draw).choice(numbers, count, replace=False)
        yield tuple(int(number) for number in chosen)


def _mean(tensors: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(tensors)).mean(dim=0)


def _cosines(vectors: Tensor) -> np.ndarray:
    """Cosine similarity between vectors (poolings, hidden): (poolings, poolings)."""
    found = cosine_similarity(vectors.unsqueeze(1), vectors.unsqueeze(0), dim=-1)
    return np.asarray(found.float().cpu().numpy())
