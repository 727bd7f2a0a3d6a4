"""Start the page: ``python app.py``, then open the address that it prints."""

import os
import shutil
import signal
import sys
import tempfile
import threading

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("GRADIO_SSR_MODE", "false")
# Gradio would summarise its last 10,000 events anew after each one, for a page that is off here.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")

from dta_demo.runtime.limits import Limits, read_port
from dta_demo.runtime.loading import uncollected


def main() -> None:
    """Serve the page until the process is told to stop, and leave no file of a visitor behind."""
    uploads = tempfile.mkdtemp(prefix="dta-demo-", dir=os.environ.get("GRADIO_TEMP_DIR"))
    os.environ["GRADIO_TEMP_DIR"] = uploads
    try:
        serve()
    except (ValueError, OSError) as error:  # A setting, a checkpoint or a port.
        print(f"app.py: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        shutil.rmtree(uploads, ignore_errors=True)


def serve() -> None:
    """Load the bundled model, and serve the page."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    limits, port = Limits.from_environment(), read_port(os.environ)
    with uncollected():  # Gradio reads settings as it is imported: first they are checked here.
        from dta_demo.predictor.predictor import AffinityPredictor
        from dta_demo.ui.page.layout import build, launch_options
    page = build(AffinityPredictor.load(), limits=limits)
    page.launch(server_port=port, prevent_thread_lock=True, **launch_options(limits))
    stop.wait()
    page.lanes.close()
    page.close(verbose=False)


if __name__ == "__main__":
    main()
