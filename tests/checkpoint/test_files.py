import gzip

import numpy as np
import pytest
import torch

from dta_demo.checkpoint.seal import seal
from dta_demo.model.network import DTAModel
from dta_demo.predictor.predictor import CHECKPOINT
from tests.support.checkpoints import change_arrays, change_json, put, refusal, write

pytestmark = pytest.mark.checkpoint

SHARD = max(path.name for path in CHECKPOINT.glob("model-*.safetensors"))


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
    "coefficient NaN": ("kernel-pkd.safetensors", poison("plain", float("nan"))),
    "profile infinite": ("kernel-pkd.safetensors", poison("drug_profiles", float("inf"))),
    "step of a fold NaN": ("kernel-kiba.safetensors", poison("0/step", float("nan"))),
    "step of a fold infinite": ("kernel-pkd.safetensors", poison("0/low", float("inf"))),
    "step of a fold huge": ("kernel-pkd.safetensors", poison("0/step", 3e38)),
    "no step": ("kernel-pkd.safetensors", lambda a: a.pop("0/step")),
    "steps in parts": (
        "kernel-pkd.safetensors",
        lambda a: a.update({"0/steps": a["0/steps"].float()}),
    ),
    "no profile": ("kernel-pkd.safetensors", lambda a: a.pop("drug_profiles")),
    "share above one": ("kernel-pkd.safetensors", poison("shares", 1.5)),
    "mean NaN": ("kernel-pkd.safetensors", poison("mean", float("nan"))),
    "scale zero": ("kernel-pkd.safetensors", poison("state_scale", 0.0)),
    "distance zero": ("kernel-pkd.safetensors", poison("distance", 0.0)),
    "power negative": ("kernel-pkd.safetensors", poison("settings", -1.0)),
    "more targets measured than there are": ("kernel-pkd.safetensors", poison("measured", 10**6)),
    "no target measured": ("kernel-pkd.safetensors", poison("measured", 0)),
    "targets measured negative": ("kernel-kiba.safetensors", poison("measured", -1)),
    "what was measured not told": ("kernel-pkd.safetensors", lambda a: a.pop("measured")),
    "measured in three ways": (
        "kernel-pkd.safetensors", lambda a: a.update(measured=torch.ones(3, dtype=torch.int64)),
    ),
    "measured in parts": (
        "kernel-pkd.safetensors", lambda a: a.update(measured=a["measured"].float()),
    ),
    "weight of embeddings above one": (
        "kernel-pkd.safetensors", lambda a: a["settings"].view(-1)[1:2].fill_(1.5),
    ),
    "folds twice": ("kernel-pkd.safetensors", lambda a: a["folds"].fill_(0)),
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


@pytest.mark.usefixtures("shared_is_hashed")
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
    "name",
    [
        SHARD,
        "kernel-pkd.safetensors",
        "reference.safetensors",
        "kinase.hmm",
        "kinases.json.gz",
    ],
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


BINDINGS = {
    "no label": lambda content: content.pop("pKd"),
    "no group": lambda content: content["pKd"]["groups"].pop("both new"),
    "no list": put("pKd", "groups", value=[]),
    "no entry": put("pKd", value=None),
    "entry as text": put("pKd", value="pKd"),
    "level of no interval": put("pKd", "level", value=0.4),
    "another level than that of the intervals": put("pKd", "level", value=0.8),
    "another floor than that of the intervals": put("pKd", "floor", value=4.5),
    "floor NaN": put("pKd", "floor", value=float("nan")),
    "active below the floor": put("pKd", "active_from", value=4.0),
    "no features": put(*PKD, "mean", value=[]),
    "means as text": put(*PKD, "mean", value="123456"),
    "mean NaN": put(*PKD, "mean", 0, value=float("nan")),
    "scale zero": put(*PKD, "scale", 0, value=0.0),
    "scale lost": lambda content: content["pKd"]["groups"]["seen"]["scale"].pop(),
    "weight infinite": put(*PKD, "binds", "weights", 0, value=float("inf")),
    "weight huge": put(*PKD, "active", "weights", 0, value=10**400),
    "intercept as text": put(*PKD, "affinity", "intercept", value="5"),
    "intercept true": put(*PKD, "binds", "intercept", value=True),
    "too few weights": put(*PKD, "affinity", "weights", value=[0.0]),
    "no weights": put(*PKD, "binds", "weights", value=None),
    "no predictor": lambda content: content["pKd"]["groups"]["seen"].pop("active"),
    "ends out of order": put(*PKD, "offsets", "low", 0, value=9.0),
    "no ends": put(*PKD, "offsets", value={}),
    "one feature fewer everywhere": lambda content: [
        each.pop() for each in lists_of_features(content["pKd"]["groups"]["seen"])
    ],
}


def lists_of_features(group):
    predictors = [group[name]["weights"] for name in ("binds", "active", "affinity")]
    return [group["mean"], group["scale"], *predictors]


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize("change", BINDINGS.values(), ids=BINDINGS.keys())
def test_a_hostile_calibration_of_binding_is_refused(folder, change):
    change_json(folder / "binding.json", change)
    seal(folder)
    said = refusal(folder)
    assert str(folder) in said or "The checkpoint's" in said


KINASES = {
    "no kinases": put("kinases", value=[]),
    "kinases that are no list": put("kinases", value={}),
    "a kinase that is none": put("kinases", 0, value=None),
    "a kinase twice": lambda content: content["kinases"].append(content["kinases"][0]),
    "columns of another profile": lambda content: content.update(columns=content["columns"] + 1),
    "columns huge": put("columns", value=10**12),
    "no names": put("kinases", 0, "names", value=[]),
    "name with a new line": put("kinases", 0, "names", value=["A\nB"]),
    "letters that are none": put("kinases", 0, "letters", value="<script>"),
    "letters lost": put("kinases", 0, "letters", value="MK"),
    "start of nothing": put("kinases", 0, "start", value=0),
    "score infinite": put("kinases", 0, "score", value=float("inf")),
    "alias that is no digest": put("kinases", 0, "aliases", value=["x"]),
    "mark of phosphorylation as text": put("kinases", 0, "phosphorylated", value="no"),
}


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize("change", KINASES.values(), ids=KINASES.keys())
def test_hostile_kinases_are_refused(folder, change):
    change_json(folder / "kinases.json.gz", change)
    seal(folder)
    assert "kinases.json.gz" in refusal(folder)


@pytest.mark.usefixtures("network_is_loaded")
@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, b" " * 30_000_000],
    ids=["empty", "list", "null", "cut short", "no text", "deep", "inflated"],
)
def test_kinases_that_are_no_json_object_are_refused(folder, text):
    write(folder / "kinases.json.gz", gzip.compress(text))
    seal(folder)
    assert "kinases.json.gz" in refusal(folder)


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
