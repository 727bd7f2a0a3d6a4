"""The prediction of one pair as a differentiable function of its residues and its fragments.

Many proteins with other residues hidden, and many molecules with other fragments, are read and
predicted at once. A residue can be hidden: it is then read as X, the letter for an unknown
residue, which ESM-2 has a token for and the pocket a code. Between the letter and X there are
mixtures of the two, so that the way from one to the other has a gradient everywhere. A molecule
can lose fragments, or fractions of them.

The letters are those that the model reads: of the kinase domain, or of the whole protein where it
has none. Held as they are: which of them line the pocket, whether protein and molecule stand in
the measured panel, and with it the weight of the kernel regression. Were these decided anew, a
single hidden residue would make a known protein an unknown one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from dta_demo.encoders.residues import WindowEmbeddings, WindowJoiner
from dta_demo.encoders.stack import embed_tokens, run_layers
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.model.ensemble import AffinityEnsemble
from dta_demo.model.kernel_function import KernelFunction
from dta_demo.model.labels import LABELS, PKD
from dta_demo.model.member import join_drug_inputs
from dta_demo.model.mutants import forget_region
from dta_demo.model.region import (
    AMINO_ACIDS,
    RESIDUE_CODES,
    ProteinRegion,
    RegionBatch,
    code_residue,
    cut_region,
)
from dta_demo.results.group import Group
from dta_demo.runtime.jobs import note_work

GRADIENT_READS = 2.5
"""Work of reading proteins with its gradient, in times that of reading them without."""

HIDDEN = "X"
"""Letter that a hidden residue is read as."""

OTHER_LETTERS = "XBZUO"
"""Letters of ESM-2 beside those of the 20 amino acids."""


@dataclass(frozen=True)
class ReadProteins:
    """Protein vectors of the networks, and similarities of the kernel regression.

    Attributes
    ----------
    vectors : Tensor, shape (members * poolings, proteins, width)
    near_targets : Tensor, shape (proteins, targets)
        Similarity to the targets of the measured panel.
    """

    vectors: Tensor
    near_targets: Tensor


@dataclass(frozen=True)
class ReadMolecules:
    """Vectors of molecules of the networks, and similarities of the kernel regression.

    Attributes
    ----------
    vectors : Tensor, shape (members, molecules, width)
    near_drugs : Tensor, shape (molecules, drugs)
        Similarity to the drugs of the measured panel.
    """

    vectors: Tensor
    near_drugs: Tensor


class PairFunction:
    """Unclipped pKd of a pair whose residues and fragments are partly hidden.

    Parameters
    ----------
    ensemble : AffinityEnsemble
    region : ProteinRegion
        Of the letters without anything hidden; its construct has these letters.
    domain : KinaseDomain or None
        The kinase domain that they are, in their numbering.
    windows : tuple of (int, int)
        First and last letter of each window in which they are read.
    smiles : str
        Canonical.
    as_new_target : bool
        Whether to forget that the protein stands in the panel.

    Attributes
    ----------
    letters : Tensor, shape (residues, tokens)
        The letters as they are: 1 at each one's token.
    hidden_letter : Tensor, shape (tokens,)
        1 at the token of a hidden residue.
    """

    def __init__(
        self,
        ensemble: AffinityEnsemble,
        region: ProteinRegion,
        domain: KinaseDomain | None,
        windows: tuple[tuple[int, int], ...],
        smiles: str,
        as_new_target: bool = False,
    ) -> None:
        model, kernel = ensemble.model, ensemble.kernels[LABELS[PKD]]
        self.drug_encoder = model.drug_encoder
        self.encoder, self.columns = model.encoder, model.config.pocket_columns
        self.construct, self.windows, self.domain = region.construct, windows, domain
        self.stack = ensemble.stack()
        identified = forget_region(region) if as_new_target else region
        self.kernel = KernelFunction(kernel, identified.construct, smiles, model.device)
        self.without_pocket = kernel.fit.without_pocket
        (new_target,), (new_drug,) = ensemble.find_new(
            LABELS[PKD], [identified.construct], [smiles]
        )
        self.is_comparable = region.has_pocket or not new_target
        place = Group.of(new_target, new_drug).place if self.is_comparable else -1
        self.kernel_weight = float(kernel.weights[place])
        ids = self._token_ids(self.construct.sequence)
        size = self.encoder.tokenizer.size
        self.letters = nn.functional.one_hot(ids, size).float()
        self._as_it_is: dict[int, WindowEmbeddings] = {}
        self.hidden_letter = nn.functional.one_hot(self._token_ids(HIDDEN)[0], size).float()
        known = AMINO_ACIDS + OTHER_LETTERS
        codes = torch.full((size,), RESIDUE_CODES - 1, device=ids.device)
        codes[self._token_ids(known)] = torch.tensor(
            [code_residue(letter) for letter in known], device=ids.device
        )
        self._codes = nn.functional.one_hot(codes, RESIDUE_CODES).float()

    def hide(self, residues: Sequence[int]) -> Tensor:
        """Letters with some residues, numbered from 1, hidden."""
        letters = self.letters.clone()
        letters[np.array(residues, dtype=int) - 1] = self.hidden_letter
        return letters

    def read(
        self, letters: Tensor, between_windows: Callable[[], None] = lambda: None
    ) -> ReadProteins:
        """Read proteins: letters (proteins, residues, tokens), each row summing to 1.

        Parameters
        ----------
        between_windows : callable
            Called after each window of a long protein but the last.
        """
        joiners = [
            WindowJoiner(self.windows, self.encoder.hidden_size, 0, None, self.encoder.device)
            for _ in letters
        ]
        for number, window in enumerate(self.windows):
            if number:
                between_windows()
            for joiner, read in zip(joiners, self._read_window(letters, *window), strict=True):
                joiner.add(number, read)
        regions = [
            cut_region(self.construct, joiner.finish(), self.domain, self.columns)
            for joiner in joiners
        ]
        pockets = self._pocket_letters(letters)
        vectors = self.stack.encode_proteins(RegionBatch(regions, pockets))
        means = torch.stack([region.fixed("mean") for region in regions])
        is_phosphorylated = self.construct.phosphorylated
        return ReadProteins(vectors, self.kernel.compare_targets(is_phosphorylated, means, pockets))

    def read_molecules(self, counts: Tensor) -> ReadMolecules:
        """Read molecules given by their fragment counts: (molecules, columns)."""
        logs = counts.log1p()
        embedded = self.drug_encoder.embed(logs)
        vectors = self.stack.encode_inputs(join_drug_inputs(logs, embedded))
        return ReadMolecules(vectors, self.kernel.compare_drugs(counts, embedded))

    def predict(self, proteins: ReadProteins, molecules: ReadMolecules) -> Tensor:
        """Predict each protein with each molecule: (proteins, molecules)."""
        shape = proteins.vectors.shape[1], molecules.vectors.shape[1]
        each = torch.cartesian_prod(*(torch.arange(n, device=self.letters.device) for n in shape))
        networks = self.stack.predict(proteins.vectors, molecules.vectors, *each.unbind(dim=1))
        found = networks[..., PKD].mean(dim=(0, 1)).unflatten(0, shape)
        kernel = torch.full_like(found, self.without_pocket)
        if self.is_comparable:
            kernel = self.kernel(proteins.near_targets, molecules.near_drugs)
        weight = self.kernel_weight
        return (1 - weight) * found + weight * kernel

    def _token_ids(self, sequence: str) -> Tensor:
        ids = self.encoder.tokenizer([sequence]).ids[0, 1 : len(sequence) + 1]
        return ids.to(self.encoder.device)

    def _read_window(self, letters: Tensor, first: int, last: int) -> list[WindowEmbeddings]:
        """Read one window of each protein; one in which nothing is hidden is read once only."""
        place = slice(first - 1, last)
        changed = torch.ones(len(letters), dtype=torch.bool)
        if not letters.requires_grad:
            changed = (letters[:, place] != self.letters[place]).any(dim=2).any(dim=1).cpu()
        found = iter(self._run(letters[changed], first, last) if changed.any() else [])
        if not changed.all() and first not in self._as_it_is:
            (self._as_it_is[first],) = self._run(self.letters[None], first, last)
        return [next(found) if each else self._as_it_is[first] for each in changed]

    def _run(self, letters: Tensor, first: int, last: int) -> list[WindowEmbeddings]:
        """Run ESM-2 on one window of the letters of each protein."""
        esm, length = self.encoder.esm, last - first + 1
        tokens = self.encoder.tokenizer([self.construct.sequence[first - 1 : last]] * len(letters))
        tokens = tokens.to(self.encoder.device)
        table = esm.embeddings.word_embeddings.weight
        looked_up = nn.functional.embedding(tokens.ids, table)
        mixed = torch.cat(
            [looked_up[:, :1], letters[:, first - 1 : last] @ table, looked_up[:, length + 1 :]],
            dim=1,
        )
        hidden = embed_tokens(esm, tokens, mixed)
        hidden = run_layers(esm, hidden, tokens.attention_mask, 0, esm.config.num_hidden_layers)
        embeddings = esm.encoder.emb_layer_norm_after(hidden)
        note_work(len(letters) * length * (GRADIENT_READS if letters.requires_grad else 1))
        return [WindowEmbeddings.cut(row, length, embeddings) for row in range(len(letters))]

    def _pocket_letters(self, letters: Tensor) -> Tensor:
        """Codes of the residues at the pocket's positions: (proteins, positions, codes)."""
        residues = self.domain.residues if self.domain else [0] * (max(self.columns) + 1)
        places = torch.tensor([residues[column] for column in self.columns])
        places = places.to(letters.device).unsqueeze(1)
        empty = torch.zeros_like(self._codes[0])
        empty[-1] = 1.0
        codes = (letters @ self._codes)[:, places.squeeze(1) - 1]
        return torch.where(places > 0, codes, empty)
