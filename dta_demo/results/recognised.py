"""What a given protein was recognised as, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dta_demo.inputs.wording import join_with_and
from dta_demo.kinases.known import KnownKinase
from dta_demo.kinases.recognition import Recognition


@dataclass(frozen=True)
class Recognised:
    """What a given protein is among the kinases that were measured.

    Attributes
    ----------
    name : str
        Of the training target that it is or is a form of; empty for none.
    relation : {"as measured", "mutant", "new"}
        See `dta_demo.kinases.recognition.Recognition`.
    substitutions : tuple of str
        Of a mutant, in the numbering of the sequence as given.
    sentence : str
        The same in one sentence for the reader.
    """

    name: str
    relation: str
    substitutions: tuple[str, ...]
    sentence: str

    @classmethod
    def of(cls, recognition: Recognition) -> Recognised:
        """Write what a protein was recognised as."""
        target = recognition.kinase or recognition.wild_type
        name = target.name if target else ""
        sentence = _say_none(recognition) if target is None else _say(recognition, target)
        return cls(name, recognition.relation, recognition.substitutions, sentence)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON types."""
        return {
            "name": self.name,
            "relation": self.relation,
            "substitutions": list(self.substitutions),
            "sentence": self.sentence,
        }


def _say(recognition: Recognition, target: KnownKinase) -> str:
    """Say what training target a protein is, or is a form of."""
    name = target.name
    if recognition.relation == "mutant":
        mutations, several = recognition.substitutions, len(recognition.substitutions) > 1
        return (
            f"Read as {name} with {join_with_and(list(mutations))}, numbered as given: a mutant "
            f"that was not measured. It is predicted from {name}, changed by what the model "
            f"expects of the mutation{'s' if several else ''}."
        )
    if recognition.relation == "new":
        return f"Read as {name} in its phosphorylated form, which was not measured."
    if not any(recognition.numbers):
        return f"Read as {name}: its kinase domain, which the given sequence lacks, was filled in."
    what = "kinase domain" if recognition.form.domain else "sequence"
    return f"Read as {name}: its {what} is the one that was measured for the training data."


def _say_none(recognition: Recognition) -> str:
    """Say that a protein is no training target."""
    if recognition.form.domain is None:
        return "No training target has this sequence."
    return "No training kinase has this kinase domain."
