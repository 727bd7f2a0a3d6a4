"""Kinome profiles for people, line by line."""

from __future__ import annotations

from dta_demo.results.prediction import say_chance
from dta_demo.results.profile import KinaseAffinity, KinomeProfile
from dta_demo.results.units import format_pkd, kd_of


def describe_profile(profile: KinomeProfile, beside: KinomeProfile | None, top: int) -> list[str]:
    """Write the kinases that a molecule binds tightest, and its selectivity."""
    measured = sum(each.measured for each in profile.kinases)
    outside = sum(not each.in_domain for each in profile.kinases)
    lines = [
        f"{len(profile.kinases):,} kinases, {measured:,} of them measured in training, "
        f"{outside:,} outside the training domain (marked ?)",
        *(_describe_row(each, beside) for each in profile.ranked[: max(top, 0)]),
    ]
    for score in profile.selectivity:
        spread = f"{score.low:.3f} to {score.high:.3f} by member"
        lines.append(f"{score.name} {score.value:.3f} ({spread}): {score.definition}")
    return lines


def _describe_row(row: KinaseAffinity, beside: KinomeProfile | None) -> str:
    low, high = map(format_pkd, row.interval)
    chance = f", binds {say_chance(row.binding.probability_binds)}" if row.binding else ""
    marks = ("" if row.measured else ", not measured") + ("" if row.in_domain else " ?")
    other = ""
    if beside is not None:
        affinity = next(each.affinity for each in beside.kinases if each.label == row.label)
        other = f", the other {format_pkd(affinity)}"
    return (
        f"{row.label:<20} pKd {format_pkd(row.affinity)} (Kd {kd_of(row.affinity)}), {low} to "
        f"{high}{chance}{other}{marks}"
    )
