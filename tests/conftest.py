import json
import random
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from transformers import EsmConfig, EsmModel

from dta_demo import AffinityPredictor
from tests.support import fuzzing  # noqa: F401  (registers the profiles)
from tests.support.paths import EXAMPLES, SHARED_DATA

settings.load_profile("usual")

AMINO_ACID_TOKENS = "LAGVSERTIDPKQNFYMHWCXBUZO.-"
VOCABULARY = ["<cls>", "<pad>", "<eos>", "<unk>", *AMINO_ACID_TOKENS, "<null_1>", "<mask>"]


@pytest.fixture(scope="session")
def predictor():
    """The bundled checkpoint."""
    return AffinityPredictor.load(device="cpu")


@pytest.fixture(scope="session")
def examples():
    return {row["title"]: row for row in json.loads(EXAMPLES.read_text(encoding="utf-8"))}


@pytest.fixture(scope="session")
def shared_data():
    if not SHARED_DATA.is_dir():
        pytest.skip("the training data is not here")
    return SHARED_DATA


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A folder with a random ESM-2 of two small layers."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("esm")
    config = EsmConfig(
        vocab_size=33, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=1026, pad_token_id=1, mask_token_id=32,
        position_embedding_type="rotary", token_dropout=True, emb_layer_norm_before=False,
    )  # fmt: skip
    EsmModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    return folder


KINASE = (
    "ITMKHKLGGGQYGEVYEGVWKKYSLTVAVKTLKEDTMEVEEFLKEAAVMKEIKHPNLVQLLGVCTREPPFYIITEFMTYGNLLDY"
    "LRECNRQEVNAVVLLYMATQISSAMEYLEKKNFIHRDLAARNCLVGENHLVKVADFGLSRLMTGDTYTAHAGAKFPIKWTAPES"
    "LAYNKFSIKSDVWAFGVLLWEIATYGMSPYPGIDLSQVYELLEKDYRMERPEGCPEKVYELMRACWQWNPSDRPSFAEIHQAF"
)
MOLECULES = ["CCO", "CCN", "c1ccccc1O", "CC(=O)Nc1ccccc1", "CCCC", "CCOC", "c1ccncc1", "CC(C)O"]


def write_dataset(folder: Path, label: str = "pKd", floor: float | None = 5.0, seed: int = 0):
    """Write a small dataset of mutated kinase domains whose labels depend on both sides."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    description = {"name": folder.name, "label": label, "unit": "", "floor": floor}
    (folder / "dataset.json").write_text(json.dumps(description), encoding="utf-8")
    sequences = []
    for _ in range(12):
        letters = list(KINASE)
        for place in rng.sample(range(len(letters)), 60):
            letters[place] = rng.choice("ACDEFGHIKLMNPQRSTVWY")
        sequences.append("M" * rng.randint(1, 30) + "".join(letters))
    drugs = "".join(f"d{n},{smiles}\n" for n, smiles in enumerate(MOLECULES))
    targets = "".join(f"t{n},{sequence}\n" for n, sequence in enumerate(sequences))
    (folder / "drugs.csv").write_text("drug_id,smiles\n" + drugs, encoding="utf-8")
    (folder / "targets.csv").write_text("target_id,sequence\n" + targets, encoding="utf-8")
    rows = ["drug_id,target_id,affinity,fold"]
    for drug in range(len(MOLECULES)):
        for target in range(len(sequences)):
            value = max(5.0, 4.5 + 0.4 * drug + 0.1 * target + rng.gauss(0, 0.1))
            rows.append(f"d{drug},t{target},{value:.4f},{rng.randrange(5)}")
    (folder / "affinities.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def rename_targets(folder: Path):
    """Give the targets of a written dataset other names, so that it shares no pair by name."""
    for name, before, after in (("targets.csv", "\nt", "\nu"), ("affinities.csv", ",t", ",u")):
        path = folder / name
        header, rows = path.read_text(encoding="utf-8").split("\n", 1)
        rows = ("\n" + rows).replace(before, after)
        path.write_text(header + rows, encoding="utf-8")


@pytest.fixture
def small_dataset(tmp_path):
    return write_dataset(tmp_path / "small")
