"""The kernel regression of one pair as a differentiable function.

The same arithmetic as `dta_demo.model.kernel_regression.KernelModel.predict`, for residues and
fragments that are partly there. What the measured panel knows of the pair by its identity (the
interaction
profiles, and what a target or molecule has to itself) is held as it is.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dta_demo.kinases.construct import Construct
from dta_demo.model.kernel_regression import KernelModel
from dta_demo.model.member import RESIDUE_CODES, ProteinRegion
from dta_demo.model.similarities import COUNT_LEVELS, profile_similarity


class KernelFunction:
    """One label of one pair by the kernel regression.

    Parameters
    ----------
    kernel : KernelModel
    form : Construct
        The protein.
    smiles : str
        The molecule, canonical.
    device : torch.device
    """

    def __init__(
        self, kernel: KernelModel, form: Construct, smiles: str, device: torch.device
    ) -> None:
        side, self.settings, self.mean = kernel.side, kernel.settings, kernel.mean
        fit, (target,), (drug,) = (
            kernel.fits[0],
            side.find_targets([form]),
            side.find_drugs([smiles]),
        )
        in_grid = bool(fit.profiled.size and target >= 0 and drug >= 0)

        def on_device(values: object) -> Tensor:
            return torch.as_tensor(values, dtype=torch.float32, device=device)

        codes = torch.from_numpy(side.codes.astype(int)).to(device)
        self._letters = nn.functional.one_hot(codes, RESIDUE_CODES).float()
        self._states = on_device(side.states)
        self._centre, self._scale = on_device(side.state_mean), on_device(side.state_scale)
        self._distances = side.code_distance, side.state_distance
        levels = side.fragments.toarray().reshape(len(side.drug_keys), -1, COUNT_LEVELS)
        self._counts = on_device(levels.sum(axis=2))
        self._coefficients = on_device(fit.profiled if in_grid else fit.plain)
        common_targets = self.settings.common(target[None], len(codes))
        common_drugs = self.settings.common(drug[None], len(levels))
        self._profile_shares = (0.0, 0.0)
        self._of_target, self._of_drug = on_device(0.0), on_device(0.0)
        if in_grid:
            self._profile_shares = self.settings.target_profile, self.settings.drug_profile
            self._of_target = on_device(
                profile_similarity(fit.target_profiles[[target]], fit.target_profiles)[0]
            )
            self._of_drug = on_device(
                profile_similarity(fit.drug_profiles[[drug]], fit.drug_profiles)[0]
            )
        self._common_target, self._common_drug = on_device(common_targets), on_device(common_drugs)

    def compare_target(self, region: ProteinRegion, pocket_letters: Tensor) -> Tensor:
        """Similarity of the protein to the grid's targets, shape (targets,).

        Parameters
        ----------
        pocket_letters : Tensor, shape (positions, RESIDUE_CODES)
        """
        form = pocket_letters.new_full((self._letters.shape[1] - len(pocket_letters),), 0).long()
        form = nn.functional.one_hot(form + int(region.phosphorylated), RESIDUE_CODES)
        letters = torch.cat([pocket_letters, form.to(pocket_letters.dtype)])
        differ = len(letters) - self._letters.flatten(1) @ letters.flatten()
        state = (region.fixed("mean") - self._centre) / self._scale
        apart = (self._states - state).square().sum(dim=1)
        code_distance, state_distance = self._distances
        pocket, share = torch.exp(-differ / code_distance), self.settings.pocket_share
        near = share * pocket + (1 - share) * torch.exp(-apart / state_distance)
        return near

    def compare_drugs(self, counts: Tensor) -> Tensor:
        """Similarity of molecules to the grid's drugs, shape (molecules, drugs).

        Parameters
        ----------
        counts : Tensor, shape (molecules, fragments)
            How often each fragment is there.
        """
        reached = counts.clamp(max=float(COUNT_LEVELS))
        both = torch.stack([torch.minimum(row, self._counts).sum(dim=1) for row in reached])
        either = reached.sum(dim=1, keepdim=True) + self._counts.sum(dim=1) - both
        tanimoto: Tensor = both / either.clamp(min=1.0)
        return tanimoto**self.settings.drug_power

    def __call__(self, near_targets: Tensor, near_drugs: Tensor) -> Tensor:
        """Predict from the similarities of the protein and of the molecules: (molecules,)."""
        target_share, drug_share = self._profile_shares
        left = (1 - target_share) * near_targets + target_share * self._of_target
        right = (1 - drug_share) * near_drugs + drug_share * self._of_drug
        left, right = left + self._common_target[0], right + self._common_drug[0]
        return right @ (left @ self._coefficients) + self.mean
