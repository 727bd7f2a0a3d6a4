"""Words of the tour: seven stories for who walks through the page in ten minutes."""

from __future__ import annotations

from dataclasses import dataclass

OPEN, CLOSE = "Take the ten-minute tour", "Close the tour"
INTRO = (
    "Seven pairs, one click each. **Show it** fills the boxes, predicts, and opens the tab that "
    "the story is about; nothing is prepared, and every number comes from the model as you watch."
)
SHOW, NEXT = "Show it", "Next story"
ALSO = "Then open {tab}"
LOOK, KNOWN, TRUST, SAYS = "Look at", "Known", "Trust", "The model says"
MEASURED = "Davis et al. (2011) measured a pKd of {pkd}."
MEASURED_FLOOR = "Davis et al. (2011) saw no binding up to 10 µM."
PARTS = "**{look}:** {look_text}\n\n**{known}:** {known_text}\n\n**{trust}:** {trust_text}"
LINK = "[Link to this story]({address})"


@dataclass(frozen=True)
class Story:
    """One step of the tour.

    Attributes
    ----------
    title : str
        Short, above the step.
    protein, molecule : str
        What is put into the boxes; those of the example where it names one.
    tab : str
        Name of the tab that opens.
    look, known, trust : str
        What to look at, what is known of the pair, and why to trust the result or not.
    also : tuple of str
        Names of further tabs to open.
    example : str
        Title of a measured example, whose measured value is said, too.
    fill : tuple of (str, str)
        Boxes by their element, and what is put into them once the tab is drawn.
    press : str
        Element that is pressed then.
    """

    title: str
    tab: str
    look: str
    known: str
    trust: str
    protein: str = ""
    molecule: str = ""
    also: tuple[str, ...] = ()
    example: str = ""
    fill: tuple[tuple[str, str], ...] = ()
    press: str = ""


STORIES = (
    Story(
        title="A tight binder",
        example="Dasatinib – LCK",
        tab="predict",
        also=("explain",),
        look=(
            "the interval around the prediction, the chance that the pair binds, and the diamond, "
            "which is the measured value. In Explanation, which residues and atoms carry it, and "
            "whether hiding them changes the prediction more than hiding random ones."
        ),
        known="Dasatinib blocks kinases of the SRC family, LCK among them.",
        trust=(
            "The model was not trained on this pair, but on this kinase with other molecules and "
            "on this molecule with other kinases: the easiest group of pairs."
        ),
    ),
    Story(
        title="A clean negative",
        example="Imatinib – EGFR",
        tab="predict",
        look=(
            "the bound in place of a number, and the small chance that it binds. “Compare with "
            "controls” shows what a shuffled protein and the means of the training data would say."
        ),
        known="Imatinib was made for BCR-ABL, and hits KIT and PDGFR, not EGFR.",
        trust=(
            "Seven in ten pairs of the panel do not bind, so a negative is the easier answer. What "
            "counts is that the same molecule is predicted to bind ABL1."
        ),
    ),
    Story(
        title="A domain past the window",
        protein="ROS1",
        molecule="crizotinib",
        tab="attention",
        also=("encoder",),
        look=(
            "the kinase domain at residues 1,947 to 2,214 of 2,347, far beyond the 1,022 that the "
            "encoder reads at once, and the shaded overlaps of the windows. In Encoder, what a "
            "limit of 200 residues would have cut away."
        ),
        known=(
            "Crizotinib is approved against lung cancers with a rearranged ROS1 (Shaw et al. 2014)."
        ),
        trust=(
            "A kinase is read by its domain, wherever that lies, so that its length changes "
            "nothing. Attention shows where the encoder looks, not why the molecule binds."
        ),
    ),
    Story(
        title="A resistance mutation",
        example="Imatinib – ABL1(T315I)",
        tab="scan",
        also=("structure",),
        fill=(("#scan-region", "350-354"),),
        press="#scan-button",
        look=(
            "the map of what substitutions around the gatekeeper do (T315, which has number 352 in "
            "this longer isoform). In Structure, how close the gatekeeper is to imatinib in 2HYY."
        ),
        known="T315I is the classic mutation by which leukaemias escape imatinib.",
        trust=(
            "This mutant was measured, so its prediction leans on that. For mutants that nobody "
            "measured, a change smaller than the typical error says nothing."
        ),
    ),
    Story(
        title="Selective or promiscuous",
        protein="EGFR",
        molecule="lapatinib",
        tab="kinome",
        also=("screen",),
        fill=(("#kinome-other", "sunitinib"),),
        press="#kinome-show",
        look=(
            "the kinome picture of lapatinib beside the scores of sunitinib: few tight dots "
            "against many, and the selectivity scores that say so in numbers."
        ),
        known=(
            "Lapatinib was among the most selective of 38 inhibitors, and sunitinib among the "
            "least (Karaman et al. 2008)."
        ),
        trust=(
            "Both were measured on the panel, which the picture shows for each kinase. For a new "
            "molecule the whole picture is a guess with wide intervals."
        ),
    ),
    Story(
        title="A new molecule",
        protein="EGFR",
        molecule="osimertinib",
        tab="predict",
        also=("poolings",),
        look=(
            "the chance that it binds, and the affinity if it does, which are told apart; the "
            "width of the interval; the nearest molecule of the training data. In Pooling, what "
            "each of the four poolings says by itself."
        ),
        known=(
            "Osimertinib is an approved inhibitor of mutant EGFR that binds C797 covalently. It "
            "was not in the panel."
        ),
        trust=(
            "New molecules are the hardest: the interval covers two orders of magnitude and more, "
            "and a covalent bond is nothing that the model knows of."
        ),
    ),
    Story(
        title="Out of its domain",
        protein=(
            ">Haemoglobin subunit alpha\n"
            "MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHFDLSHGSAQVKGHGKKVADALTNAVAHVDDMPNALSALSDLH"
            "AHKLRVDPVNFKLLSHCLLVTLAAHLPAEFTPAVHASLDKFLASVSTVLTSKYR"
        ),
        molecule="CC(=O)Oc1ccccc1C(=O)O",
        tab="predict",
        also=("about",),
        look="the warning that comes before the number, and the reason that it gives.",
        known="Haemoglobin is no kinase, and aspirin is no kinase inhibitor.",
        trust="Do not: the model says so itself. About tells what it was trained on and tested by.",
    ),
)
