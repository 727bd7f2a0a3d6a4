"""The prediction of one pair as a differentiable function of its residues and its fragments.

A residue can be hidden: it is then read as X, the letter for an unknown residue, which ESM-2 has
a token for and the pocket a code. Between the letter and X there are mixtures of the two, so
that the way from one to the other has a gradient everywhere. A molecule can lose fragments, or
fractions of them.

The letters are those that the model reads: of the kinase domain, or of the whole protein where it
has none. Held as they are: which of them line the pocket, whether protein and molecule stand in
the measured panel, and with it the weight of the kernel regression. Were these decided anew, a
single hidden residue would make a known protein an unknown one.
"""

from __future__ import annotations

from collections.abc import Sequence
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

HIDDEN = "X"
"""Letter that a hidden residue is read as."""

OTHER_LETTERS = "XBZUO"
"""Letters of ESM-2 beside those of the 20 amino acids."""


@dataclass(frozen=True)
class ReadProtein:
    """Protein vectors of the networks, and similarities of the kernel regression.

    Attributes
    ----------
    vectors : Tensor, shape (members * poolings, 1, width)
    near_targets : Tensor, shape (targets,)
        Similarity to the targets of the measured panel.
    """

    vectors: Tensor
    near_targets: Tensor


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

    def read(self, letters: Tensor) -> ReadProtein:
        """Read a protein: letters (residues, tokens), each row summing to 1."""
        joiner = WindowJoiner(self.windows, self.encoder.hidden_size, 0, None, self.encoder.device)
        for number, (first, last) in enumerate(self.windows):
            joiner.add(number, self._read_window(letters, first, last))
        region = cut_region(self.construct, joiner.finish(), self.domain, self.columns)
        pocket = self._pocket_letters(letters)
        vectors = self.stack.encode_proteins(RegionBatch([region], pocket.unsqueeze(0)))
        return ReadProtein(vectors, self.kernel.compare_target(region, pocket))

    def predict(self, protein: ReadProtein, counts: Tensor) -> Tensor:
        """Predict molecules given by their fragment counts (molecules, columns): (molecules,)."""
        numbers = torch.arange(len(counts), device=counts.device)
        logs = counts.log1p()
        embedded = self.drug_encoder.embed(logs)
        drugs = join_drug_inputs(logs, embedded)
        networks = self.stack.predict(
            protein.vectors, self.stack.encode_inputs(drugs), torch.zeros_like(numbers), numbers
        )
        if self.is_comparable:
            near_drugs = self.kernel.compare_drugs(counts, embedded)
            kernel = self.kernel(protein.near_targets, near_drugs)
        else:
            kernel = torch.full_like(logs[:, 0], self.without_pocket)
        weight = self.kernel_weight
        return (1 - weight) * networks[..., PKD].mean(dim=(0, 1)) + weight * kernel

    def _token_ids(self, sequence: str) -> Tensor:
        ids = self.encoder.tokenizer([sequence]).ids[0, 1 : len(sequence) + 1]
        return ids.to(self.encoder.device)

    def _read_window(self, letters: Tensor, first: int, last: int) -> WindowEmbeddings:
        """Read one window; one in which nothing is hidden is read once only."""
        place = slice(first - 1, last)
        if letters.requires_grad or not torch.equal(letters[place], self.letters[place]):
            return self._run(letters, first, last)
        if first not in self._as_it_is:
            self._as_it_is[first] = self._run(letters, first, last)
        return self._as_it_is[first]

    def _run(self, letters: Tensor, first: int, last: int) -> WindowEmbeddings:
        """Run ESM-2 on one window of the letters."""
        esm = self.encoder.esm
        tokens = self.encoder.tokenizer([self.construct.sequence[first - 1 : last]])
        tokens = tokens.to(self.encoder.device)
        inner = slice(1, last - first + 2)
        table = esm.embeddings.word_embeddings.weight
        looked_up = nn.functional.embedding(tokens.ids, table)
        mixed = torch.cat(
            [
                looked_up[:, :1],
                (letters[first - 1 : last] @ table)[None],
                looked_up[:, inner.stop :],
            ],
            dim=1,
        )
        hidden = embed_tokens(esm, tokens, mixed)
        hidden = run_layers(esm, hidden, tokens.attention_mask, 0, esm.config.num_hidden_layers)
        embeddings = esm.encoder.emb_layer_norm_after(hidden)
        return WindowEmbeddings.cut(0, last - first + 1, embeddings)

    def _pocket_letters(self, letters: Tensor) -> Tensor:
        """Codes of the residues at the pocket's positions: (positions, codes)."""
        residues = self.domain.residues if self.domain else [0] * (max(self.columns) + 1)
        places = torch.tensor([residues[column] for column in self.columns])
        places = places.to(letters.device).unsqueeze(1)
        empty = torch.zeros_like(self._codes[0])
        empty[-1] = 1.0
        return torch.where(places > 0, (letters @ self._codes)[places.squeeze(1) - 1], empty)
