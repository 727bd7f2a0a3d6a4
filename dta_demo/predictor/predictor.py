"""The only door to the model for page, command line and notebooks.

>>> from dta_demo import AffinityPredictor
>>> predictor = AffinityPredictor.load()
>>> predictor.predict("MGCGCSS...", "Cc1nc(Nc2ncc(s2)C(=O)...").affinity
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from dta_demo.checkpoint.reading import load_profile, load_record
from dta_demo.checkpoint.seal import check_seal
from dta_demo.encoders.devices import has_fast_bfloat16, resolve_device
from dta_demo.encoders.windows import plan_windows
from dta_demo.inputs.molecule import (
    Drug,
    InputError,
    Protein,
    ReadMolecule,
    parse_drug,
    parse_protein,
    read_molecule,
)
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain, choose_domain
from dta_demo.kinases.landmarks import find_landmarks
from dta_demo.kinases.targets import is_phosphorylated, parse_target_name
from dta_demo.model.ensemble import AffinityEnsemble, EncodedProteins, PairPredictions
from dta_demo.model.member import LABELS, ProteinRegion, pool_region
from dta_demo.model.network import POOLING_NAMES, cut_region
from dta_demo.molecules.fingerprints import DescribedDrugs
from dta_demo.results.prediction import (
    MAXIMUM,
    MEAN,
    Applicability,
    AttentionReport,
    Controls,
    KernelPart,
    PoolingReport,
    Prediction,
    Region,
    Screened,
)
from dta_demo.runtime.cache import ByteBoundCache
from dta_demo.runtime.jobs import TurnLock
from dta_demo.runtime.threads import one_numpy_thread
from dta_demo.trust.applicability import (
    SAME_DRUG,
    DrugNeighbours,
    check_calibrated,
    clip_to_floor,
    group_of,
    group_of_interval,
    judge,
    load_calibrations,
)
from dta_demo.trust.controls import judge_protein, shuffle_residues
from dta_demo.trust.reference import load_reference, mean_state

CHECKPOINT = Path(__file__).resolve().parents[2] / "assets" / "checkpoint"
"""The checkpoint that comes with the repository."""

CACHE_BYTES = 256 * 2**20
"""Encoded proteins are kept until they take this much memory."""

MAP_CACHE_BYTES = 64 * 2**20
"""Attention maps and rollouts are kept until they take this much; a full map takes 4 MB."""

MOLECULES_AT_ONCE = 512
"""Molecules that are screened together: enough for large products, few enough to answer soon."""

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}

PKD, KIBA = (LABELS.index(label) for label in LABELS)


@dataclass(frozen=True)
class EncodedProtein:
    """Everything that is computed once for a protein, whatever the molecule.

    Attributes
    ----------
    received, given : Tensor or None, shape (layers, heads, residues)
        Attention that each residue receives and gives, see `dta_demo.encoders.attention`, where
        it was gathered.
    windows : tuple of (int, int)
        First and last residue of each window in which it was read.
    domain : KinaseDomain or None
        The one of its domains that predictions are about.
    proteins : EncodedProteins
        The one protein, as the members read it.
    """

    received: Tensor | None
    given: Tensor | None
    windows: tuple[tuple[int, int], ...]
    domains: tuple[KinaseDomain, ...]
    domain: KinaseDomain | None
    proteins: EncodedProteins

    @property
    def region(self) -> ProteinRegion:
        """What the heads read."""
        return self.proteins.regions[0]

    @property
    def nbytes(self) -> int:
        """Memory that the cache counts it with."""
        region = self.region
        tensors = [
            self.received, self.given, region.states, region.pocket, self.proteins.vectors,
        ]  # fmt: skip
        return sum(tensor.nbytes for tensor in tensors if tensor is not None)


SHARED_CACHE: ByteBoundCache[EncodedProtein] = ByteBoundCache(CACHE_BYTES)
"""Encoded proteins of this process, whichever tab, visitor or predictor asked for them."""

SHARED_MAPS: ByteBoundCache[np.ndarray] = ByteBoundCache(MAP_CACHE_BYTES)
"""Attention maps and rollouts of this process, which are computed on request only."""


class AffinityPredictor:
    """A loaded model with its device, cache, lock, calibration and reference set.

    Safe under threads: the model runs behind one lock, and nothing is kept between calls but
    encoded proteins, under what they were made from.
    """

    def __init__(self, ensemble: AffinityEnsemble, folder: Path, checkpoint: str) -> None:
        self.ensemble = ensemble
        self.model = ensemble.model
        self.folder = folder
        config = self.model.config
        self.profile = load_profile(folder / "kinase.hmm", config.pocket_columns)
        self.calibrations = load_calibrations(folder / "calibration.json")
        check_calibrated(self.calibrations, LABELS[PKD], folder / "calibration.json")
        self.reference = load_reference(folder, config.esm["hidden_size"])
        self.record = load_record(folder / "training.json")
        self.lock = TurnLock()
        self._checkpoint = checkpoint
        self._names = frozenset(self.reference.target_names)

    @classmethod
    def load(
        cls,
        checkpoint: str | Path | None = None,
        device: str | torch.device = "auto",
        precision: str = "float32",
    ) -> AffinityPredictor:
        """Load a checkpoint; by default the one that comes with the repository.

        Parameters
        ----------
        precision : {"float32", "bfloat16"}
            Of the protein encoder. In bfloat16 it is faster where the processor has the
            instructions for it, and predictions differ by less than 0.02 pKd.

        Raises
        ------
        FileNotFoundError
            When the folder holds no checkpoint.
        ValueError
            When the device is not there, bfloat16 would not be faster on it, or the checkpoint
            is not as it was sealed or holds what cannot be used (`CheckpointError`).
        """
        folder = Path(checkpoint) if checkpoint is not None else CHECKPOINT
        place = resolve_device(device)
        if precision not in PRECISIONS:
            raise ValueError(f"The precision must be one of {', '.join(PRECISIONS)}.")
        if precision == "bfloat16" and not has_fast_bfloat16(place):
            raise ValueError(
                f"bfloat16 is not faster on this {place.type}: leave the precision at float32."
            )
        sealed = check_seal(folder)
        ensemble = AffinityEnsemble.load(folder)
        torch.nn.Module.to(ensemble.model, place)
        ensemble.model.encoder.precision = PRECISIONS[precision]
        return cls(ensemble, folder, sealed)

    # --- Predictions --------------------------------------------------------------------------

    def predict(self, protein: str | Protein, drug: str | Drug) -> Prediction:
        """Predict the affinity of a pair.

        Parameters
        ----------
        protein : str or Protein
            Sequence or FASTA text, or a parsed protein.
        drug : str or Drug
            SMILES, or a parsed molecule.

        Raises
        ------
        InputError
            When the text describes no protein or molecule that can be predicted.
        """
        protein, drug = _parsed_protein(protein), _parsed_drug(drug)
        encoded, described = self.encode(protein), self.ensemble.describe_smiles([drug.smiles])
        index = np.zeros(1, dtype=np.int64)
        with one_numpy_thread():
            with self.lock:
                predicted = self.ensemble.predict_pairs(encoded.proteins, described, index, index)
            return self._judge(protein, drug, encoded, described, predicted)

    def _judge(
        self,
        protein: Protein,
        drug: Drug,
        encoded: EncodedProtein,
        described: DescribedDrugs,
        predicted: PairPredictions,
    ) -> Prediction:
        """Turn what was predicted for the one pair into a record with its interval and caveats."""
        floor = self.model.config.floor
        calibration = self.calibrations[LABELS[PKD]]
        networks = predicted.networks[:, :, 0, PKD]
        by_pooling = clip_to_floor(networks.mean(axis=0), floor)
        by_member = clip_to_floor(networks.mean(axis=1), floor)
        affinity = clip_to_floor(predicted.blended[0, PKD], floor)
        kernel = clip_to_floor(predicted.kernel[0, PKD], floor)
        share = float(predicted.share[0, PKD])
        nearest = self.reference.nearest_drugs(described.circles)
        (applicability,) = self._applicability(encoded, described, nearest)
        low, high = self._intervals(affinity[None], [applicability])
        trained_for_kiba = LABELS[KIBA] in self.calibrations
        return Prediction(
            protein=protein,
            drug=drug,
            affinity=float(affinity),
            interval=(float(low[0]), float(high[0])),
            level=calibration.level,
            by_pooling=dict(zip(POOLING_NAMES, by_pooling.tolist(), strict=True)),
            spread=float(by_member.std()),
            kernel=KernelPart(float(kernel), share) if share else None,
            kiba_score=float(predicted.blended[0, KIBA]) if trained_for_kiba else None,
            floor=floor,
            floor_below=calibration.floor_below,
            regions=(_region_of(protein, encoded),),
            applicability=applicability,
            notes=_notes_on(protein, encoded),
        )

    def _applicability(
        self, encoded: EncodedProtein, drugs: DescribedDrugs, nearest: Sequence[DrugNeighbours]
    ) -> list[Applicability]:
        """Say of each molecule how far the model may be believed about it and a protein."""
        target, is_kinase = self.reference.nearest_target(mean_state(encoded.region))
        (new_target,), new_drugs = self.ensemble.find_new(
            LABELS[PKD], encoded.proteins.forms, drugs.smiles
        )
        has_domain = encoded.domain is not None
        return [
            judge(near, target, is_kinase, has_domain, group_of(new_target, new_drug))
            for near, new_drug in zip(nearest, new_drugs.tolist(), strict=True)
        ]

    def screen(self, protein: str | Protein, molecules: Iterable[str]) -> Iterator[Screened]:
        """Predict one protein with many molecules, as fast as their text is read.

        The values are those of `predict`.

        Parameters
        ----------
        protein : str or Protein
        molecules : iterable of str
            SMILES, read as the results are asked for: a stream of any length.

        Yields
        ------
        Screened
            One for each text, in their order; a text that is no molecule takes nothing but its
            own row.

        Raises
        ------
        InputError
            When the protein's text describes none.
        """
        return self._screen(_parsed_protein(protein), molecules)

    def _screen(self, protein: Protein, molecules: Iterable[str]) -> Iterator[Screened]:
        encoded, waiting = self.encode(protein), iter(molecules)
        while texts := list(islice(waiting, MOLECULES_AT_ONCE)):
            read = [_read_or_refuse(text) for text in texts]
            given = {
                text: each
                for text, each in zip(texts, read, strict=True)
                if isinstance(each, ReadMolecule)
            }
            with one_numpy_thread():
                predicted = self._screen_read(encoded, given) if given else {}
            for text, each in zip(texts, read, strict=True):
                if isinstance(each, ReadMolecule):
                    yield Screened(text, each.name, each.changes, *predicted[text])
                else:
                    yield Screened(text, fault=str(each))

    def _screen_read(
        self, encoded: EncodedProtein, read: dict[str, ReadMolecule]
    ) -> dict[str, tuple[float, tuple[float, float], Applicability]]:
        """Predict molecules, given by their texts: affinity, interval and applicability of each."""
        described = self.ensemble.describe([each.molecule for each in read.values()])
        nearest = self.reference.nearest_drugs(described.circles)
        # Only a molecule with all the fragments of a training molecule can be one: the others are
        # spared their canonical SMILES, by which it is recognised.
        smiles = [
            parse_drug(text).smiles if near.nearest.similarity >= SAME_DRUG else ""
            for text, near in zip(read, nearest, strict=True)
        ]
        drugs = replace(described, smiles=tuple(smiles))
        numbers = np.arange(len(read))
        with self.lock:
            predicted = self.ensemble.predict_pairs(
                encoded.proteins, drugs, np.zeros_like(numbers), numbers, LABELS[PKD : PKD + 1]
            )
        affinity = clip_to_floor(predicted.blended[:, PKD], self.model.config.floor)
        applicability = self._applicability(encoded, drugs, nearest)
        low, high = self._intervals(affinity, applicability)
        ends = zip(low.tolist(), high.tolist(), strict=True)
        return dict(
            zip(read, zip(affinity.tolist(), ends, applicability, strict=True), strict=True)
        )

    def _intervals(
        self, affinity: np.ndarray, applicability: Sequence[Applicability]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the interval's ends of predictions, each by its own group."""
        calibration = self.calibrations[LABELS[PKD]]
        groups = np.array([group_of_interval(each) for each in applicability])
        low, high = np.empty_like(affinity), np.empty_like(affinity)
        for group in np.unique(groups):
            own = groups == group
            low[own], high[own] = calibration.interval(affinity[own], str(group))
        return low, high

    def controls(self, protein: str | Protein, drug: str | Drug) -> Controls:
        """Predict a pair beside its controls; raises what `predict` raises.

        The controls are the same molecule with the protein's residues shuffled, and the mean
        pKd of the molecule and of the target in the training data.
        """
        protein, drug = _parsed_protein(protein), _parsed_drug(drug)
        prediction = self.predict(protein, drug)
        target_state = mean_state(self.encode(protein).region)
        shuffled = self._predict_sequences(shuffle_residues(protein.sequence), drug)
        matters, verdict = judge_protein(
            prediction, shuffled, self._typical_error(prediction.applicability)
        )
        return Controls(
            prediction=prediction,
            shuffled=tuple(shuffled.tolist()),
            drug_mean=self.reference.mean_of_drug(
                self.ensemble.describe_smiles([drug.smiles]).circles
            ),
            target_mean=self.reference.mean_of_target(target_state),
            overall_mean=self.reference.mean_pkd,
            protein_matters=matters,
            verdict=verdict,
        )

    def _predict_sequences(self, sequences: Sequence[str], drug: Drug) -> np.ndarray:
        """Predict several proteins with one molecule: pKd, shape (sequences,)."""
        forms = [Construct(sequence) for sequence in sequences]
        regions = [self.read_region(form)[0] for form in forms]
        numbers, described = np.arange(len(regions)), self.ensemble.describe_smiles([drug.smiles])
        with self.lock:
            proteins = self.ensemble.encode(forms, regions)
            predicted = self.ensemble.predict_pairs(
                proteins, described, numbers, np.zeros_like(numbers)
            )
        return clip_to_floor(predicted.blended[:, PKD], self.model.config.floor)

    def _typical_error(self, applicability: Applicability) -> float:
        """Root mean squared error in cross-validation on pairs of the query's group, pKd."""
        return math.sqrt(self.info()["by_group"][group_of_interval(applicability)]["mse"])

    def poolings(self, protein: str | Protein, drug: str | Drug) -> PoolingReport:
        """Compare the four poolings on a pair; raises what `predict` raises."""
        protein = _parsed_protein(protein)
        prediction = self.predict(protein, drug)
        encoded = self.encode(protein)
        with self.lock, torch.no_grad():
            vectors, weights = self._pool(encoded)
        start = _region_of(protein, encoded).start
        along = np.zeros((len(POOLING_NAMES), len(protein.sequence)), dtype=np.float32)
        along[:, start - 1 : start - 1 + weights.shape[1] - 1] = weights[:, 1:].cpu().numpy()
        similarity = cosine_similarity(vectors.unsqueeze(1), vectors.unsqueeze(0), dim=-1)
        return PoolingReport(prediction, POOLING_NAMES, similarity.cpu().numpy(), along)

    def _pool(self, encoded: EncodedProtein) -> tuple[Tensor, Tensor]:
        """Pool one protein, averaged over members: (poolings, hidden), (poolings, tokens)."""
        pooled = [
            [pool_region(member.poolings[name], encoded.region.states) for name in POOLING_NAMES]
            for member in self.model.choose_members()
        ]
        vectors = torch.stack([torch.stack([p.vector[0] for p in row]) for row in pooled])
        weights = torch.stack([torch.stack([p.weights[0] for p in row]) for row in pooled])
        return vectors.mean(dim=0), weights.mean(dim=0)

    # --- Attention ----------------------------------------------------------------------------

    def attention(self, protein: str | Protein) -> AttentionReport:
        """Give the attention that each residue receives and gives, by layer and head."""
        protein = _parsed_protein(protein)
        encoded = self.encode(protein, received=True)
        assert encoded.received is not None
        assert encoded.given is not None
        return AttentionReport(
            protein=protein,
            received=encoded.received.cpu().numpy(),
            given=encoded.given.cpu().numpy(),
            windows=encoded.windows,
            regions=(_region_of(protein, encoded),),
            landmarks=find_landmarks(encoded.domain, protein.sequence),
        )

    def attention_rollout(self, protein: str | Protein) -> np.ndarray:
        """Give what each residue receives by attention rollout through all layers.

        Rollout multiplies the layers' attention, averaged over heads and with the residual
        connection, see `dta_demo.encoders.head_maps`. It is computed on request and kept.

        Returns
        -------
        numpy.ndarray of float32, shape (residues,)
            Sums to 1.
        """
        sequence = _parsed_protein(protein).sequence
        encoder, pause = self.model.encoder, self.lock.give_way
        return self._recall_map(
            ("rollout", sequence), lambda: encoder.roll_out_attention(sequence, pause)
        )

    def attention_map(
        self, protein: str | Protein, layer: int, head: int, window: int | None = None
    ) -> np.ndarray:
        """Give the full attention map of one layer and head, both counted from 1.

        Parameters
        ----------
        layer, head : int
            Layer ``MEAN`` (0) averages over the layers, head ``MEAN`` over the heads, and head
            ``MAXIMUM`` (-1) takes the largest of a layer's heads at each pair of residues.
        window : int, optional
            Which of the windows, from 1, in which a long protein is read.

        Returns
        -------
        numpy.ndarray of float32, shape (residues, residues)
            Row *i* is what residue *i* + 1, or the *i* + 1st of the window, attends to. Rows sum
            to 1 over the residues, except in a ``MAXIMUM``. The array is shared: read-only.

        Raises
        ------
        InputError
            When the layer, head or window is not there, or the protein has several windows and
            none was named.
        """
        protein = _parsed_protein(protein)
        esm = self.model.encoder.esm.config
        layers, heads = esm.num_hidden_layers, esm.num_attention_heads
        if not (MEAN <= layer <= layers and MAXIMUM <= head <= heads):
            raise InputError(
                f"The encoder has layers 1 to {layers} and heads 1 to {heads}; {MEAN} is the mean "
                f"over all of them, and head {MAXIMUM} their maximum."
            )
        start, end = _choose_window(plan_windows(len(protein.sequence)), window)
        sequence = protein.sequence[start - 1 : end]
        return self._recall_map(
            ("map", sequence, layer, head),
            lambda: self.model.encoder.join_attention(
                sequence,
                layer=None if layer == MEAN else layer - 1,
                head=head - 1 if head > 0 else None,
                largest=head == MAXIMUM,
            ),
        )

    def _recall_map(self, key: Hashable, compute: Callable[[], Tensor]) -> np.ndarray:
        """Recall a map or rollout of this model, or compute it; nobody may write into it."""

        def run() -> np.ndarray:
            with self.lock, torch.no_grad():
                found: np.ndarray = compute().cpu().numpy()
            found.flags.writeable = False
            return found

        return SHARED_MAPS.get((key, self._identity), run)

    # --- About --------------------------------------------------------------------------------

    def info(self) -> dict[str, Any]:
        """Say what the model is and how it did in cross-validation, as plain JSON types.

        ``"poolings"`` has the metrics of each pooling by itself, without the kernel regression;
        ``"pooling_runs"`` those of each and of all together, with the encoder frozen on all
        pairs, and frozen and tuned on those of one fold.
        """
        first = next(iter(self.record["pairs"]))
        by_group = {
            name.removeprefix(f"{first}, "): {
                metric: value for metric, value in row.items() if not isinstance(value, dict)
            }
            for name, row in self.record["out_of_fold"].items()
            if name.startswith(f"{first}, ")
        }
        out_of_fold = by_group["seen"]
        networks, compared = self.record["parts"]["seen"]["networks"], self.record["poolings"]
        layers, one_fold = self.model.config.tuned_layers, {"n": compared["n"], "one_fold": True}
        runs = [
            {**networks, "n": out_of_fold["n"], "one_fold": False, "layers": layers},
            {**compared["frozen"], **one_fold, "layers": layers},
        ]
        if "tuned" in compared:
            runs.append({**compared["tuned"], **one_fold, "layers": compared["layers"]})
        return {
            "device": str(self.model.device),
            "precision": str(self.model.encoder.precision).removeprefix("torch."),
            "encoder": self.record["encoder"],
            "parameters": sum(weights.numel() for weights in self.model.parameters()),
            "members": len(self.model.members),
            "checkpoint": str(self.folder),
            "label_range": [self.model.config.floor, self.record["highest_pkd"]],
            "cross_validation": out_of_fold,
            "by_group": by_group,
            "kernel_share": self.record["kernel_shares"][LABELS[PKD]],
            "poolings": networks["by_pooling"],
            "pooling_runs": runs,
            "training_pairs": self.record["pairs"],
        }

    # --- Encoding -----------------------------------------------------------------------------

    def read_region(self, form: Construct) -> tuple[ProteinRegion, KinaseDomain | None]:
        """Encode a protein for the heads only, past the cache: for many proteins in a row."""
        with self.lock:
            (states,) = self.model.encoder.encode_residues(
                [form.sequence], between_batches=self.lock.give_way
            )
        domain = choose_domain(self.profile.find(form.sequence), form.domain)
        return cut_region(form, states, domain, self.model.config.pocket_columns), domain

    def encode(self, protein: Protein, received: bool = False) -> EncodedProtein:
        """Encode a protein in the form that its name asks for, or recall it.

        Everything that no molecule changes is in the record.

        Gathering the attention that residues receive takes a tenth of the time more, so that it
        is left out where nobody asks for it.
        """
        form = self._form_of(protein)
        key = self.identify(protein)
        with_attention = SHARED_CACHE.recall((key, True))
        if with_attention is not None:
            return with_attention
        return SHARED_CACHE.get((key, received), lambda: self._run_encoder(form, received))

    def remembers(self, protein: Protein, received: bool = False) -> bool:
        """Whether `encode` would recall a protein."""
        key = self.identify(protein)
        return any(SHARED_CACHE.recall((key, kind)) is not None for kind in {True, received})

    def identify(self, protein: Protein) -> Hashable:
        """Give what results about a protein are kept under: it, the model and its precision."""
        return (self._form_of(protein), self._identity)

    @property
    def _identity(self) -> Hashable:
        """What makes two loaded models give the same."""
        encoder = self.model.encoder
        return (self._checkpoint, self.model.dtype, encoder.precision, encoder.device)

    def region(self, protein: Protein) -> Region:
        """Give the part of a protein that the poolings read."""
        return _region_of(protein, self.encode(protein))

    def _form_of(self, protein: Protein) -> Construct:
        return Construct(
            protein.sequence,
            parse_target_name(protein.name).domain,
            is_phosphorylated(protein.name, self._names),
        )

    def _run_encoder(self, form: Construct, received: bool) -> EncodedProtein:
        with self.lock:
            (states,) = self.model.encoder.encode_residues(
                [form.sequence], received=received, between_batches=self.lock.give_way
            )
        domains = tuple(self.profile.find(form.sequence))
        domain = choose_domain(domains, form.domain)
        region = cut_region(form, states, domain, self.model.config.pocket_columns)
        with self.lock:
            proteins = self.ensemble.encode([form], [region])
        return EncodedProtein(
            states.received, states.given, states.windows, domains, domain, proteins
        )


def _read_or_refuse(text: str) -> ReadMolecule | InputError:
    try:
        return read_molecule(text)
    except InputError as error:
        return error


def _parsed_protein(protein: str | Protein) -> Protein:
    return protein if isinstance(protein, Protein) else parse_protein(protein)


def _parsed_drug(drug: str | Drug) -> Drug:
    return drug if isinstance(drug, Drug) else parse_drug(drug)


def _choose_window(windows: Sequence[tuple[int, int]], number: int | None) -> tuple[int, int]:
    """Choose the window, from 1, that a map is of: its first and last residue."""
    if number is None and len(windows) == 1:
        return windows[0]
    if number is None or not 1 <= number <= len(windows):
        residues = ", ".join(f"{start} to {end}" for start, end in windows)
        choice = "window 1" if len(windows) == 1 else f"one of the windows 1 to {len(windows)}"
        raise InputError(f"A full map of this protein is of {choice} (residues {residues}).")
    return windows[number - 1]


def _region_of(protein: Protein, encoded: EncodedProtein) -> Region:
    if encoded.domain is None:
        return Region(1, len(protein.sequence), "whole protein")
    return Region(encoded.domain.start, encoded.domain.end, "kinase domain")


def _notes_on(protein: Protein, encoded: EncodedProtein) -> tuple[str, ...]:
    """Say what the model did with the protein that a reader should know."""
    notes = []
    windows = len(encoded.windows)
    if windows > 1:
        notes.append(
            f"The protein has {len(protein.sequence):,} residues and was read in {windows} "
            "overlapping windows."
        )
    if encoded.region.phosphorylated:
        notes.append("Its name was read as that of the phosphorylated form.")
    if encoded.domain is None:
        notes.append("No kinase domain was found; the whole protein was pooled.")
    elif len(encoded.domains) > 1:
        notes.append(_which_domain(encoded.domains, encoded.domain))
    return tuple(notes)


def _which_domain(domains: Sequence[KinaseDomain], chosen: KinaseDomain) -> str:
    places = " and ".join(f"{domain.start} to {domain.end}" for domain in domains)
    return (
        f"{len(domains)} kinase domains were found, residues {places}; the prediction is about "
        f"residues {chosen.start} to {chosen.end}."
    )
