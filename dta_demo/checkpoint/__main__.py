"""Command that seals checkpoints: ``python -m dta_demo.checkpoint FOLDER ...``."""

import sys
from pathlib import Path

from dta_demo.checkpoint.checks import CheckpointError
from dta_demo.checkpoint.seal import seal

for folder in sys.argv[1:]:
    try:
        seal(Path(folder))
    except (CheckpointError, OSError) as fault:
        sys.exit(f"dta_demo: {fault}")
