"""Start the page: ``python app.py``, then open the address that it prints."""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("GRADIO_SSR_MODE", "false")

from dta_demo.loading import uncollected

with uncollected():
    from dta_demo.predictor import AffinityPredictor
    from dta_demo.ui.layout import build, launch_options


def main() -> None:
    """Load the bundled model and serve the page until it is interrupted."""
    port = os.environ.get("GRADIO_SERVER_PORT") or os.environ.get("PORT")
    page = build(AffinityPredictor.load())
    page.launch(server_port=int(port) if port else None, **launch_options())


if __name__ == "__main__":
    main()
