"""The only door to the model for page, command line and notebooks.

>>> from dta_demo import AffinityPredictor
>>> predictor = AffinityPredictor.load()
>>> predictor.predict("MGCGCSS...", "Cc1nc(Nc2ncc(s2)C(=O)...").affinity
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.domains import KinaseProfile
from dta_demo.kinases.naming import read_protein
from dta_demo.kinases.targets import Target
from dta_demo.model.mutant_function import MutantFunction
from dta_demo.model.pair_function import PairFunction
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.predictor import attention
from dta_demo.predictor.encoding import EncodedProtein, ProteinEncoding
from dta_demo.predictor.function import build_function
from dta_demo.predictor.kinome_predictor import KinomePredictor
from dta_demo.predictor.loaded_model import LoadedModel, load_model
from dta_demo.predictor.model_info import ModelInfo, describe_model
from dta_demo.predictor.notes import read_itself, region_of
from dta_demo.predictor.panel import (
    EncodedTarget,
    Pairs,
    assess_measured_pairs,
    predict_measured_pairs,
)
from dta_demo.predictor.pooling import PoolingPredictor
from dta_demo.predictor.prediction import compare_with_controls, predict_pair
from dta_demo.predictor.screening import screen_molecules, screen_pairs
from dta_demo.predictor.variants import VariantPredictor
from dta_demo.results.attention import AttentionReport
from dta_demo.results.controls import Controls
from dta_demo.results.heads import HeadStatistics
from dta_demo.results.pooling_analysis import PoolingAnalysis
from dta_demo.results.poolings import PoolingReport
from dta_demo.results.prediction import Prediction, Screened
from dta_demo.results.region import Region
from dta_demo.runtime.bundled import bundled_file
from dta_demo.runtime.jobs import TurnLock
from dta_demo.trust.applicability import interval_group
from dta_demo.trust.assessment import Assessment
from dta_demo.trust.calibration import Calibration

CHECKPOINT = bundled_file("checkpoint")
"""The checkpoint that comes with the code."""


class AffinityPredictor:
    """A loaded model that predicts affinities, and everything that is shown beside them.

    Safe under threads: the model runs behind one lock, and only encoded proteins and attention
    maps are kept between calls.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._encoding = ProteinEncoding(loaded)

    @classmethod
    def load(
        cls,
        checkpoint: str | Path | None = None,
        device: str | torch.device = "auto",
        precision: str = "float32",
    ) -> AffinityPredictor:
        """Load a checkpoint; by default the one that comes with the code.

        Parameters
        ----------
        precision : {"float32", "bfloat16"}
            Of the protein encoder. In bfloat16 it is faster where the processor has the
            instructions for it, and predictions differ by less than 0.02 pKd.

        Raises
        ------
        FileNotFoundError
            When the folder holds no checkpoint.
        ValueError
            When the device is not there, bfloat16 would not be faster on it, or the checkpoint
            is not as it was sealed or holds what cannot be used (`CheckpointError`).
        """
        folder = Path(checkpoint) if checkpoint is not None else CHECKPOINT
        return cls(load_model(folder, device, precision))

    # --- Predictions --------------------------------------------------------------------------

    def predict(self, protein: str | Protein, molecule: str | Molecule) -> Prediction:
        """Predict the affinity of a pair.

        Parameters
        ----------
        protein : str or Protein
            Sequence, FASTA or the name of a kinase (``"ABL1 T315I"``).
        molecule : str or Molecule
            SMILES or the name of a known inhibitor, or a parsed molecule.

        Raises
        ------
        InputError
            When the text describes no protein or molecule that can be predicted.
        """
        protein, molecule = read_protein(protein), read_small_molecule(molecule)
        return predict_pair(self._loaded, protein, molecule, self.encode(protein))

    def screen(self, protein: str | Protein, molecules: Iterable[str]) -> Iterator[Screened]:
        """Predict one protein with many molecules, as fast as their text is read.

        The values are those of `predict`. The molecules may be a stream of any length: one result
        is given for each, in their order, and a text that is no molecule takes only its own.

        Raises
        ------
        InputError
            When the protein's text describes none.
        """
        encoded = self.encode(read_protein(protein))
        return screen_molecules(self._loaded, encoded, molecules)

    def screen_pairs(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Screened]:
        """Predict pairs as `screen` does; a text that is no protein takes only its own result."""
        return screen_pairs(self._loaded, lambda text: self.encode(read_protein(text)), pairs)

    @cached_property
    def kinome(self) -> KinomePredictor:
        """Predictions of one molecule with every kinase of the catalogue, or with many proteins."""
        return KinomePredictor(self._loaded, self.encode)

    def controls(self, protein: str | Protein, molecule: str | Molecule) -> Controls:
        """Predict a pair beside its controls; raises what `predict` raises.

        They are the molecule with the protein's residues shuffled, and means of the training data.
        """
        prediction = self.predict(protein, molecule)
        encoded = self.encode(prediction.protein)
        # Root mean squared error in cross-validation on pairs of the query's group, pKd.
        errors = self.info().by_group[interval_group(prediction.applicability)]
        return compare_with_controls(
            self._loaded, self._encoding, prediction, encoded, math.sqrt(errors["mse"])
        )

    def poolings(self, protein: str | Protein, molecule: str | Molecule) -> PoolingReport:
        """Compare the four poolings on a pair; raises what `predict` raises."""
        prediction = self.predict(protein, molecule)
        return self.pooling.compare(prediction, self.encode(prediction.protein))

    def analyse_poolings(self, protein: str | Protein, molecule: str | Molecule) -> PoolingAnalysis:
        """Compare them, advise, hide what each weighs most, and look at the kinome."""
        prediction = self.predict(protein, molecule)
        return self.pooling.analyse(prediction, self.encode(prediction.protein))

    @cached_property
    def pooling(self) -> PoolingPredictor:
        """Each pooling by itself, and the kinome under each."""
        return PoolingPredictor(self._loaded, self._encoding)

    @property
    def variants(self) -> VariantPredictor:
        """Predictions of many variants of one protein, read many at a time."""
        return VariantPredictor(self._loaded, self._encoding)

    # --- Attention ----------------------------------------------------------------------------

    @property
    def num_layers(self) -> int:
        """Layers of the protein encoder."""
        return self.encoder.num_layers

    @property
    def num_heads(self) -> int:
        """Attention heads of each layer of the protein encoder."""
        return int(self.encoder.esm.config.num_attention_heads)

    def attention(self, protein: str | Protein) -> AttentionReport:
        """Attention that each residue receives and gives, by layer and head."""
        protein = read_protein(protein)
        return attention.report_attention(protein, self.encode(protein, with_attention=True))

    def head_statistics(self, protein: str | Protein) -> HeadStatistics:
        """Contact likeness, attention on the pocket and entropy of every head; kept."""
        report = self.attention(protein)
        domain = self.encode(report.protein, with_attention=True).domain
        return attention.measure_heads(self._loaded, report, domain)

    def attention_rollout(self, protein: str | Protein) -> np.ndarray:
        """Attention that residues receive by `AttentionRollout`, kept: (residues,), sums to 1."""
        return attention.roll_out(self._loaded, read_protein(protein).sequence)

    def attention_map(
        self, protein: str | Protein, layer: int, head: int, window: int | None = None
    ) -> np.ndarray:
        """Full attention map of one layer and head, both counted from 1.

        Parameters
        ----------
        layer, head : int
            Layer ``MEAN`` (0) averages over the layers, head ``MEAN`` over the heads, and head
            ``MAXIMUM`` (-1) takes the largest of a layer's heads at each pair of residues.
        window : int, optional
            Which of the windows, from 1, in which a long protein is read.

        Returns
        -------
        numpy.ndarray of float32, shape (residues, residues)
            Row *i* is what residue *i* + 1, or the *i* + 1st of the window, attends to; shared
            and read-only. Rows sum to 1, except in a ``MAXIMUM``.

        Raises
        ------
        InputError
            When the layer, head or window is not there, or the protein has several windows and
            none was named.
        """
        sequence = read_protein(protein).sequence
        return attention.map_attention(self._loaded, sequence, layer, head, window)

    # --- The encoded protein ------------------------------------------------------------------

    def encode(self, protein: Protein, with_attention: bool = False) -> EncodedProtein:
        """Encode a protein in the form that its name asks for, or recall it."""
        return self._encoding.encode(protein, with_attention)

    def remembers(self, protein: Protein, with_attention: bool = False) -> bool:
        """Whether `encode` would recall a protein."""
        return self._encoding.remembers(protein, with_attention)

    def identify(self, protein: Protein) -> Hashable:
        """Key of results about a protein: its construct, the model and its precision."""
        return self._encoding.identify(protein)

    def region(self, protein: Protein) -> Region:
        """Part of `read_itself` that the poolings read."""
        return region_of(self.encode(protein))

    def read_itself(self, protein: Protein) -> Protein:
        """Protein in whose numbering residues are shown.

        As given, or where it lacks the kinase domain that was read, that domain by itself.
        """
        return read_itself(protein, self.encode(protein))

    def read_numbers(self, protein: Protein) -> np.ndarray:
        """Number of each letter that the model reads in `read_itself`.

        Returns
        -------
        numpy.ndarray of int64, shape (letters,)
            0 for a letter that it lacks: the kinase domain of a known kinase is read whole.
        """
        return self.encode(protein).numbers

    # --- The model ----------------------------------------------------------------------------

    def info(self) -> ModelInfo:
        """Facts about the model: its parts, its data, and its errors in cross-validation."""
        return describe_model(self._loaded)

    @property
    def encoder(self) -> MemoryOptimizedESMEncoder:
        """The protein encoder, for measurements of it by itself."""
        return self._loaded.encoder

    @property
    def kinase_profile(self) -> KinaseProfile:
        """Profile of the kinase domain, by which domains and pockets are found."""
        return self._loaded.profile

    @property
    def fingerprint_bits(self) -> int:
        """Size of each of the two count fingerprints that the model reads."""
        return self._loaded.ensemble.model.config.fingerprint_bits

    @property
    def pocket_columns(self) -> list[int]:
        """Columns of `kinase_profile` that line the pocket."""
        return self._loaded.pocket_columns

    def hold_model(self) -> TurnLock:
        """Lock under which no other thread runs the model."""
        return self._loaded.lock

    def pair_function(self, protein: Protein, molecule: Molecule) -> PairFunction | MutantFunction:
        """The prediction of a pair as a differentiable function of its residues and fragments.

        It takes no lock: run it inside `hold_model`.
        """
        return build_function(self._loaded, self.encode(protein), molecule.smiles)

    # --- Measured pairs -----------------------------------------------------------------------

    def encode_target(self, target: Target) -> EncodedTarget:
        """Encode a target for predictions of measured pairs, past the cache."""
        return self._encoding.encode_target(target)

    def letters_read(self, target: Target) -> str:
        """One-letter codes that the model reads of a target, a kinase domain as a rule."""
        return self._encoding.recognise_target(target).form.letters

    def predict_pairs(
        self, pairs: Pairs, label: str, left_out_fold: int | None = None
    ) -> np.ndarray:
        """Predict pairs in the unit of a label, clipped to its floor: (pairs,).

        Parameters
        ----------
        left_out_fold : int, optional
            Only by the members that did not train on this fold.

        Raises
        ------
        ValueError
            When no member left the fold out.
        """
        return predict_measured_pairs(self._loaded, pairs, label, left_out_fold)

    def assess_pairs(self, pairs: Pairs, label: str, predicted: np.ndarray) -> Assessment:
        """Assess predictions of pairs: their groups, intervals and applicability."""
        return assess_measured_pairs(self._loaded, pairs, label, predicted)

    def calibration(self, label: str) -> Calibration:
        """Calibrated intervals of a label.

        Raises
        ------
        ValueError
            When the checkpoint was not trained for the label.
        """
        if label not in self._loaded.trust.calibrations:
            raise ValueError(f"This checkpoint was not trained for the label {label!r}.")
        return self._loaded.trust.calibrations[label]

    def fold_digests(self, dataset: str) -> dict[str, str]:
        """Digests of the folds of a dataset that members left out, by the fold's number."""
        return dict(self._loaded.record["fold_digests"].get(dataset, {}))

    def kernel_weights(self) -> dict[str, np.ndarray]:
        """Weight of the kernel regression in each group, by label."""
        return {label: kernel.weights for label, kernel in self._loaded.ensemble.kernels.items()}
