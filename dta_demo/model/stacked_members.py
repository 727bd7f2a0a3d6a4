"""The members of an ensemble side by side, for inference and for gradients of their inputs.

One by one, five members of four poolings take over a hundred small products for a pair, each of
which costs more to start than to compute. Here `torch.func` maps each part over the stacked
weights of all members, or of all members and poolings: the same modules, a dozen larger products.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from dta_demo.encoders.pooling import POOLINGS
from dta_demo.model.member import AffinityMember
from dta_demo.model.region import RegionBatch, batch_region, is_learned

PAIRS_AT_ONCE = 512
"""Pairs whose vectors are held at once: 20 networks of 128 channels take 5 MB for them."""


class StackedMembers:
    """Members with their weights stacked, as copies: later changes of a member do not reach them.

    Parameters
    ----------
    members : sequence of AffinityMember
        In evaluation mode.
    output_mean : Tensor, shape (outputs,)
        What the members' outputs are differences from.
    """

    def __init__(self, members: Sequence[AffinityMember], output_mean: Tensor) -> None:
        self.count, self.output_mean = len(members), output_mean
        self._reduce_pocket = _Stack([member.reduce_pocket for member in members])
        self._pocket = _Stack([member.pocket for member in members])
        self._drugs = _Stack([member.drug for member in members])
        self._learned = {
            name: _Stack([member.poolings[name] for member in members])
            for name, pooling in members[0].poolings.items()
            if is_learned(pooling)
        }
        # Members by poolings, flattened.
        self._projections = _Stack([each for m in members for each in m.projections.values()])
        self._heads = _Stack([each for m in members for each in m.heads.values()])

    def encode_proteins(self, proteins: RegionBatch) -> Tensor:
        """Compute the protein vectors: (members * poolings, proteins, width)."""
        reduced = self._reduce_pocket(proteins.pocket, mapped=(None,))
        lining = vmap(proteins.flatten_pocket)(reduced)
        pocket = self._pocket(lining).repeat_interleave(len(POOLINGS), dim=0)
        pooled = torch.stack([self._pool(name, proteins) for name in POOLINGS], dim=1)
        return self._projections(pooled.flatten(0, 1), pocket)

    def _pool(self, name: str, proteins: RegionBatch) -> Tensor:
        """Pool every region: (members, proteins, hidden)."""
        if name not in self._learned:
            return proteins.pool_fixed(name).expand(self.count, -1, -1)
        pooled = [
            self._learned[name](*batch_region(protein.embeddings), mapped=(None, None))
            for protein in proteins.proteins
        ]
        return torch.cat([each.vector for each in pooled], dim=1)

    def predict(
        self, proteins: Tensor, drugs: Tensor, protein_index: Tensor, drug_index: Tensor
    ) -> Tensor:
        """Predict pairs of encoded proteins and molecules.

        Parameters
        ----------
        proteins : Tensor, shape (members * poolings, proteins, width)
            From `encode_proteins`.
        drugs : Tensor, shape (molecules, inputs)
            From `join_drug_inputs`.
        protein_index, drug_index : Tensor of int64, shape (pairs,)

        Returns
        -------
        Tensor, shape (members, poolings, pairs, outputs)
            In the units of the outputs, unclipped.
        """
        drugs = self._drugs(drugs, mapped=(None,)).repeat_interleave(len(POOLINGS), dim=0)
        parts = [
            self._heads(proteins, drugs, *index, mapped=(0, 0, None, None))
            for index in zip(
                protein_index.split(PAIRS_AT_ONCE), drug_index.split(PAIRS_AT_ONCE), strict=True
            )
        ]
        return torch.cat(parts, dim=1).unflatten(0, (self.count, -1)) + self.output_mean


class _Stack:
    """Modules of one shape that run at once.

    Parameters
    ----------
    modules : sequence of nn.Module
    """

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self._module = modules[0]
        self._weights, _ = stack_module_state(list(modules))
        self._weights = {name: weights.detach() for name, weights in self._weights.items()}

    def __call__(self, *inputs: Any, mapped: tuple[int | None, ...] | None = None) -> Any:
        """Run them: each input has a first axis of modules, or is given to all where None."""
        axes = mapped or (0,) * len(inputs)
        return vmap(self._run, in_dims=(0, *axes))(self._weights, *inputs)

    def _run(self, weights: dict[str, Tensor], *inputs: Any) -> Any:
        return functional_call(self._module, weights, inputs)
