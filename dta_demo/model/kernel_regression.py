"""Kernel regression over the grid of measured drugs and targets.

Kronecker regularised least squares (KronRLS: Pahikkala et al. 2015, doi:10.1093/bib/bbu010): the
similarity of two pairs is the product of the similarity of their targets and that of their
drugs. Where both stand in the training grid, the similarities count how alike two drugs bind
the targets, and two targets the drugs, too: the interaction profiles of van Laarhoven et al.
(2011, doi:10.1093/bioinformatics/btr500). A network reads structure only; which drugs of
the panel a target is known to bind says more, and this is where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from dta_demo.model.kronecker import predict_grid
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.region import ProteinRegion
from dta_demo.model.similarities import mix, profile_similarity
from dta_demo.results.group import GROUPS, group_places


@dataclass(frozen=True)
class KernelSettings:
    """Weights of the similarities, as cross-validation chose them for each label.

    Attributes
    ----------
    drug_power : float
        Exponent of the Tanimoto similarity: higher looks at closer analogues only.
    embedding_weight : float
        Weight of the drug encoder's embeddings in the similarity of two drugs; the rest is
        that of their fragments.
    pocket_share : float
        Weight of the pocket's residues in the similarity of two targets; the rest is that of
        the encoder's mean embeddings.
    target_profile, drug_profile : float
        Weight of the interaction profiles in the similarities among the panel's own.
    constant, own : float
        Added to every similarity (a common intercept), and to that of a target or drug with
        itself (an intercept of its own).
    ridge, profile_ridge : float
        Regularisation without and with profiles.
    components : int
        Principal components of the profiles that are kept.
    """

    drug_power: float
    embedding_weight: float
    pocket_share: float
    target_profile: float
    drug_profile: float
    constant: float
    own: float
    ridge: float
    profile_ridge: float
    components: int

    def intercepts(self, places: np.ndarray, size: int) -> np.ndarray:
        """Intercepts to add to similarities.

        Parameters
        ----------
        places : numpy.ndarray of int64, shape (n,)
            Which of the panel's targets or drugs each one is, -1 for none.
        size : int
            How many the panel has.

        Returns
        -------
        numpy.ndarray, shape (n, size)
        """
        return self.constant + self.own * (places[:, None] == np.arange(size))


@dataclass(frozen=True)
class KernelFit:
    """Coefficients of one fit.

    Attributes
    ----------
    plain, profiled : numpy.ndarray of float32, shape (targets, drugs)
        Dual coefficients without and with interaction profiles.
    target_profiles, drug_profiles : numpy.ndarray of float32, shape (targets or drugs, components)
        In units of the median distance between two of them.
    without_pocket : float
        Mean label of the measured pairs of targets without a pocket, which is predicted of other
        proteins without one: nothing tells which of the targets they are like.
    """

    plain: np.ndarray
    profiled: np.ndarray
    target_profiles: np.ndarray
    drug_profiles: np.ndarray
    without_pocket: float


@dataclass(frozen=True)
class ComparedDrugs:
    """Molecules compared with the drugs of a panel.

    Attributes
    ----------
    near : numpy.ndarray, shape (molecules, drugs)
        Similarities.
    places : numpy.ndarray of int64, shape (molecules,)
        Which of the drugs each one is, -1 for none.
    """

    near: np.ndarray
    places: np.ndarray

    def take(self, rows: np.ndarray) -> ComparedDrugs:
        """Select molecules by their places."""
        return ComparedDrugs(self.near[rows], self.places[rows])


@dataclass(frozen=True)
class KernelPrediction:
    """Predictions of a grid of proteins and molecules.

    Attributes
    ----------
    values : numpy.ndarray, shape (proteins, molecules)
        In the unit of the label, unclipped.
    new_target, new_drug : numpy.ndarray of bool, shape (proteins,) and (molecules,)
        What is not in the grid.
    comparable : numpy.ndarray of bool, shape (proteins,)
        Whether the protein is in the grid or has a kinase pocket; of others it knows only what
        targets without a pocket are like on average.
    """

    values: np.ndarray
    new_target: np.ndarray
    new_drug: np.ndarray
    comparable: np.ndarray

    def pairs(
        self, protein_index: np.ndarray, drug_index: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Values of some pairs, and each one's place in `GROUPS`.

        The place is -1 where the protein cannot be compared with the panel's.
        """
        group = group_places(self.new_target[protein_index], self.new_drug[drug_index])
        group = np.where(self.comparable[protein_index], group, -1)
        return self.values[protein_index, drug_index], group


class KernelModel:
    """Kernel regression of one label.

    Parameters
    ----------
    mean : float
        Mean label, which the fits take off.
    fit : KernelFit
        On all pairs.
    folds : mapping of int to numpy.ndarray, shape (measured targets, measured drugs)
        What the fit that left a fold out predicts of the panel's own: that is all that such a
        fit is asked for, and its coefficients would take more, and more exact, numbers.
    weights : numpy.ndarray, shape (5,)
        Its weight beside the networks in a prediction, for each of `GROUPS`, and last for proteins
        that it cannot compare; 1 by itself.
    """

    def __init__(
        self,
        settings: KernelSettings,
        panel: MeasuredPanel,
        mean: float,
        fit: KernelFit,
        folds: Mapping[int, np.ndarray] | None = None,
        weights: np.ndarray | None = None,
    ) -> None:
        self.settings, self.panel, self.mean, self.fit = settings, panel, mean, fit
        self.folds = dict(folds or {})
        self.weights = np.ones(len(GROUPS) + 1) if weights is None else weights

    def compare_drugs(
        self, smiles: Sequence[str], counts: csr_matrix | np.ndarray, embeddings: np.ndarray
    ) -> ComparedDrugs:
        """Compare molecules with the drugs of the panel.

        Parameters
        ----------
        smiles : sequence of str
            Canonical.
        counts : scipy.sparse.csr_matrix or numpy.ndarray, shape (molecules, bits)
            Log fragment counts, see `Fingerprints`.
        embeddings : numpy.ndarray, shape (molecules, channels)
            From the drug encoder.
        """
        power, weight = self.settings.drug_power, self.settings.embedding_weight
        near = self.panel.compare_drugs(counts, embeddings, power, weight)
        return ComparedDrugs(near, self.panel.find_drugs(smiles))

    def predict(
        self, regions: Sequence[ProteinRegion], molecules: ComparedDrugs, left_out_fold: int = -1
    ) -> KernelPrediction:
        """Predict every protein with every molecule.

        Parameters
        ----------
        left_out_fold : int
            The grid's own pairs by the fit that left this fold out; pairs outside the grid are
            in no fold, and always predicted by the fit on all pairs.

        Raises
        ------
        ValueError
            When no fit left the fold out.
        """
        if left_out_fold >= 0 and left_out_fold not in self.folds:
            raise ValueError(f"No fit of the kernel regression left fold {left_out_fold} out.")
        fit, settings = self.fit, self.settings
        near_targets = self.panel.compare_targets(regions, settings.pocket_share)
        near_drugs, drugs = molecules.near, molecules.places
        targets = self.panel.find_targets([region.construct for region in regions])
        new_target, new_drug = self.panel.is_new_target(targets), self.panel.is_new_drug(drugs)
        values = np.zeros((len(regions), len(drugs)))
        if not fit.profiled.size or new_target.any() or new_drug.any():
            values = predict_grid(
                near_targets + settings.intercepts(targets, near_targets.shape[1]),
                fit.plain,
                near_drugs + settings.intercepts(drugs, near_drugs.shape[1]),
                self.mean,
            )
        rows, columns = np.flatnonzero(~new_target), np.flatnonzero(~new_drug)
        if left_out_fold >= 0:
            own = self.folds[left_out_fold][np.ix_(targets[rows], drugs[columns])]
            values[np.ix_(rows, columns)] = own
        elif fit.profiled.size and len(rows) and len(columns):
            values[np.ix_(rows, columns)] = self._profiled(
                near_targets[rows], targets[rows], near_drugs[columns], drugs[columns]
            )
        comparable = np.array([region.has_pocket for region in regions]) | ~new_target
        values[~comparable] = fit.without_pocket
        return KernelPrediction(values, new_target, new_drug, comparable)

    def _profiled(
        self,
        near_targets: np.ndarray,
        targets: np.ndarray,
        near_drugs: np.ndarray,
        drugs: np.ndarray,
    ) -> np.ndarray:
        """Predict targets and drugs of the grid, given by their place in it."""
        settings, fit = self.settings, self.fit
        of_targets = profile_similarity(fit.target_profiles[targets], fit.target_profiles)
        of_drugs = profile_similarity(fit.drug_profiles[drugs], fit.drug_profiles)
        left = mix(near_targets, of_targets, settings.target_profile)
        right = mix(near_drugs, of_drugs, settings.drug_profile)
        left = left + settings.intercepts(targets, left.shape[1])
        right = right + settings.intercepts(drugs, right.shape[1])
        return predict_grid(left, fit.profiled, right, self.mean)


def blend(
    network: np.ndarray, kernel: np.ndarray, group: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Mix predictions of the networks with those of the kernel regression.

    Parameters
    ----------
    network : numpy.ndarray, shape (..., pairs)
    kernel, group : numpy.ndarray, shape (pairs,)
        From `KernelPrediction.pairs`.
    weights : numpy.ndarray, shape (5,)
        Weight of the kernel regression for each of `GROUPS`, and for proteins without a place.
    """
    weight = weights[group]
    return np.asarray((1 - weight) * network + weight * kernel)
