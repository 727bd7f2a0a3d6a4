"""Cache of the frozen encoder's output, computed once for each distinct protein."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.kinases.known import KnownKinases
from dta_demo.model.region import ProteinRegion, cut_region


def encode_regions(
    encoder: MemoryOptimizedESMEncoder,
    proteins: KnownKinases,
    pocket_columns: Sequence[int],
    cache: Path,
) -> list[ProteinRegion]:
    """Encode proteins and cut out the regions that members read, or load them from the cache.

    Parameters
    ----------
    cache : Path
        Folder of a file that is named after the proteins and the encoder's weights.

    Returns
    -------
    list of ProteinRegion
        On the CPU, in half precision to keep memory and cache small.
    """
    path = cache / f"regions-{_fingerprint(encoder, proteins)}.safetensors"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        tensors = _encode_all(encoder, proteins, pocket_columns)
        partial = path.with_suffix(".partial")
        save_file(tensors, partial)
        partial.rename(path)
    tensors = load_file(path)
    return [
        ProteinRegion(
            protein.form.construct,
            tensors[f"{n}.states"],
            tensors[f"{n}.pocket"],
            tensors[f"{n}.codes"],
        )
        for n, protein in enumerate(proteins)
    ]


def _encode_all(
    encoder: MemoryOptimizedESMEncoder,
    proteins: KnownKinases,
    pocket_columns: Sequence[int],
) -> dict[str, torch.Tensor]:
    encoder.eval()
    tensors: dict[str, torch.Tensor] = {}
    for number, protein in enumerate(tqdm(proteins, "Encoding proteins")):
        form = protein.form
        (encoded,) = encoder.encode_residues([form.letters])
        region = cut_region(form.construct, encoded, form.domain, pocket_columns)
        tensors[f"{number}.states"] = region.embeddings.half().cpu()
        tensors[f"{number}.pocket"] = region.pocket.half().cpu()
        tensors[f"{number}.codes"] = region.pocket_codes.cpu()
    return tensors


def _fingerprint(encoder: MemoryOptimizedESMEncoder, proteins: KnownKinases) -> str:
    """Digest of a set of proteins and of the encoder's weights: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for protein in proteins:
        digest.update(f"{protein.form}\n".encode())
    for name, weights in encoder.state_dict().items():
        digest.update(name.encode())
        digest.update(weights.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]
