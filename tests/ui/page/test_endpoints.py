from collections.abc import Iterator
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from dta_demo.screening.profile import profile
from dta_demo.ui.shared.examples import load_examples


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[Client]:
    client = Client(site, verbose=False, analytics_enabled=False)
    yield client
    client.close()


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    example = load_examples()[0]
    return example.protein_text, example.drug_text


def test_only_the_endpoints_are_listed(client: Client) -> None:
    listed = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(listed) == {
        "/predict", "/controls", "/attention", "/explain", "/poolings", "/profile", "/screen",
        "/scan",
    }  # fmt: skip


def test_predict_returns_the_document(
    client: Client, predictor: Any, pair: tuple[str, str]
) -> None:
    document = client.predict(*pair, api_name="/predict")
    assert document == predictor.predict(*pair).to_dict()
    assert document["unit"] == "pKd"


def test_profile_returns_the_document(client: Client, predictor: Any) -> None:
    document = client.predict("imatinib", api_name="/profile")
    assert document == profile(predictor, "imatinib").to_dict()


def test_screen_returns_a_row_for_each_molecule(client: Client, predictor: Any) -> None:
    document = client.predict("ABL1", "imatinib\nC1CC broken\n", api_name="/screen")
    good, bad = document["rows"]
    affinity = predictor.predict("ABL1", "imatinib").affinity
    assert good["affinity"] == pytest.approx(affinity, abs=1e-4)
    assert (bad["affinity"], bad["line"], bad["id"]) == (None, 2, "broken")
    assert "ring" in bad["fault"]
    assert not document["is_cut"]


def test_names_are_read(client: Client, predictor: Any) -> None:
    document = client.predict("ABL1 T315I", "imatinib", api_name="/predict")
    assert document == predictor.predict("ABL1 T315I", "imatinib").to_dict()
    assert document["receipt"]["protein"]["changes"] == [
        "Read as ABL1 (P00519), 1,130 residues, with T315I."
    ]
    explained = client.predict("CDK2", "dasatinib", api_name="/explain")
    assert len(explained["residues"]) == 298


def test_controls_stand_beside_the_prediction(client: Client, pair: tuple[str, str]) -> None:
    document = client.predict(*pair, api_name="/controls")
    controls = document.pop("controls")
    assert document == client.predict(*pair, api_name="/predict")
    assert controls["protein_matters"] is True
    assert controls["verdict"].startswith("The protein matters")


def test_attention_rows_sum_to_one(client: Client, pair: tuple[str, str]) -> None:
    document = client.predict(pair[0], api_name="/attention")
    assert len(document["received"]) == document["layers"]
    for row in document["received"]:
        assert len(row) == len(document["sequence"])
        assert sum(row) == pytest.approx(1, abs=1e-3)


def test_an_explanation_adds_up(client: Client) -> None:
    example = next(x for x in load_examples() if x.gene == "CDK2")
    document = client.predict(example.protein_text, example.drug_text, api_name="/explain")
    parts = [*document["residues"], *document["atoms"]]
    difference = document["affinity"] - document["baseline"]
    assert sum(part["attribution"] for part in parts) == pytest.approx(difference, rel=0.05)
    assert document["completeness_error"] <= 0.05
    assert {"attention", "attribution", "random"} <= set(document["faithfulness"])


def test_poolings_stand_side_by_side(client: Client, pair: tuple[str, str]) -> None:
    document = client.predict(*pair, api_name="/poolings")
    assert document["names"] == ["cls", "mean", "max", "attention"]
    assert len(document["predictions"]) == len(document["similarity"]) == 4


@pytest.mark.parametrize(
    ("protein", "smiles"), [("", "CCO"), ("MKVL<b>" * 9, "CCO"), (None, "C1CC"), (None, "<b>")]
)
def test_bad_input_gets_one_sentence(
    client: Client, pair: tuple[str, str], protein: str | None, smiles: str
) -> None:
    with pytest.raises(AppError) as refusal:
        client.predict(pair[0] if protein is None else protein, smiles, api_name="/predict")
    message = str(refusal.value)
    assert message.endswith(".")
    assert "Traceback" not in message
    assert "&lt;" not in message


def test_a_scan_of_a_list_returns_the_document(client: Client, pair: tuple[str, str]) -> None:
    document = client.predict(*pair, mutations="P1A", api_name="/scan")
    (mutant,) = document["mutants"]
    assert mutant["mutation"] == "P1A"
    assert mutant["change"] == 0
    with pytest.raises(AppError, match="not both"):
        client.predict(*pair, "1-5", "P1A", api_name="/scan")
