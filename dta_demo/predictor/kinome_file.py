"""File of what the model reads of the catalogue's kinases, which belongs to one set of weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from dta_demo.checkpoint.checks import check_array, check_weights, require
from dta_demo.checkpoint.reading import read_described_arrays
from dta_demo.checkpoint.seal import digest_file
from dta_demo.encoders.pooling import POOLINGS
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.known import KNOWN_KINASES
from dta_demo.model.ensemble import EncodedProteins
from dta_demo.model.mutants import WildTypes
from dta_demo.model.region import RESIDUE_CODES, ProteinRegion
from dta_demo.predictor.kinome import EncodedKinome, list_kinome
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.runtime.bundled import bundled_file

ENCODED = "encoded.safetensors"
"""File of the catalogue; its vectors in half precision change no pKd by 0.0001."""

ENTRIES = "kinome"
"""Entry of the file's metadata that holds all but the arrays, as JSON."""


def digest_weights(folder: Path) -> str:
    """Digest of what the encoded catalogue depends on: weights, profile and known kinases."""
    names = sorted(path.name for path in folder.glob("model*"))
    digests = [digest_file(folder / name) for name in [*names, "kinase.hmm", KNOWN_KINASES]]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def save_kinome(kinome: EncodedKinome, digest: str, path: Path) -> None:
    """Write an encoded catalogue; equal ones give equal bytes."""
    wild = kinome.wild_types.proteins
    parts = [kinome.proteins, *([wild] if wild else [])]
    regions = [region for part in parts for region in part.regions]
    tensors = {
        "vectors": torch.cat([part.vectors for part in parts], dim=1).half().contiguous(),
        "codes": torch.stack([region.pocket_codes for region in regions]).to(torch.uint8),
        "means": torch.from_numpy(np.stack([region.mean_embedding for region in regions])).half(),
    }
    entries = {
        "digest": digest,
        "labels": [each.label for each in kinome.profiled],
        "letters": [region.construct.sequence for region in regions],
        "has_domain": list(kinome.has_domain),
        "mutations": list(kinome.mutations),
        "wild_types": kinome.wild_types.places.tolist(),
    }
    save_file(tensors, path, {ENTRIES: json.dumps(entries, separators=(",", ":"))})


def load_kinome(loaded: LoadedModel, path: Path | None = None) -> EncodedKinome:
    """Read the encoded catalogue that comes with the code.

    Raises
    ------
    CheckpointError
        When it was made with other weights than those that are loaded, or is damaged.
    """
    path = bundled_file("catalogue") / ENCODED if path is None else path
    profiled = tuple(list_kinome(load_catalogue()))
    entries, arrays = read_described_arrays(path, ENTRIES, "an encoded catalogue")
    check_weights(path, entries, digest_weights(loaded.folder))
    labels = [each.label for each in profiled]
    require(entries.get("labels") == labels, path, "it is of another catalogue")
    places = np.array(entries["wild_types"], dtype=np.int64)
    count, wild = len(profiled), int((places >= 0).sum())
    width = loaded.ensemble.model.config.width
    stack = len(loaded.ensemble.model.config.member_records) * len(POOLINGS)
    vectors = check_array(path, arrays, "vectors", (stack, count + wild, width))
    codes = check_array(path, arrays, "codes", (count + wild, len(loaded.pocket_columns)), "u")
    require(int(codes.max()) < RESIDUE_CODES, path, "a residue of a pocket is none")
    means = check_array(
        path, arrays, "means", (count + wild, loaded.ensemble.model.config.esm["hidden_size"])
    )
    regions = [
        ProteinRegion.summarised(Construct(letters), *each)
        for letters, *each in zip(entries["letters"], codes, means.astype(np.float32), strict=True)
    ]
    tensor = torch.from_numpy(vectors.astype(np.float32)).to(loaded.ensemble.model.device)
    own = EncodedProteins(regions[:count], tensor[:, :count], None)
    others = EncodedProteins(regions[count:], tensor[:, count:], None) if wild else None
    return EncodedKinome(
        profiled, own, WildTypes(others, places), tuple(entries["has_domain"]),
        tuple(entries["mutations"]),
    )  # fmt: skip
