"""What the measured grid itself says of a pair: kernel regression over drugs and targets.

Kronecker regularised least squares (KronRLS: Pahikkala et al. 2015, doi:10.1093/bib/bbu010): the
similarity of two pairs is the product of the similarity of their targets and that of their
drugs. Where both stand in the training grid, the similarities count how alike two drugs bind
the targets, and two targets the drugs, too: the interaction profiles of van Laarhoven et al.
(2011, doi:10.1093/bioinformatics/btr500). A network reads structure only; which drugs of
the panel a target is known to bind says more, and this is where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix

from dta_demo.checkpoint.checks import check_array, require
from dta_demo.checkpoint.reading import read_arrays
from dta_demo.kinases.construct import Construct
from dta_demo.model.member import ProteinRegion
from dta_demo.model.similarities import GridSide, mix, profile_similarity


@dataclass(frozen=True)
class KernelSettings:
    """How similarities are mixed; the values are what cross-validation chose for each label.

    Attributes
    ----------
    drug_power : float
        Exponent of the Tanimoto similarity: higher looks at closer analogues only.
    pocket_share : float
        Share of the pocket's residues in the similarity of two targets; the rest is that of
        the encoder's mean states.
    target_profile, drug_profile : float
        Share of the interaction profiles in the similarities of the grid's own.
    constant, own : float
        What all targets, and all drugs, have in common, and what each has to itself.
    ridge, profile_ridge : float
        Regularisation without and with profiles.
    components : int
        Principal components of the profiles that are kept.
    """

    drug_power: float
    pocket_share: float
    target_profile: float
    drug_profile: float
    constant: float
    own: float
    ridge: float
    profile_ridge: float
    components: int

    def common(self, places: np.ndarray, size: int) -> np.ndarray:
        """What to add to similarities for what all share and each has to itself.

        Parameters
        ----------
        places : numpy.ndarray of int64, shape (n,)
            Which of the grid's targets or drugs each one is, -1 for none.
        size : int
            How many the grid has.

        Returns
        -------
        numpy.ndarray, shape (n, size)
        """
        return self.constant + self.own * (places[:, None] == np.arange(size))


@dataclass(frozen=True)
class KernelFit:
    """Coefficients of one fit: on all pairs of a label, or on all but one fold.

    Attributes
    ----------
    left_out_fold : int
        The fold that was not fitted, -1 for none.
    plain, profiled : numpy.ndarray of float32, shape (targets, drugs)
        Dual coefficients without and with interaction profiles.
    target_profiles, drug_profiles : numpy.ndarray of float32, shape (targets or drugs, components)
        In units of the median distance between two of them.
    """

    left_out_fold: int
    plain: np.ndarray
    profiled: np.ndarray
    target_profiles: np.ndarray
    drug_profiles: np.ndarray


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
        Whether the protein is in the grid or has a kinase pocket; of others it knows nothing.
    """

    values: np.ndarray
    new_target: np.ndarray
    new_drug: np.ndarray
    comparable: np.ndarray

    def pairs(
        self, protein_index: np.ndarray, drug_index: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the values of some pairs, and each one's group as an index into `GROUPS`.

        The group is -1 where the protein cannot be compared with the grid's.
        """
        group = self.new_drug[drug_index] + 2 * self.new_target[protein_index].astype(int)
        group = np.where(self.comparable[protein_index], group, -1)
        return self.values[protein_index, drug_index], group


class KernelModel:
    """Kernel regression of one label.

    Parameters
    ----------
    mean : float
        Mean label, which the fits take off.
    fits : sequence of KernelFit
        The first on all pairs.
    shares : numpy.ndarray, shape (4,)
        Its share beside the networks in a prediction, for each of `GROUPS`; all of it by itself.
    """

    def __init__(
        self,
        settings: KernelSettings,
        side: GridSide,
        mean: float,
        fits: Sequence[KernelFit],
        shares: np.ndarray | None = None,
    ) -> None:
        self.settings, self.side, self.mean, self.fits = settings, side, mean, tuple(fits)
        self.shares = np.ones(4) if shares is None else shares

    def predict(
        self,
        forms: Sequence[Construct],
        regions: Sequence[ProteinRegion],
        smiles: Sequence[str],
        counts: np.ndarray,
        left_out_fold: int = -1,
    ) -> KernelPrediction:
        """Predict every protein with every molecule.

        Parameters
        ----------
        smiles : sequence of str
            Canonical.
        counts : numpy.ndarray, shape (molecules, bits)
            Log fragment counts, see `DescribedDrugs`.
        left_out_fold : int
            The grid's own pairs by the fit that left this fold out; pairs outside the grid are
            in no fold, and always predicted by the fit on all pairs.

        Raises
        ------
        ValueError
            When no fit left the fold out.
        """
        fit, settings = self._fit(left_out_fold), self.settings
        near_targets = self.side.compare_targets(regions, settings.pocket_share)
        near_drugs = self.side.compare_drugs(counts) ** settings.drug_power
        targets, drugs = self.side.find_targets(forms), self.side.find_drugs(smiles)
        values = np.zeros((len(forms), len(counts)))
        if not fit.profiled.size or (targets < 0).any() or (drugs < 0).any():
            values = (
                (near_targets + settings.common(targets, near_targets.shape[1]))
                @ self.fits[0].plain
                @ (near_drugs + settings.common(drugs, near_drugs.shape[1])).T
            )
        rows, columns = np.flatnonzero(targets >= 0), np.flatnonzero(drugs >= 0)
        if fit.profiled.size and len(rows) and len(columns):
            values[np.ix_(rows, columns)] = self._profiled(
                fit, near_targets[rows], targets[rows], near_drugs[columns], drugs[columns]
            )
        pocket = np.array([region.has_pocket for region in regions])
        return KernelPrediction(values + self.mean, targets < 0, drugs < 0, pocket | (targets >= 0))

    def _profiled(
        self,
        fit: KernelFit,
        near_targets: np.ndarray,
        targets: np.ndarray,
        near_drugs: np.ndarray,
        drugs: np.ndarray,
    ) -> np.ndarray:
        """Predict targets and drugs of the grid, given by their place in it."""
        settings = self.settings
        of_targets = profile_similarity(fit.target_profiles[targets], fit.target_profiles)
        of_drugs = profile_similarity(fit.drug_profiles[drugs], fit.drug_profiles)
        left = mix(near_targets, of_targets, settings.target_profile)
        right = mix(near_drugs, of_drugs, settings.drug_profile)
        left = left + settings.common(targets, left.shape[1])
        right = right + settings.common(drugs, right.shape[1])
        return np.asarray(left @ fit.profiled @ right.T)

    def _fit(self, left_out_fold: int) -> KernelFit:
        for fit in self.fits:
            if fit.left_out_fold == left_out_fold:
                return fit
        raise ValueError(f"No fit of the kernel regression left fold {left_out_fold} out.")


def blend(
    network: np.ndarray, kernel: np.ndarray, group: np.ndarray, shares: np.ndarray
) -> np.ndarray:
    """Mix predictions of the networks with those of the kernel regression.

    Parameters
    ----------
    network : numpy.ndarray, shape (..., pairs)
    kernel, group : numpy.ndarray, shape (pairs,)
        From `KernelPrediction.pairs`.
    shares : numpy.ndarray, shape (4,)
        Share of the kernel regression for each of `GROUPS`.
    """
    share = share_of(group, shares)
    return np.asarray((1 - share) * network + share * kernel)


def share_of(group: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Look up the kernel regression's share for groups; none where it says nothing (-1)."""
    return np.where(group >= 0, shares[group], 0.0)


# --- On disk ----------------------------------------------------------------------------------


def kernel_path(folder: Path, label: str) -> Path:
    """File of a label's model in a checkpoint."""
    return folder / f"kernel-{label.split()[0].lower()}.safetensors"


SIDE_ARRAYS = ("target_keys", "drug_keys", "codes", "states", "state_mean", "state_scale")
MAX_FITS = 1000
MAX_FRAGMENTS = 2**16
"""Columns are written in 16 bits."""

FIT_ARRAYS = ("plain", "profiled", "target_profiles", "drug_profiles")


def save_kernel(model: KernelModel, path: Path) -> None:
    """Write a model as safetensors, its coefficients in half precision.

    Only the fit on all pairs keeps its plain coefficients: the others are asked for pairs of
    the grid alone.
    """
    side = model.side
    tensors = {name: getattr(side, name) for name in SIDE_ARRAYS}
    tensors["states"] = side.states.astype(np.float16)
    tensors["distances"] = np.array([side.code_distance, side.state_distance])
    tensors["fragment_columns"] = side.fragments.indices.astype(np.uint16)
    tensors["fragment_rows"] = side.fragments.indptr.astype(np.int32)
    tensors["bits"] = np.array([side.fragments.shape[1]])
    tensors["mean"] = np.array([model.mean])
    tensors["shares"] = model.shares
    tensors["settings"] = np.array(astuple(model.settings), dtype=np.float64)
    tensors["folds"] = np.array([fit.left_out_fold for fit in model.fits])
    for fit in model.fits:
        for name in FIT_ARRAYS:
            value = getattr(fit, name).astype(np.float16)
            kept = value if name != "plain" or fit is model.fits[0] else value[:0]
            tensors[f"{fit.left_out_fold}/{name}"] = kept
    save_file({name: np.ascontiguousarray(value) for name, value in tensors.items()}, str(path))


def load_kernel(path: Path) -> KernelModel:
    """Read what `save_kernel` wrote.

    Raises
    ------
    CheckpointError
        When an array is missing, does not fit the others, or is not finite.
    """
    tensors = read_arrays(path)
    side, settings = _read_side(path, tensors), _read_settings(path, tensors)
    mean = check_array(path, tensors, "mean", (1,))
    shares = check_array(path, tensors, "shares", (4,))
    require(bool(((shares >= 0) & (shares <= 1)).all()), path, "a share is not between 0 and 1")
    folds = check_array(path, tensors, "folds", (None,), "i").tolist()
    unlike = len(set(folds)) == len(folds) <= MAX_FITS
    require(unlike and folds[:1] == [-1], path, "the fits are not one on all pairs, then folds")
    fits = [_read_fit(path, tensors, side, fold) for fold in folds]
    return KernelModel(settings, side, float(mean[0]), fits, shares)


def _read_side(path: Path, tensors: dict[str, np.ndarray]) -> GridSide:
    """Read the targets and drugs of a grid, and check that they go together."""
    targets = len(check_array(path, tensors, "target_keys", (None,), "i"))
    drugs = len(check_array(path, tensors, "drug_keys", (None,), "i"))
    check_array(path, tensors, "codes", (targets, None), "u")
    states = check_array(path, tensors, "states", (targets, None))
    for name in ("state_mean", "state_scale"):
        check_array(path, tensors, name, (states.shape[1],))
    distances = check_array(path, tensors, "distances", (2,))
    positive = (distances > 0).all() and (tensors["state_scale"] > 0).all()
    require(bool(positive) and min(targets, drugs) > 0, path, "a size or distance is not positive")
    arrays = {name: tensors[name] for name in SIDE_ARRAYS}
    arrays["states"] = states.astype(np.float32)
    return GridSide(
        **arrays,
        code_distance=float(distances[0]),
        state_distance=float(distances[1]),
        fragments=_read_fragments(path, tensors, drugs),
    )


def _read_fragments(path: Path, tensors: dict[str, np.ndarray], drugs: int) -> csr_matrix:
    """Read the drugs' fragments, whose places SciPy follows without a look at them."""
    bits = int(check_array(path, tensors, "bits", (1,), "i")[0])
    rows = check_array(path, tensors, "fragment_rows", (drugs + 1,), "i")
    columns = check_array(path, tensors, "fragment_columns", (None,), "u").astype(np.int32)
    in_order = rows[0] == 0 and rows[-1] == len(columns) and bool((np.diff(rows) >= 0).all())
    in_table = 0 < bits <= MAX_FRAGMENTS and bool((columns < bits).all())
    require(in_order and in_table, path, "fragments lie outside their table")
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((ones, columns, rows), shape=(drugs, bits))


def _read_settings(path: Path, tensors: dict[str, np.ndarray]) -> KernelSettings:
    names = [each.name for each in fields(KernelSettings)]
    values = check_array(path, tensors, "settings", (len(names),)).tolist()
    settings = KernelSettings(**dict(zip(names, values, strict=True)))
    of_one = (settings.pocket_share, settings.target_profile, settings.drug_profile)
    sound = min(values) >= 0 and settings.drug_power > 0 and max(of_one) <= 1
    require(sound, path, "a setting of the kernel regression is out of its bounds")
    return replace(settings, components=int(settings.components))


def _read_fit(path: Path, tensors: dict[str, np.ndarray], side: GridSide, fold: int) -> KernelFit:
    """Read one fit; those that leave a fold out have no plain coefficients."""
    targets, drugs = len(side.target_keys), len(side.drug_keys)
    plain = check_array(path, tensors, f"{fold}/plain", (targets if fold < 0 else 0, drugs))
    profiled = check_array(path, tensors, f"{fold}/profiled", (targets, drugs))
    of_targets = check_array(path, tensors, f"{fold}/target_profiles", (targets, None))
    of_drugs = check_array(path, tensors, f"{fold}/drug_profiles", (drugs, None))
    kept = (plain, profiled, of_targets, of_drugs)
    return KernelFit(fold, *(each.astype(np.float32) for each in kept))
