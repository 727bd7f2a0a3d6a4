"""Entry point of ``python -m dta_demo``."""

import sys

from dta_demo.cli import main

sys.exit(main())
