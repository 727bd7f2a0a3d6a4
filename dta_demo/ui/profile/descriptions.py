"""The picture of the kinome in words, for who does not see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dta_demo.evaluation.metrics import ACTIVE_PKD
from dta_demo.results.profile import KinaseAffinity
from dta_demo.results.units import format_pkd
from dta_demo.ui.profile.figures import NAMED
from dta_demo.ui.shared.formatting import join_sentences, list_values
from dta_demo.ui.text import profile as text


def describe_picture(kinases: Sequence[KinaseAffinity]) -> str:
    """Describe the kinases that are shown: the tightest by name, and how many of each group."""
    if not kinases:
        return text.NOTHING_SHOWN
    ranked = sorted(kinases, key=lambda each: -each.affinity)
    best = ranked[:NAMED]
    sizes = Counter(each.kinase_group for each in kinases)
    active = Counter(each.kinase_group for each in kinases if each.affinity >= ACTIVE_PKD)
    groups = [
        text.IN_GROUP.format(group=group or text.OWN, active=active[group], count=size)
        for group, size in sizes.most_common()
    ]
    return join_sentences(
        [
            text.DESCRIPTION.format(
                count=f"{len(kinases):,}",
                lowest=format_pkd(ranked[-1].affinity),
                highest=format_pkd(best[0].affinity),
                top=list_values([each.label for each in best], [each.affinity for each in best]),
                measured=sum(each.measured for each in kinases),
                outside=sum(not each.in_domain for each in kinases),
            ),
            text.BY_GROUP.format(groups=", ".join(groups)),
            text.DESCRIBED_REST,
        ]
    )
