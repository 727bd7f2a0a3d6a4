"""Record of everything that a checkout answers, to compare two commits:
``python tests/support/record_answers.py CHECKOUT DATA OUTPUT``.

Every verb and every endpoint of the checkout runs with the Python that runs this; DATA is the
folder of the Davis data. Two records of one machine are equal where behaviour is. Progress bars
are left out, as they tell the time.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

VERBS = ("predict", "attention", "explain", "poolings", "evaluate", "info", "benchmark", "train")
VERBS += ("fetch",)
CAFFEINE = "Cn1cnc2c1c(=O)n(C)c(=O)n2C"
NO_KINASE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVKALPDAQFEVV"
PATIENCE = 4000
PART = 22
"""One in so many targets of Davis makes a small dataset."""


class Checkout:
    """A checkout whose verbs and page are asked."""

    def __init__(self, root: Path, davis: Path, scratch: Path) -> None:
        self.root, self.davis, self.scratch = root, davis, scratch
        path = root / "assets" / "examples.json"
        self.examples = json.loads(path.read_text(encoding="utf-8"))
        self.pair = (self.examples[2]["sequence"], self.examples[2]["smiles"])
        kinase = self.pair[0][:100]
        self.refused = [
            ("MKT1", "CCO"), ("CCO", "MKTAYIAKQR"), ("", "CCO"), (kinase, "C1CC"),
            (kinase, "c1ccc"), (kinase, ""), ("M" * 9, "CCO"), (kinase, "[Na+].[Cl-]"),
            ("B" * 80, "CCO"),
        ]  # fmt: skip

    def run(self, *arguments: object) -> dict[str, Any]:
        """Run one verb: exit status, standard output, and standard error without progress bars."""
        done = subprocess.run(
            [sys.executable, "-m", "dta_demo", *map(str, arguments)],
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        lines = [line for line in done.stderr.splitlines() if "it/s" not in line]
        told = [line for line in lines if "s/it" not in line and "0%|" not in line]
        return {"rc": done.returncode, "out": done.stdout, "err": told}

    def record_verbs(self) -> dict[str, Any]:
        """Answers of the verbs about pairs."""
        found = {f"{verb} --help": self.run(*verb.split(), "--help") for verb in ("", *VERBS)}
        pairs = {row["title"]: (row["sequence"], row["smiles"]) for row in self.examples[:8]}
        pairs |= {"caffeine": (self.pair[0][:600], CAFFEINE), "no kinase": (NO_KINASE, "CCO")}
        for title, (protein, smiles) in [*pairs.items(), *((str(x), x) for x in self.refused)]:
            given = ("--protein", protein, "--smiles", smiles, "--json")
            found[f"predict {title}"] = self.run("predict", *given)
        given = ("--protein", self.pair[0], "--smiles", self.pair[1])
        for verb in ("predict", "predict --controls", "poolings", "explain"):
            found[verb] = self.run(*verb.split(), *given)
            found[f"{verb} --json"] = self.run(*verb.split(), *given, "--json")
        protein, full = given[:2], self.scratch / "map.npy"
        found["attention"] = self.run("attention", *protein)
        found["attention --json"] = self.run("attention", *protein, "--json")
        self.run("attention", *protein, "--map", 3, 4, "--output", full)
        found["attention --map"] = hashlib.sha256(full.read_bytes()).hexdigest()
        found["attention, no such layer"] = self.run("attention", *protein, "--map", 30, 4)
        found["info"], found["info --json"] = self.run("info"), self.run("info", "--json")
        found["no checkpoint"] = self.run("info", "--checkpoint", self.scratch / "nowhere")
        return found

    def record_evaluations(self) -> dict[str, Any]:
        """Answers of ``evaluate``: on parts of Davis, and on one of its folds."""
        small, other = self.take_part(0), self.take_part(1)
        beside = ("--baselines", "--train-data", other, "--controls", "--json")
        return {
            "evaluate": self.run("evaluate", "--data", small),
            "evaluate beside": self.run("evaluate", "--data", small, *beside),
            "evaluate no fold": self.run("evaluate", "--data", small, "--folds", 0),
            "evaluate --split": self.run(
                "evaluate", "--data", small, "--split", "new-target", "--json"
            ),
            "evaluate --folds": self.run("evaluate", "--data", self.davis, "--folds", 0, "--json"),
        }

    def take_part(self, number: int) -> Path:
        """Write a dataset of some targets of Davis."""
        folder = self.scratch / f"part-{number}"
        folder.mkdir()
        targets = self._read("targets.csv")
        kept = [row for place, row in enumerate(targets[1:]) if place % PART == number]
        names = {row[0] for row in kept}
        pairs = self._read("affinities.csv")
        column = pairs[0].index("target_id")
        tables = {
            "targets.csv": [targets[0], *kept],
            "affinities.csv": [pairs[0], *(row for row in pairs[1:] if row[column] in names)],
        }
        for name, rows in tables.items():
            with (folder / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        for name in ("drugs.csv", "dataset.json"):
            (folder / name).write_bytes((self.davis / name).read_bytes())
        return folder

    def _read(self, name: str) -> list[list[str]]:
        with (self.davis / name).open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))

    def record_endpoints(self) -> dict[str, Any]:
        """Answers of the page's endpoints, and their description."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(port)}
        environment["GRADIO_TEMP_DIR"] = str(self.scratch)
        server = subprocess.Popen([sys.executable, "app.py"], cwd=self.root, env=environment)
        try:
            client = self._connect(f"http://127.0.0.1:{port}", server)
            found = {"api": client.view_api(return_format="dict", print_info=False)}
            for name in ("/predict", "/controls", "/explain", "/poolings"):
                found[name] = client.predict(*self.pair, api_name=name)
            found["/attention"] = client.predict(self.pair[0], api_name="/attention")
            for pair in self.refused:
                found[f"/predict {pair}"] = _ask(client, pair)
            return found
        finally:
            server.terminate()
            server.wait(30)

    @staticmethod
    def _connect(address: str, server: subprocess.Popen[bytes]) -> Any:
        from gradio_client import Client

        while server.poll() is None:
            try:
                return Client(address, verbose=False)
            except Exception:  # Not there yet.
                time.sleep(0.5)
        raise RuntimeError("The page of the checkout does not start.")


def _ask(client: Any, pair: tuple[str, str]) -> Any:
    try:
        return client.predict(*pair, api_name="/predict")
    except Exception as error:  # The refusal is the answer.
        return str(error)


def main(root: Path, davis: Path, output: Path) -> None:
    """Record one checkout."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(root.resolve(), davis.resolve(), Path(folder))
        answers = {
            "verbs": checkout.record_verbs(),
            "evaluations": checkout.record_evaluations(),
            "endpoints": checkout.record_endpoints(),
        }
        text = json.dumps(answers, indent=1, sort_keys=True)
    text = text.replace(str(root.resolve()), "CHECKOUT").replace(folder, "SCRATCH")
    output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
