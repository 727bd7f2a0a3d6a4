"""Start the page: ``python app.py``, then open the address that it prints."""

import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("GRADIO_SSR_MODE", "false")
# Gradio would summarise its last 10,000 events anew after each one, for a page that is off here.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")

from dta_demo.runtime.jobs import Lane
from dta_demo.runtime.limits import Limits, read_metrics_port, read_port
from dta_demo.runtime.loading import uncollected
from dta_demo.runtime.logs import set_up_logs, take_over


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
    set_up_logs(sys.stderr)
    limits, port = Limits.from_environment(), read_port(os.environ)
    metrics_port = read_metrics_port(os.environ)
    with uncollected():  # Gradio reads settings as it is imported: first they are checked here.
        from dta_demo.predictor.predictor import AffinityPredictor
        from dta_demo.ui.page.layout import build, launch_options
    page = build(AffinityPredictor.load(), limits=limits)
    page.launch(server_port=port, prevent_thread_lock=True, **launch_options(limits))
    take_over("uvicorn", "uvicorn.access")  # Which have their handlers since the launch.
    with counted(page.lanes.all, metrics_port):
        stop.wait()
    page.lanes.close()
    page.close(verbose=False)


@contextmanager
def counted(lanes: Sequence[Lane], port: int | None) -> Iterator[None]:
    """Serve counts and times of requests to this machine meanwhile, if on a port."""
    if port is None:
        yield
        return
    from dta_demo.runtime.metrics import Metrics  # Its library is optional.

    metrics = Metrics()
    for lane in lanes:
        metrics.watch(lane.name, lane.__len__)
    with metrics.served(port):
        yield


if __name__ == "__main__":
    main()
