"""Makes a stand-in for the official Python image where a Debian mirror can be reached but no image registry.

It is Debian's own Python of the same version, and a copy of api/Dockerfile names it. Images built on it show
that the Dockerfile works; they are not to be published.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from api.deployment.application import ROOT
from api.deployment.errors import DeploymentError

DOCKERFILE = ROOT / "api" / "Dockerfile"
STAND_IN = "localhost/text_recognizer_base"
PULL_TIMEOUT_S = 300  # a registry that is not reached by then will not be
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
# With it podman runs where systemd and version 2 of control groups are missing, as in a container.
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
    """Return the base image of the Dockerfile, as docker.io/library/python:3.13-slim-trixie@sha256:..."""
    text = DOCKERFILE.read_text(encoding="utf-8")
    return str(re.findall(r"^FROM (\S+/\S+) AS base$", text, re.MULTILINE)[0])


def configure_podman(engine: str, folder: Path) -> None:
    """Make podman run on a machine without systemd, unless it is configured already."""
    if "podman" in Path(engine).name and "CONTAINERS_CONF" not in os.environ and not _has_systemd():
        path = folder / "containers.conf"
        path.write_text(CONTAINERS_CONF, encoding="utf-8")
        os.environ["CONTAINERS_CONF"] = str(path)


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def provide_base(engine: str, folder: Path) -> Path:
    """Make sure that the engine has the base image: find it, pull it, or make a stand-in.

    Args:
        engine: docker or podman.
        folder: An empty folder for temporary files.

    Returns:
        The Dockerfile to build: that of the repository, or a copy that names the stand-in, which cannot have
        the digest of the image that it stands for.

    Raises:
        DeploymentError: If no registry can be reached and no stand-in be made.
    """
    image = base_image()
    if _succeeds(engine, "image", "inspect", image) or _succeeds(engine, "pull", image):
        return DOCKERFILE
    if shutil.which("mmdebstrap") is None:
        raise DeploymentError(
            f"The registry of {image} cannot be reached, and mmdebstrap, which could make a stand-in from a "
            "Debian mirror, is not installed. Check the network, or apt install mmdebstrap."
        )
    print(f"{image} cannot be pulled: making a stand-in from a Debian mirror.")
    suite = image.partition("@")[0].rpartition("-")[2]
    archive = folder / "base.tar"
    subprocess.run(
        ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(archive)], check=True
    )
    subprocess.run([engine, "import", str(archive), "localhost/text_recognizer_debian"], check=True)
    _build_stand_in(engine, folder / "context")
    copy = folder / "Dockerfile"
    copy.write_text(DOCKERFILE.read_text(encoding="utf-8").replace(image, STAND_IN), encoding="utf-8")
    return copy


def _build_stand_in(engine: str, context: Path) -> None:
    context.mkdir()
    certificates = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
    shutil.copy(
        certificates, context / "ca-certificates.crt"
    )  # this machine's, which may include that of a proxy
    (context / "Containerfile").write_text(CONTAINERFILE, encoding="utf-8")
    file = str(context / "Containerfile")
    subprocess.run([engine, "build", "--file", file, "--tag", STAND_IN, str(context)], check=True)


def _succeeds(*command: str) -> bool:
    try:
        return (
            subprocess.run(command, capture_output=True, check=False, timeout=PULL_TIMEOUT_S).returncode == 0
        )
    except subprocess.TimeoutExpired:
        return False
