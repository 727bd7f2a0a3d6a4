import json
import os
import shutil
import time

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save

from dta_demo import AffinityPredictor
from dta_demo.checkpoint import seal as seal_module
from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.reading import read_json
from dta_demo.checkpoint.seal import check_seal, digest_file, list_files, seal
from dta_demo.cli.main import main
from dta_demo.model.network import DTAModel
from dta_demo.predictor.predictor import CHECKPOINT
from dta_demo.training.card import main as write_card

pytestmark = pytest.mark.checkpoint

REFUSED_IN_SECONDS = 2.0
"""Nothing of the size that a hostile file names may be built."""

DIGESTS: dict[tuple[int, int, int], str] = {}


@pytest.fixture(scope="module")
def shared_copy(tmp_path_factory):
    """A copy of the bundled checkpoint, whose files the folders of all tests share."""
    folder = shutil.copytree(CHECKPOINT, tmp_path_factory.mktemp("shared") / "checkpoint")
    yield folder
    assert check_seal(folder) == check_seal(CHECKPOINT), "a test wrote into a shared file"


@pytest.fixture
def folder(shared_copy, tmp_path):
    """A folder of hard links; what is changed in it is written anew."""
    return shutil.copytree(shared_copy, tmp_path / "checkpoint", copy_function=os.link)


@pytest.fixture
def network_is_loaded(predictor, monkeypatch):
    """Load no network where another file is spoiled, and hash each shared file once."""
    network = predictor._loaded.ensemble.model
    monkeypatch.setattr(DTAModel, "load", lambda folder: network)
    monkeypatch.setattr(seal_module, "digest_file", digest_once)


def digest_once(path):
    status = path.stat()
    file = (status.st_ino, status.st_mtime_ns, status.st_size)
    if file not in DIGESTS:
        DIGESTS[file] = digest_file(path)
    return DIGESTS[file]


def write(path, content):
    """Write a file anew, whatever else is linked to the one that was there."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def change_json(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    write(path, json.dumps(content).encode())


def change_arrays(path, change):
    arrays = load_file(path)
    change(arrays)
    write(path, save(arrays, metadata={"format": "pt"}))


def refusal(folder):
    """Load a checkpoint that cannot be used and give what is said."""
    with pytest.raises(CheckpointError) as caught:
        AffinityPredictor.load(folder, device="cpu")
    sentence = str(caught.value)
    assert sentence.count("\n") == 0
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence


# --- The seal ---------------------------------------------------------------------------------


def test_the_bundled_checkpoint_is_sealed_whole():
    sealed = read_json(CHECKPOINT / "config.json")["files"]
    assert sorted(sealed) == list_files(CHECKPOINT)
    assert {"kinase.hmm", "training.json", "model.safetensors.index.json"} <= set(sealed)
    assert check_seal(CHECKPOINT) == check_seal(CHECKPOINT)


@pytest.mark.parametrize(
    "name",
    [
        "model-00004-of-00004.safetensors",
        "model.safetensors.index.json",
        "kernel-pkd.safetensors",
        "reference.safetensors",
        "reference.json",
        "calibration.json",
        "training.json",
        "kinase.hmm",
    ],
)
def test_a_file_that_was_changed_or_lost_is_named(folder, name):
    whole = (folder / name).read_bytes()
    write(folder / name, whole[:-2] + b"?\n")
    assert f"{name} " in refusal(folder)
    write(folder / name, whole[: len(whole) // 2])
    assert f"{name} " in refusal(folder)
    (folder / name).unlink()
    assert name in refusal(folder) or "no weights" in refusal(folder)


def test_what_the_predictor_does_not_read_can_change(tmp_path):
    folder = shutil.copytree(CHECKPOINT, tmp_path / "checkpoint")
    before = check_seal(folder)
    (folder / "README.md").write_text("Another card.")
    assert check_seal(folder) == before
    write_card(str(folder))
    assert check_seal(folder) == before


def test_the_seal_differs_with_any_weight(folder):
    before = check_seal(folder)
    change_arrays(folder / "kernel-pkd.safetensors", lambda arrays: arrays["mean"].add_(1e-6))
    seal(folder)
    assert check_seal(folder) != before


def test_sealing_twice_changes_nothing(folder):
    before = (folder / "config.json").read_bytes()
    seal(folder)
    assert (folder / "config.json").read_bytes() == before


def test_a_file_that_was_added_is_refused(folder):
    shutil.copy(folder / "kernel-pkd.safetensors", folder / "model-00005-of-00005.safetensors")
    assert "lacks the file 'model-00005-of-00005.safetensors'" in refusal(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "sub/file", "..", ""])
def test_a_seal_that_names_what_is_no_file_of_the_folder_is_refused(folder, name):
    change_json(folder / "config.json", lambda config: config["files"].update({name: "0" * 64}))
    assert "names the file" in refusal(folder)


def test_an_unsealed_checkpoint_says_how_to_seal_it(folder):
    change_json(folder / "config.json", lambda config: config.pop("files"))
    assert f"python -m dta_demo.checkpoint {folder}." in refusal(folder)
    seal(folder)
    assert AffinityPredictor.load(folder, device="cpu").info().members == 5


@pytest.mark.parametrize("value", [[], "x", 1, {}, {"kinase.hmm": None}])
def test_a_seal_that_is_none_is_refused(folder, value):
    change_json(folder / "config.json", lambda config: config.update(files=value))
    refusal(folder)


def test_a_folder_without_a_checkpoint_is_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint in"):
        check_seal(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        seal(tmp_path)


def test_a_pickle_is_never_looked_for(folder):
    for path in folder.glob("model*"):
        path.unlink()
    torch.save({}, folder / "pytorch_model.bin")
    assert "has no weights as safetensors" in refusal(folder)
    with pytest.raises(CheckpointError, match="no weights as safetensors"):
        DTAModel.load(folder)


def test_the_command_line_says_it_in_one_line(folder, examples, capsys):
    write(folder / "kinase.hmm", b"no profile")
    row = examples["Imatinib – ABL1"]
    options = ["--protein", row["sequence"], "--smiles", row["smiles"]]
    assert main(["predict", *options, "--checkpoint", str(folder)]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "kinase.hmm" in captured.err
    assert "is not the one that was sealed" in captured.err


# --- A sealed configuration that is hostile ------------------------------------------------------


def put(*place, value):
    """Give a change that puts a value at a place in a configuration."""

    def change(config):
        for name in place[:-1]:
            config = config[name]
        config[place[-1]] = value

    return change


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
    "pocket column negative": put("pocket_columns", 0, value=-1),
    "pocket column outside the profile": put("pocket_columns", 0, value=1999),
    "no pocket": put("pocket_columns", value=[]),
    "pocket that is no list": put("pocket_columns", value=5),
    "tuned layers": put("tuned_layers", value=7),
    "dropout of one": put("dropout", value=1.0),
    "no width": lambda config: config.pop("width"),
}


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
@pytest.mark.parametrize("name", ["config.json", "calibration.json", "reference.json"])
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


# --- Sealed values that are hostile -----------------------------------------------------------


SHARD = "model-00004-of-00004.safetensors"


def first(arrays):
    return next(name for name, each in sorted(arrays.items()) if each.ndim > 1)


def poison(name, value):
    def change(arrays):
        arrays[name].view(-1)[0] = value

    return change


WEIGHTS = {
    "NaN": lambda arrays: poison(first(arrays), float("nan"))(arrays),
    "infinite": lambda arrays: poison(first(arrays), float("inf"))(arrays),
    "lost": lambda arrays: arrays.pop(first(arrays)),
    "added": lambda arrays: arrays.update(extra=torch.zeros(2)),
    "of another shape": lambda arrays: arrays.update({first(arrays): torch.zeros(2, 3)}),
}
ARRAYS = {
    "coefficient NaN": ("kernel-pkd.safetensors", poison("-1/plain", float("nan"))),
    "coefficient of a fold NaN": ("kernel-kiba.safetensors", poison("3/profiled", float("nan"))),
    "profile infinite": ("kernel-pkd.safetensors", poison("0/drug_profiles", float("inf"))),
    "no profile": ("kernel-pkd.safetensors", lambda a: a.pop("0/drug_profiles")),
    "share above one": ("kernel-pkd.safetensors", poison("shares", 1.5)),
    "mean NaN": ("kernel-pkd.safetensors", poison("mean", float("nan"))),
    "scale zero": ("kernel-pkd.safetensors", poison("state_scale", 0.0)),
    "distance zero": ("kernel-pkd.safetensors", poison("distances", 0.0)),
    "power negative": ("kernel-pkd.safetensors", poison("settings", -1.0)),
    "folds twice": ("kernel-pkd.safetensors", poison("folds", 0)),
    "bits": ("kernel-pkd.safetensors", poison("bits", 8192)),
    "bits huge": ("kernel-pkd.safetensors", poison("bits", 2**60)),
    "rows out of order": (
        "kernel-pkd.safetensors", lambda a: a["fragment_rows"][1:2].add_(1000),
    ),
    "rows beyond the end": (
        "kernel-pkd.safetensors", lambda a: a["fragment_rows"].view(-1)[-1:].add_(1000),
    ),
    "columns outside": (
        "kernel-pkd.safetensors",
        lambda a: a.update(fragment_columns=torch.full_like(a["fragment_columns"], 65535)),
    ),
    "targets fewer": (
        "kernel-pkd.safetensors", lambda a: a.update(target_keys=a["target_keys"][1:].clone()),
    ),
    "pocket wider": (
        "kernel-pkd.safetensors",
        lambda a: a.update(codes=torch.zeros(len(a["codes"]), 91, dtype=torch.uint8)),
    ),
    "vector NaN": ("reference.safetensors", poison("target_vectors", float("nan"))),
    "centre infinite": ("reference.safetensors", poison("target_centre", float("inf"))),
    "mean of pairs NaN": ("reference.safetensors", poison("drug_mean", float("nan"))),
    "overall mean NaN": ("reference.safetensors", poison("mean_pkd", float("nan"))),
    "bits of drugs": (
        "reference.safetensors", lambda a: a.update(drug_bits=a["drug_bits"][:, :8].clone()),
    ),
    "targets of the reference fewer": (
        "reference.safetensors", lambda a: a.update(kinase=a["kinase"][1:].clone()),
    ),
    "narrow states": (
        "reference.safetensors",
        lambda a: a.update(
            target_vectors=a["target_vectors"][:, :8].clone(),
            target_centre=a["target_centre"][:8].clone(),
        ),
    ),
    "numbers without NumPy's type": (
        "reference.safetensors", lambda a: a.update(mean_pkd=a["mean_pkd"].bfloat16()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", WEIGHTS.values(), ids=WEIGHTS.keys())
def test_hostile_weights_are_refused(folder, change):
    change_arrays(folder / SHARD, change)
    seal(folder)
    assert str(folder) in refusal(folder)


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize(("name", "change"), ARRAYS.values(), ids=ARRAYS.keys())
def test_hostile_arrays_are_refused(folder, name, change):
    change_arrays(folder / name, change)
    seal(folder)
    assert str(folder) in refusal(folder)


@pytest.mark.parametrize(
    "name", [SHARD, "kernel-pkd.safetensors", "reference.safetensors", "kinase.hmm"]
)
@pytest.mark.parametrize(
    "content",
    [b"", b"\x80\x04.", b"\xff" * 100, b"\x08" + b"\0" * 7 + b"{}      "],
    ids=["empty", "pickle", "no header", "empty header"],
)
def test_what_is_no_such_file_is_refused(folder, name, content, request):
    if name != SHARD:
        request.getfixturevalue("network_is_loaded")
    write(folder / name, content)
    seal(folder)
    assert str(folder) in refusal(folder)


PKD = ("pKd", "groups", "seen")
CALIBRATIONS = {
    "no label": lambda content: content.pop("pKd"),
    "no group": lambda content: content["pKd"]["groups"].pop("both new"),
    "no list": put("pKd", "groups", value=[]),
    "no entry": put("pKd", value=None),
    "level": put("pKd", "level", value=90),
    "floor NaN": put("pKd", "floor", value=float("nan")),
    "floor of predictions": put("pKd", "floor_below", value=float("-inf")),
    "edge NaN": put(*PKD, "edges", 0, value=float("nan")),
    "edges out of order": put(*PKD, "edges", 0, value=9.0),
    "end infinite": put(*PKD, "high", 0, value=float("inf")),
    "ends out of order": put(*PKD, "low", 0, value=5.0),
    "ends as text": put(*PKD, "low", value="012345"),
    "too few ends": put(*PKD, "low", value=[-1.0]),
    "pairs": put(*PKD, "pairs", value=-1),
}


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize("change", CALIBRATIONS.values(), ids=CALIBRATIONS.keys())
def test_a_hostile_calibration_is_refused(folder, change):
    change_json(folder / "calibration.json", change)
    seal(folder)
    refusal(folder)


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("reference.json", put("drugs", value=[])),
        ("reference.json", put("drugs", 0, value=5)),
        ("reference.json", lambda content: content["targets"].pop()),
        ("reference.json", lambda content: content.pop("targets")),
        ("training.json", lambda content: content.pop("pairs")),
        ("training.json", put("highest_pkd", value=float("nan"))),
        ("training.json", put("encoder", value=5)),
    ],
)
def test_other_hostile_records_are_refused(folder, name, change):
    change_json(folder / name, change)
    seal(folder)
    refusal(folder)


def test_the_weights_of_half_precision_stay_as_they_are(folder, predictor):
    loaded = DTAModel.load(folder).state_dict()
    for name, weights in predictor._loaded.ensemble.model.state_dict().items():
        np.testing.assert_array_equal(loaded[name].numpy(), weights.numpy())
