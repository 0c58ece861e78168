"""Makes a stand-in for the official Python image where a Debian mirror is reached but no image registry.

It is Debian's own Python of the same version, imported under the tag that api/Dockerfile names. Images built
on it show that the Dockerfile works; they are not meant to be published.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from api.deployment.application import ROOT

PULL_S = 300
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
# Settings under which podman runs where systemd and newer control groups are missing, such as in a container.
CONTAINERS_CONF = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
"""
CONTAINERFILE = """
FROM localhost/text_recognizer_debian
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN ln -s /usr/bin/python3 /usr/local/bin/python && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
"""


def base_image() -> str:
    """Return the image that the Dockerfile is based on, such as docker.io/library/python:3.13-slim-trixie."""
    text = (ROOT / "api" / "Dockerfile").read_text(encoding="utf-8")
    return str(re.findall(r"^FROM (\S+/\S+) AS base$", text, re.MULTILINE)[0])


def configure_podman(engine: str, folder: Path) -> None:
    """Let podman run on a machine without systemd, unless it is configured already."""
    if "podman" in Path(engine).name and "CONTAINERS_CONF" not in os.environ and not _has_systemd():
        path = folder / "containers.conf"
        path.write_text(CONTAINERS_CONF, encoding="utf-8")
        os.environ["CONTAINERS_CONF"] = str(path)


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def provide_base(engine: str, folder: Path) -> None:
    """Let the base image be there: as it is, fetched, or as a stand-in.

    Raises:
        SystemExit: If neither a registry is reached nor a stand-in can be made.
    """
    image = base_image()
    if _succeeds(engine, "image", "inspect", image) or _succeeds(engine, "pull", image):
        return
    if shutil.which("mmdebstrap") is None:
        raise SystemExit(
            f"Expected to fetch {image}; its registry was not reached, and mmdebstrap, which could make a "
            "stand-in from a Debian mirror, is missing. Check the network, or apt install mmdebstrap."
        )
    print(f"{image} cannot be fetched: making a stand-in from a Debian mirror.")
    suite = image.rpartition("-")[2]
    archive = folder / "base.tar"
    subprocess.run(
        ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(archive)], check=True
    )
    subprocess.run([engine, "import", str(archive), "localhost/text_recognizer_debian"], check=True)
    _build_stand_in(engine, image, folder / "context")


def _build_stand_in(engine: str, image: str, context: Path) -> None:
    context.mkdir()
    certificates = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
    shutil.copy(certificates, context / "ca-certificates.crt")  # this machine's, perhaps with that of a proxy
    (context / "Containerfile").write_text(CONTAINERFILE, encoding="utf-8")
    file = str(context / "Containerfile")
    subprocess.run([engine, "build", "--file", file, "--tag", image, str(context)], check=True)


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=PULL_S).returncode == 0
    except subprocess.TimeoutExpired:
        return False
