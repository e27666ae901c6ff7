"""Fetches the files of others that the service hands out: fixed npm versions, checked by their sums, licences kept.

    python scripts/vendor.py            fetch everything again into api/static/vendor/
    python scripts/vendor.py --check    only say whether what is there is what was fetched

The files are part of the repository, so nobody needs this to run the service. It needs npm and a network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "api" / "static" / "vendor"
SUMS = "sums.json"


@dataclass(frozen=True, slots=True)
class Package:
    """A version on npm, the sum of its archive (as npm writes it), and the files of it that are kept."""

    name: str
    version: str
    integrity: str
    folder: str
    files: tuple[str, ...]


PACKAGES = (
    Package(
        name="swagger-ui-dist",
        version="5.35.0",
        integrity="sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        folder="swagger-ui",
        files=("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE", "NOTICE"),
    ),
)


def fetch(package: Package) -> None:
    """Put the kept files of a package into its folder; raises SystemExit when its sum is wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = packed(package, Path(scratch))
        found = integrity(archive.read_bytes())
        if found != package.integrity:
            raise SystemExit(f"{package.name} {package.version}: the sum is {found}, not {package.integrity}.")
        folder = HERE / package.folder
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for name in package.files:
                member = tar.extractfile(f"package/{name}")
                if member is None:
                    raise SystemExit(f"{package.name} {package.version} holds no {name}.")
                (folder / name).write_bytes(member.read())
    print(f"{package.name} {package.version}: {len(package.files)} files in {folder.relative_to(HERE.parent.parent)}")


def packed(package: Package, scratch: Path) -> Path:
    """The archive of a package, fetched by npm."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(scratch), f"{package.name}@{package.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"npm could not fetch {package.name} {package.version}: {done.stderr.strip()}")
    return scratch / done.stdout.strip().splitlines()[-1]


def integrity(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def sums() -> dict[str, str]:
    """The sum of every kept file that is there, by its path."""
    kept = sorted(HERE / p.folder / name for p in PACKAGES for name in p.files)
    return {str(path.relative_to(HERE)): integrity(path.read_bytes()) for path in kept if path.exists()}


def main() -> int:
    if "--check" not in sys.argv:
        for package in PACKAGES:
            fetch(package)
        (HERE / SUMS).write_text(json.dumps(sums(), indent=2) + "\n")
        return 0
    wanted = json.loads((HERE / SUMS).read_text())
    changed = sorted({path for path, _ in set(wanted.items()) ^ set(sums().items())})
    print("\n".join(f"{path}: not what was fetched" for path in changed) or "All vendored files are as fetched.")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
