"""The members of an ensemble side by side, for inference and for gradients of their inputs.

One by one, five members of four poolings take over a hundred small products for a pair, each of
which costs more to start than to compute. Here `torch.func` maps each part over the stacked
weights of all members, or of all members and poolings: the same modules, a dozen larger products.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from scipy.sparse import csr_matrix
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from dta_demo.encoders.drug import sum_fragments
from dta_demo.encoders.pooling import POOLINGS
from dta_demo.model.member import AffinityMember, FusionHead
from dta_demo.model.region import RegionBatch, batch_region, is_learned

FIRST_LINEAR = 1
"""Place of the layer that reads a molecule's inputs in `dta_demo.model.member.project_drug`."""

FEW_PAIRS = 32
"""Pairs below which folding a protein into the weights takes longer than it saves."""

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
        first = [_first_linear(member) for member in members]
        self._read_drugs = torch.cat([each.weight.detach().T for each in first], dim=1).contiguous()
        self._drug_bias = torch.cat([each.bias.detach() for each in first])
        self._mix_drugs = _Stack([member.drug[FIRST_LINEAR + 1 :] for member in members])
        self._learned = {
            name: _Stack([member.poolings[name] for member in members])
            for name, pooling in members[0].poolings.items()
            if is_learned(pooling)
        }
        # Members by poolings, flattened.
        self._projections = _Stack([each for m in members for each in m.projections.values()])
        heads = [each for member in members for each in member.heads.values()]
        self._heads = _Stack(heads)
        self._fusions = self._heads.weights
        self._outputs = _Stack([_output_of(each) for each in heads])

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

    def encode_inputs(self, drugs: Tensor) -> Tensor:
        """Compute the vectors of molecules from `join_drug_inputs`: (members, molecules, width)."""
        vectors: Tensor = self._drugs(drugs, mapped=(None,))
        return vectors

    def encode_fragments(self, fragments: csr_matrix, embeddings: Tensor) -> Tensor:
        """Compute the same from sparse log counts, much faster for many molecules."""
        table = self._read_drugs
        read, rest = table.split([fragments.shape[1], embeddings.shape[1]])
        counts = torch.from_numpy(fragments.data)
        hidden = sum_fragments(read, fragments, counts) + embeddings @ rest + self._drug_bias
        hidden = hidden.unflatten(1, (self.count, -1)).transpose(0, 1)
        vectors: Tensor = self._mix_drugs(hidden)
        return vectors

    def predict(
        self, proteins: Tensor, drugs: Tensor, protein_index: Tensor, drug_index: Tensor
    ) -> Tensor:
        """Predict pairs of encoded proteins and molecules.

        Parameters
        ----------
        proteins : Tensor, shape (members * poolings, proteins, width)
            From `encode_proteins`.
        drugs : Tensor, shape (members, molecules, width)
            From `encode_inputs` or `encode_fragments`.
        protein_index, drug_index : Tensor of int64, shape (pairs,)

        Returns
        -------
        Tensor, shape (members, poolings, pairs, outputs)
            In the units of the outputs, unclipped.
        """
        if len(drug_index) >= FEW_PAIRS and bool((protein_index == protein_index[0]).all()):
            found = self._predict_one(proteins[:, protein_index[0]], drugs[:, drug_index])
            return found + self.output_mean
        drugs = drugs.repeat_interleave(len(POOLINGS), dim=0)
        parts = [
            self._heads(proteins, drugs, *index, mapped=(0, 0, None, None))
            for index in zip(
                protein_index.split(PAIRS_AT_ONCE), drug_index.split(PAIRS_AT_ONCE), strict=True
            )
        ]
        return torch.cat(parts, dim=1).unflatten(0, (self.count, -1)) + self.output_mean

    def _predict_one(self, protein: Tensor, drugs: Tensor) -> Tensor:
        """Predict one protein, its vectors folded into the weights that read the molecules."""
        bias, mixed = vmap(_fold_protein, in_dims=(0, 0))(self._fusions, protein)
        parts = []
        for some in drugs.split(PAIRS_AT_ONCE, dim=1):
            by_member = some @ mixed.unflatten(0, (self.count, -1)).transpose(0, 1)
            hidden = by_member.transpose(0, 1).flatten(0, 1) + bias.unsqueeze(1)
            parts.append(self._outputs(hidden))
        return torch.cat(parts, dim=1).unflatten(0, (self.count, -1))


def _fold_protein(weights: dict[str, Tensor], protein: Tensor) -> tuple[Tensor, Tensor]:
    """Fold a protein's vector into a `FusionHead`: its bias, and its weights of the molecule."""
    bias = weights["protein.weight"] @ protein + weights["protein.bias"]
    return bias, (weights["product.weight"] * protein + weights["drug.weight"]).T


def _first_linear(member: AffinityMember) -> nn.Linear:
    """Layer that reads a molecule's inputs, after the dropout of training."""
    first = member.drug[FIRST_LINEAR]
    assert isinstance(first, nn.Linear)
    return first


def _output_of(head: nn.Module) -> nn.Module:
    """Last layers of a head."""
    assert isinstance(head, FusionHead)
    return head.output


class _Stack:
    """Modules of one shape that run at once.

    Parameters
    ----------
    modules : sequence of nn.Module
    """

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self._module = modules[0]
        weights, _ = stack_module_state(list(modules))
        self.weights = {name: each.detach() for name, each in weights.items()}

    def __call__(self, *inputs: Any, mapped: tuple[int | None, ...] | None = None) -> Any:
        """Run them: each input has a first axis of modules, or is given to all where None."""
        axes = mapped or (0,) * len(inputs)
        return vmap(self._run, in_dims=(0, *axes))(self.weights, *inputs)

    def _run(self, weights: dict[str, Tensor], *inputs: Any) -> Any:
        return functional_call(self._module, weights, inputs)
