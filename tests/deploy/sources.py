"""What an installation begins with: the code as it would be cloned, and a certificate."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def copied(folder: Path) -> Path:
    """The files that belong to the product, in a folder of their own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A certificate for an address, with its key beside it, under the names that the guide gives them."""
    folder.mkdir(parents=True, exist_ok=True)
    chain = folder / "fullchain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-keyout", folder / "privkey.pem", "-out", chain, "-days", "2", "-subj", "/CN=sanban"]
    subprocess.run([*command, *names, "-addext", f"subjectAltName=IP:{address}"], check=True, capture_output=True)
    return chain
