import time

import pytest

from dta_demo import AffinityPredictor
from dta_demo.checkpoint.seal import seal
from tests.support.checkpoints import change_json, put, refusal, write

pytestmark = pytest.mark.checkpoint

REFUSED_IN_SECONDS = 2.0
"""Nothing of the size that a hostile file names may be built."""

CONFIGURATIONS = {
    "no means": put("label_mean", value={}),
    "one mean": put("label_mean", value={"pKd": 5.0}),
    "another label": put("label_mean", "pIC50", value=5.0),
    "means that are no table": put("label_mean", value=[5.0, 11.0]),
    "mean NaN": put("label_mean", "pKd", value=float("nan")),
    "mean as text": put("label_mean", "pKd", value="5"),
    "floor infinite": put("floor", value=float("inf")),
    "floor huge": put("floor", value=10**400),
    "a million layers": put("esm", "num_hidden_layers", value=10**6),
    "no layers": put("esm", "num_hidden_layers", value=0),
    "layers true": put("esm", "num_hidden_layers", value=True),
    "half a layer": put("esm", "num_hidden_layers", value=1.5),
    "more layers than weights": put("esm", "num_hidden_layers", value=48),
    "hidden size huge": put("esm", "hidden_size", value=10**9),
    "hidden size and heads": put("esm", "hidden_size", value=322),
    "intermediate size wide": put("esm", "intermediate_size", value=20480),
    "many tokens": put("esm", "vocab_size", value=10**9),
    "many positions": put("esm", "max_position_embeddings", value=10**12),
    "padding outside": put("esm", "pad_token_id", value=33),
    "dropout": put("esm", "hidden_dropout_prob", value=-1),
    "another position embedding": put("esm", "position_embedding_type", value="absolute"),
    "another norm": put("esm", "emb_layer_norm_before", value="x"),
    "no encoder": put("esm", value={}),
    "encoder that is no table": put("esm", value=[1]),
    "many members": put("member_records", value=[{"left_out_fold": 0}] * 10**5),
    "one member more": put("member_records", value=[{"left_out_fold": 0}] * 6),
    "one member fewer": put("member_records", value=[{"left_out_fold": 0}] * 4),
    "no members": put("member_records", value=[]),
    "members that are none": put("member_records", value=[1]),
    "fold as text": put("member_records", value=[{"left_out_fold": "0"}] * 5),
    "fold that no fit left out": put("member_records", 0, "left_out_fold", value=7),
    "width huge": put("width", value=10**9),
    "width other": put("width", value=64),
    "pocket channels": put("pocket_channels", value=0),
    "attention heads": put("attention_heads", value=7),
    "fingerprint bits": put("fingerprint_bits", value=1000),
    "fingerprint bits huge": put("fingerprint_bits", value=10**12),
    "no drug network": put("drug_networks", value=0),
    "many drug networks": put("drug_networks", value=10**9),
    "one drug network": put("drug_networks", value=1),
    "drug networks true": put("drug_networks", value=True),
    "drug hidden size huge": put("drug_hidden", value=10**12),
    "drug hidden size other": put("drug_hidden", value=7),
    "drug hidden size as text": put("drug_hidden", value="256"),
    "drug channels other": put("drug_channels", value=7),
    "drug channels many": put("drug_channels", value=4096),
    "half a drug channel": put("drug_channels", value=0.5),
    "no drug channels": lambda config: config.pop("drug_channels"),
    "no drug hidden size": lambda config: config.pop("drug_hidden"),
    "drug networks not named": lambda config: config.pop("drug_networks"),
    "pocket column negative": put("pocket_columns", 0, value=-1),
    "pocket column outside the profile": put("pocket_columns", 0, value=1999),
    "no pocket": put("pocket_columns", value=[]),
    "pocket that is no list": put("pocket_columns", value=5),
    "tuned layers": put("tuned_layers", value=7),
    "dropout of one": put("dropout", value=1.0),
    "no width": lambda config: config.pop("width"),
}


@pytest.mark.usefixtures("shared_is_hashed")
@pytest.mark.parametrize("change", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_a_hostile_configuration_is_refused_at_once(folder, change):
    change_json(folder / "config.json", change)
    seal(folder)
    started = time.process_time()
    refusal(folder)
    assert time.process_time() - started < REFUSED_IN_SECONDS


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", "\xff", "[" * 100_000, '{"a":' * 100_000, "1" * 10_000]
)
@pytest.mark.parametrize(
    "name", ["config.json", "calibration.json", "reference.json", "binding.json"]
)
def test_what_is_no_json_object_is_refused(folder, name, text):
    write(folder / name, text.encode("latin-1"))
    if name != "config.json":
        seal(folder)
    assert name in refusal(folder)


def test_what_a_configuration_does_not_have_is_not_looked_at(folder):
    """Neither code on a hub, nor files of other names, nor other kinds of weights."""
    strange = {
        "auto_map": {"AutoModel": "evil--code.Model"},
        "quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True},
        "transformers_weights": "../pytorch_model.bin",
        "attn_implementation": "evil/kernel",
    }
    change_json(folder / "config.json", lambda config: config.update(strange))
    change_json(folder / "config.json", lambda config: config["esm"].update(strange))
    seal(folder)
    assert AffinityPredictor.load(folder, device="cpu").info().members == 5
