"""The bill of materials of what is delivered (CycloneDX 1.6): `python -m api.deployment.sbom --output FILE`.

It lists the packages that are really installed in a folder, the libraries that their wheels bundle, as those
wheels state them, and the models with their digests. The same content gives the same bytes: there is no time,
and the serial number is a digest of the rest. Needs only the standard library, since the Dockerfile calls it.
"""

import argparse
import json
import re
import sysconfig
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAME = "text-recognizer"
FILE = "sbom.cdx.json"

Json = dict[str, Any]

_NORMALIZED = re.compile(r"[-_.]+")  # PEP 503: in names of packages these are the same
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_MANIFEST = "manifest.json"


def bill_of_materials(packages: Path, models: Path, root: Path = ROOT) -> Json:
    """Return the bill of materials as an object of CycloneDX.

    Args:
        packages: The folder that packages are installed in.
        models: The folder of the models, each with its manifest.
        root: The checkout, whose pyproject.toml states the version.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = metadata.distributions(path=[str(packages)])
    installed = {_normalized(each.name): each for each in found if "Name" in each.metadata}
    installed.pop(NAME, None)
    references = {name: _reference(package) for name, package in installed.items()}
    components = [_component(installed[name]) for name in sorted(installed)]
    components += [part for name in sorted(installed) for part in _bundled(installed[name])]
    components += [_model(path) for path in sorted(models.glob(f"*/{_MANIFEST}"))]
    main = {
        "type": "application",
        "bom-ref": NAME,
        "name": NAME,
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
        "dependencies": [
            {"ref": NAME, "dependsOn": [each["bom-ref"] for each in components if "purl" in each]},
            *(_dependencies(installed[name], references) for name in sorted(installed)),
        ],
    }
    content = json.dumps(bill, sort_keys=True)
    return {"serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}", **bill}


def _normalized(name: str) -> str:
    return _NORMALIZED.sub("-", name).lower()


def _reference(package: metadata.Distribution) -> str:
    return f"pkg:pypi/{_normalized(package.name)}@{package.version}"


def _component(package: metadata.Distribution) -> Json:
    """Return the component of an installed package."""
    found: Json = {
        "type": "library",
        "bom-ref": _reference(package),
        "name": _normalized(package.name),
        "version": package.version,
        "purl": _reference(package),
    }
    if "License-Expression" in package.metadata:
        found["licenses"] = [{"expression": package.metadata["License-Expression"]}]
    return found


def _bundled(package: metadata.Distribution) -> Iterator[Json]:
    """Yield the libraries in the wheel of a package, from the bills of materials in it (PEP 770)."""
    seen = set()
    for file in package.files or ():
        if file.parent.name == "sboms" and file.suffix == ".json":
            content = json.loads(file.read_text(encoding="utf-8"))
            for part in content.get("components", []):
                key = (part.get("name", ""), part.get("version", ""))
                if part.get("name") and key not in seen:
                    seen.add(key)
                    kept = {name: part[name] for name in ("name", "version") if name in part}
                    reference = f"{_reference(package)}#{key[0]}@{key[1]}"
                    yield {"type": "library", "bom-ref": reference, **kept}


def _dependencies(package: metadata.Distribution, references: dict[str, str]) -> Json:
    """Return which of the installed packages a package needs, those of its extras left out."""
    needed = set()
    for requirement in package.requires or ():
        name = _REQUIREMENT.match(requirement)
        if name and "extra ==" not in requirement:
            needed.add(references.get(_normalized(name.group(1))))
    return {"ref": _reference(package), "dependsOn": sorted(filter(None, needed))}


def _model(path: Path) -> Json:
    """Return the component of the model whose manifest lies at `path`."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{path.parent.name}",
        "name": path.parent.name,
        "hashes": [{"alg": "SHA-256", "content": manifest["sha256"]["model.onnx"]}],
    }


def write(path: Path, packages: Path, models: Path) -> None:
    """Write the bill of materials of these packages and models to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bill = bill_of_materials(packages, models)
    path.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument(
        "--packages",
        type=Path,
        default=Path(sysconfig.get_paths()["purelib"]),
        help="folder that packages are installed in (default: that of this Python)",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=ROOT / "text_recognizer" / "weights",
        help="folder of the models (default: %(default)s)",
    )
    args = parser.parse_args(arguments)
    write(args.output, args.packages, args.models)


if __name__ == "__main__":
    main()
