"""Many pairs at once: a library against a protein, a molecule against the kinome, every mutation.

Sources read rows from files and text as a stream, the runner predicts them on one process, several
or a cluster, and sinks write what comes. The kinome profile and the mutation scan predict what the
catalogue and the protein itself name. Nothing here knows of the page or of the terminal.
"""

from dta_demo.screening.batches import ModelSettings
from dta_demo.screening.crews import make_crew
from dta_demo.screening.screen import Screen, screen_file

__all__ = ["ModelSettings", "Screen", "make_crew", "screen_file"]
