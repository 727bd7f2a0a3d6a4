"""How far a heavy request has come, where the page waits for it."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from dta_demo.runtime.jobs import Job
from dta_demo.ui.shared.formatting import say_time
from dta_demo.ui.text import shared as text

FIRST_LOOK_SECONDS = 1.0
"""Time after which a rate can be told from what has been done."""

NEARLY = 0.96
"""Share from which no time is named, since the job's work was only estimated."""


def tell_progress(total: float) -> Callable[[Job], None]:
    """Function that shows the progress of a job to the visitor whose event is handled here.

    Parameters
    ----------
    total : float
        Estimate of the job's work, in residues read.
    """
    progress = gr.Progress()

    def tell(job: Job) -> None:
        if not job.seconds_run:
            progress(None, desc=text.WAITING)
            return
        share = job.work_done / total
        if share >= NEARLY:
            progress(NEARLY, desc=text.NEARLY_DONE)
        elif share and job.seconds_run >= FIRST_LOOK_SECONDS:
            left = say_time(job.seconds_run * (1 - share) / share)
            progress(share, desc=text.LEFT.format(seconds=left))

    return tell
