"""The kernel regression of one pair as a differentiable function.

The same arithmetic as `dta_demo.model.kernel_regression.KernelModel.predict`, for residues and
fragments that are partly there. What the measured panel knows of the pair by its identity (the
interaction profiles, and the intercepts of a target or drug of its own) is held as it is.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_regression import KernelModel
from dta_demo.model.kronecker import predict_grid
from dta_demo.model.panel import MeasuredPanel
from dta_demo.model.region import RESIDUE_CODES
from dta_demo.model.similarities import (
    COUNT_LEVELS,
    phosphorylation_code,
    profile_similarity,
    substitution_distances,
)
from dta_demo.molecules.tanimoto import tanimoto


class KernelFunction:
    """One label of one pair by the kernel regression.

    Parameters
    ----------
    kernel : KernelModel
    construct : Construct
    smiles : str
        The molecule, canonical.
    device : torch.device
    """

    def __init__(
        self, kernel: KernelModel, construct: Construct, smiles: str, device: torch.device
    ) -> None:
        panel, self.settings, self.mean = kernel.panel, kernel.settings, kernel.mean
        fit = kernel.fit
        (target,), (drug,) = panel.find_targets([construct]), panel.find_drugs([smiles])
        in_panel = bool(
            fit.profiled.size and not panel.is_new_target(target) and not panel.is_new_drug(drug)
        )

        def on_device(values: object) -> Tensor:
            return torch.as_tensor(values, dtype=torch.float32, device=device)

        self._apart = on_device(weigh_letters(panel))
        self._embeddings = on_device(panel.embeddings)
        self._centre = on_device(panel.embedding_mean)
        self._scale = on_device(panel.embedding_scale)
        self._embedding_distance = panel.embedding_distance
        self._levels = on_device(panel.fragments.toarray()).T
        self._drug_embeddings = on_device(panel.scaled_drugs)
        self._drug_centre = on_device(panel.drug_scale.mean)
        self._drug_spread = on_device(panel.drug_scale.spread)
        self._drug_distance = panel.drug_distance
        self._coefficients = on_device(fit.profiled if in_panel else fit.plain)
        self._profile_weights = (0.0, 0.0)
        self._of_target, self._of_drug = on_device(0.0), on_device(0.0)
        if in_panel:
            self._profile_weights = self.settings.target_profile, self.settings.drug_profile
            self._of_target = on_device(
                profile_similarity(fit.target_profiles[[target]], fit.target_profiles)[0]
            )
            self._of_drug = on_device(
                profile_similarity(fit.drug_profiles[[drug]], fit.drug_profiles)[0]
            )
        self._target_intercepts = on_device(
            self.settings.intercepts(target[None], len(panel.codes))
        )
        self._drug_intercepts = on_device(
            self.settings.intercepts(drug[None], len(panel.drug_keys))
        )

    def compare_targets(
        self, phosphorylated: bool, means: Tensor, pocket_letters: Tensor
    ) -> Tensor:
        """Similarity of forms of the protein to the panel's targets, shape (forms, targets).

        Parameters
        ----------
        means : Tensor, shape (forms, hidden)
            Mean embeddings of their residues.
        pocket_letters : Tensor, shape (forms, positions, RESIDUE_CODES)
        """
        steps = self._apart.shape[1] - pocket_letters.shape[1]
        flag = torch.tensor(phosphorylation_code(phosphorylated))
        flag = nn.functional.one_hot(flag, RESIDUE_CODES).to(pocket_letters)
        letters = torch.cat([pocket_letters, flag.expand(len(means), steps, -1)], dim=1)
        differ = letters.flatten(1) @ self._apart.flatten(1).T
        embeddings = (means - self._centre) / self._scale
        apart = (self._embeddings - embeddings[:, None]).square().sum(dim=2)
        pocket, weight = torch.exp(-differ), self.settings.pocket_share
        return weight * pocket + (1 - weight) * torch.exp(-apart / self._embedding_distance)

    def compare_drugs(self, counts: Tensor, embeddings: Tensor) -> Tensor:
        """Similarity of molecules to the panel's drugs, shape (molecules, drugs).

        Parameters
        ----------
        counts : Tensor, shape (molecules, fragments)
            How often each fragment is there.
        embeddings : Tensor, shape (molecules, channels)
            From the drug encoder.
        """
        # The smaller of two counts, of which one is whole: the levels that both reach, summed.
        present = counts.any(dim=0).nonzero().squeeze(1)
        levels = torch.arange(COUNT_LEVELS, device=counts.device)
        reached = (counts[:, present, None] - levels).clamp(0.0, 1.0).flatten(1)
        columns = (present[:, None] * COUNT_LEVELS + levels).flatten()
        shared = reached @ self._levels[columns]
        sizes, panel_sizes = reached.sum(dim=1, keepdim=True), self._levels.sum(dim=0)
        fragments = tanimoto(shared, sizes, panel_sizes) ** self.settings.drug_power
        scaled = (embeddings - self._drug_centre) / self._drug_spread
        sizes = scaled.square().sum(dim=1, keepdim=True) + self._drug_embeddings.square().sum(dim=1)
        apart = (sizes - 2 * scaled @ self._drug_embeddings.T).clamp(min=0.0)
        weight = self.settings.embedding_weight
        near = torch.exp(-apart / self._drug_distance)
        return (1 - weight) * fragments + weight * near

    def __call__(self, near_targets: Tensor, near_drugs: Tensor) -> Tensor:
        """Predict from similarities of proteins and of molecules: (proteins, molecules)."""
        target_weight, drug_weight = self._profile_weights
        left = (1 - target_weight) * near_targets + target_weight * self._of_target
        right = (1 - drug_weight) * near_drugs + drug_weight * self._of_drug
        left, right = left + self._target_intercepts[0], right + self._drug_intercepts[0]
        return predict_grid(left, self._coefficients, right, self.mean)


def weigh_letters(panel: MeasuredPanel) -> np.ndarray:
    """Weighted distance of each letter at each position from the one that each target has there.

    Returns
    -------
    numpy.ndarray of float32, shape (targets, positions, RESIDUE_CODES)
    """
    return substitution_distances()[panel.codes] * panel.position_weights[:, None]
