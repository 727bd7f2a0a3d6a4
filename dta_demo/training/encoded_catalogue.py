"""What a checkpoint reads of the catalogue's kinases, by which profiles need no encoder.

``python -m dta_demo.training.encoded_catalogue CHECKPOINT FILE`` writes it, as
``assets/catalogue/encoded.safetensors`` for the checkpoint that comes with the code. It belongs to
the checkpoint's weights: make it anew with them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tqdm import tqdm

from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.predictor.kinome import list_kinome
from dta_demo.predictor.kinome_file import digest_weights, save_kinome
from dta_demo.predictor.predictor import AffinityPredictor


def main(checkpoint: str, output: str) -> None:
    """Encode the catalogue and write the file."""
    predictor = AffinityPredictor.load(checkpoint, device="cpu")
    profiled = list(list_kinome(load_catalogue()))
    for each in tqdm(profiled, "encoding kinases"):
        predictor.encode(each.protein)
    save_kinome(predictor.kinome.encode(profiled), digest_weights(Path(checkpoint)), Path(output))


if __name__ == "__main__":
    main(*sys.argv[1:])
