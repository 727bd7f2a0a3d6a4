from dta_demo.cli.report import describe_controls, describe_prediction
from tests.support import records


def test_within_the_domain_the_value_comes_first():
    lines = describe_prediction(records.prediction(notes=("Read in two windows.",)))
    assert lines == [
        "pKd 8.00 (Kd 10 nM); higher pKd is tighter",
        "90% interval: pKd 7.40 to 8.70",
        "Both were seen.",
        "- Read as LCK.",
        "- Read in two windows.",
    ]


def test_outside_the_domain_the_reason_comes_first():
    lines = describe_prediction(records.prediction(applicability=records.out_of_domain()))
    assert lines[0] == "Warning: outside the training domain. Nothing like it was seen."
    assert lines[1].startswith("Guess: pKd 8.00")


def test_the_chance_stands_below_the_interval():
    lines = describe_prediction(records.prediction(binding=records.binding()))
    assert lines[2] == "Chance that it binds (Kd below 10 µM): 96%; of a pKd of 7 or more: 90%"
    assert lines[3].startswith("pKd 8.00 is the expected value in a panel")
    assert lines[4] == "Both were seen."


def test_outside_the_domain_the_chance_is_a_guess_too():
    lines = describe_prediction(
        records.prediction(binding=records.binding(), applicability=records.out_of_domain())
    )
    assert lines[0].startswith("Warning")
    assert lines[3].startswith("Guess: Chance that it binds")
    assert lines[4].endswith("both are guesses.")


def test_controls_say_whose_means_they_are():
    assert describe_controls(records.controls()) == [
        "Controls:",
        "- residues shuffled, mean of 2: pKd 6.00 (Kd 1.0 µM)",
        "- mean of the molecule over 380 training pairs: pKd 5.80",
        "- mean of the nearest target, LCK (similarity 97%) over 1 training pair: pKd 6.20",
        "- both means together: pKd 6.50",
        "The protein matters.",
    ]
