# The page in a container: nobody's privileges, offline once it is built, no file written outside /tmp.
#
#   docker build -t dta-demo .
#   docker run --rm -p 7860:7860 --read-only --tmpfs /tmp --cap-drop ALL dta-demo
FROM python:3.11-slim
WORKDIR /app
# Where pip also looks while the image is built: PyTorch's builds without CUDA are gigabytes smaller.
ARG PIP_EXTRA_INDEX_URL
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py ./
COPY assets ./assets
COPY dta_demo ./dta_demo
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 HF_HUB_OFFLINE=1 HOME=/tmp
EXPOSE 7860
USER 10001:10001
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health')"]
CMD ["python", "app.py"]
