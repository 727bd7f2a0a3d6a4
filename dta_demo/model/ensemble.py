"""The networks and the kernel regression of each label as one predictor of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem
from torch import Tensor

from dta_demo.checkpoint.checks import require
from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_file import kernel_path, load_kernel
from dta_demo.model.kernel_regression import ComparedDrugs, KernelModel
from dta_demo.model.labels import LABELS
from dta_demo.model.network import DTAModel
from dta_demo.model.region import ProteinRegion, RegionBatch
from dta_demo.model.similarities import COUNT_LEVELS, PHOSPHORYLATION_STEPS
from dta_demo.model.stacked_members import StackedMembers
from dta_demo.molecules.fingerprints import Fingerprints, fingerprint_molecules, fingerprint_smiles


@dataclass(frozen=True)
class EncodedProteins:
    """Proteins projected by some members.

    Attributes
    ----------
    vectors : Tensor, shape (members * poolings, proteins, width)
        The protein vectors of every member and pooling.
    left_out_fold : int or None
        The members are those that did not train on this fold; all of them for None.
    """

    regions: Sequence[ProteinRegion]
    vectors: Tensor
    left_out_fold: int | None


@dataclass(frozen=True)
class EncodedDrugs:
    """Molecules projected by some members, and compared with the panels of some labels.

    Attributes
    ----------
    vectors : Tensor, shape (members, molecules, width)
    compared : dict of str to ComparedDrugs
        By label.
    left_out_fold : int or None
        As in `EncodedProteins`.
    """

    vectors: Tensor
    compared: dict[str, ComparedDrugs]
    left_out_fold: int | None

    def take(self, rows: np.ndarray) -> EncodedDrugs:
        """Select molecules by their places."""
        compared = {label: each.take(rows) for label, each in self.compared.items()}
        return EncodedDrugs(self.vectors[:, rows], compared, self.left_out_fold)


@dataclass(frozen=True)
class PairPredictions:
    """Predictions of pairs in the units of the labels, unclipped.

    Attributes
    ----------
    networks : numpy.ndarray, shape (members, poolings, pairs, outputs)
        In the order of `OUTPUTS`, the labels first.
    kernel, kernel_weight : numpy.ndarray, shape (pairs, labels)
        By the kernel regression, and its weight in the prediction: 0 where it does not predict.
    """

    networks: np.ndarray
    kernel: np.ndarray
    kernel_weight: np.ndarray

    @property
    def blended(self) -> np.ndarray:
        """Weighted mean of the networks, averaged over members and poolings, and the kernel."""
        means = self.networks[..., : len(LABELS)].mean(axis=(0, 1))
        weight = self.kernel_weight
        return np.asarray((1 - weight) * means + weight * self.kernel)


class AffinityEnsemble:
    """The networks of a checkpoint, and its kernel regression for each label.

    Parameters
    ----------
    kernels : dict of str to KernelModel
        By label.
    """

    def __init__(self, model: DTAModel, kernels: dict[str, KernelModel]) -> None:
        self.model, self.kernels = model, kernels
        self._stacks: dict[int | None, StackedMembers] = {}

    @classmethod
    def load(cls, folder: Path) -> AffinityEnsemble:
        """Read a checkpoint, for inference, in single precision.

        Raises
        ------
        CheckpointError
            When a file holds what cannot be used, or files do not go together.
        """
        model = DTAModel.load(folder)
        paths = {label: kernel_path(folder, label) for label in LABELS}
        kernels = {
            label: load_kernel(path, model.drug_encoder)
            for label, path in paths.items()
            if path.is_file()
        }
        for label, kernel in kernels.items():
            _check_fit(kernel, model, paths[label])
        require(LABELS[0] in kernels, folder, f"there is no kernel regression of {LABELS[0]}")
        return cls(model, kernels)

    @torch.no_grad()
    def encode(
        self, regions: Sequence[ProteinRegion], left_out_fold: int | None = None
    ) -> EncodedProteins:
        """Project proteins for all members, or for those that did not train on a fold."""
        vectors = self.stack(left_out_fold).encode_proteins(RegionBatch(regions))
        return EncodedProteins(regions, vectors, left_out_fold)

    def describe(self, molecules: Iterable[Chem.Mol], smiles: Sequence[str] = ()) -> Fingerprints:
        """Count the fragments of molecules; see `fingerprint_molecules`."""
        return fingerprint_molecules(molecules, self.model.config.fingerprint_bits, smiles)

    def fingerprint_smiles(self, smiles: Sequence[str]) -> Fingerprints:
        """Count the fragments of molecules that are given as canonical SMILES."""
        return fingerprint_smiles(smiles, self.model.config.fingerprint_bits)

    def stack(self, left_out_fold: int | None = None) -> StackedMembers:
        """Stack all members, or those that did not train on a fold."""
        # Made when first asked for: once the model is on its device.
        if left_out_fold not in self._stacks:
            self._stacks[left_out_fold] = self.model.stack_members(left_out_fold)
        return self._stacks[left_out_fold]

    def find_new(
        self, label: str, constructs: Sequence[Construct], smiles: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the proteins and the molecules that were not measured in the panel of a label.

        Returns
        -------
        tuple of numpy.ndarray of bool, shapes (proteins,) and (molecules,)
        """
        panel = self.kernels[label].panel
        targets, drugs = panel.find_targets(constructs), panel.find_drugs(smiles)
        return panel.is_new_target(targets), panel.is_new_drug(drugs)

    @torch.no_grad()
    def encode_drugs(
        self,
        drugs: Fingerprints,
        left_out_fold: int | None = None,
        labels: Sequence[str] = LABELS,
    ) -> EncodedDrugs:
        """Project molecules for some members, and compare them with the panels of labels.

        Parameters
        ----------
        labels : sequence of str
            Whose kernel regression is asked: that of KIBA scores takes most of a pair's time.
        """
        embedded = self.model.drug_encoder.embed_fragments(drugs.fragments)
        vectors = self.stack(left_out_fold).encode_fragments(drugs.fragments, embedded)
        embeddings = embedded.float().cpu().numpy()
        compared = {
            label: kernel.compare_drugs(drugs.smiles, drugs.fragments, embeddings)
            for label, kernel in self.kernels.items()
            if label in labels
        }
        return EncodedDrugs(vectors, compared, left_out_fold)

    @torch.no_grad()
    def predict_pairs(
        self,
        proteins: EncodedProteins,
        drugs: EncodedDrugs,
        protein_index: np.ndarray,
        drug_index: np.ndarray,
        networks: np.ndarray | None = None,
    ) -> PairPredictions:
        """Predict pairs of proteins and molecules, both encoded by the same members.

        Parameters
        ----------
        protein_index, drug_index : numpy.ndarray of int64, shape (pairs,)
        networks : numpy.ndarray, optional
            What the networks predict of them, where that is known.
        """
        if networks is None:
            networks = self._run_networks(proteins, drugs, protein_index, drug_index)
        values, weight = (np.zeros((networks.shape[2], len(LABELS))) for _ in range(2))
        fold = -1 if proteins.left_out_fold is None else proteins.left_out_fold
        for label, compared in drugs.compared.items():
            kernel, place = self.kernels[label], LABELS.index(label)
            grid = kernel.predict(proteins.regions, compared, fold)
            values[:, place], group = grid.pairs(protein_index, drug_index)
            weight[:, place] = kernel.weights[group]
        return PairPredictions(networks, values, weight)

    def _run_networks(
        self,
        proteins: EncodedProteins,
        drugs: EncodedDrugs,
        protein_index: np.ndarray,
        drug_index: np.ndarray,
    ) -> np.ndarray:
        indices = [
            torch.from_numpy(each).to(self.model.device) for each in (protein_index, drug_index)
        ]
        stack = self.stack(proteins.left_out_fold)
        predicted: np.ndarray = (
            stack.predict(proteins.vectors, drugs.vectors, *indices).double().cpu().numpy()
        )
        return predicted


def _check_fit(kernel: KernelModel, model: DTAModel, path: Path) -> None:
    """Check that a kernel regression reads what the model's encoder and fingerprints give."""
    config, panel = model.config, kernel.panel
    for what, found, wanted in (
        ("channels", panel.embeddings.shape[1], config.esm["hidden_size"]),
        ("positions", panel.codes.shape[1], len(config.pocket_columns) + PHOSPHORYLATION_STEPS),
        ("fragments", panel.fragments.shape[1], 2 * config.fingerprint_bits * COUNT_LEVELS),
    ):
        require(found == wanted, path, f"it has {found} {what} where the model has {wanted}")
    left_out = {record["left_out_fold"] for record in config.member_records}
    require(
        left_out - {-1} <= set(kernel.folds), path, "a member has left a fold out that no fit has"
    )
