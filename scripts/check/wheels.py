"""What scripts/check/release asks of the wheels: that they are what they are called, and work where nothing else is.

A wheel for this machine's processor is installed into a new environment, without a network where the system lets us cut
it off, and runs README's example; one for another processor runs under qemu-user, with a Python of Debian's that was
unpacked into a folder (`--sysroot`)."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

from common import ROOT, environment

LARGEST = 70 * 1000 * 1000
# Seconds from nothing to what the example prints.
LONGEST = 20
PLATFORM = "manylinux_2_28"
AUDITWHEEL = "auditwheel==6.8.2"

RECORDS = """
import json, sys, sayso
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
records = [json.loads(line) for line in lines]
known = ["id", "title", "date", "publisher", "url", "author", "text"]
articles = [{**record["meta"], **{name: record[name] for name in known}} for record in records]
assert [record.to_json() for record in sayso.load().extract_batch(articles)] == lines
assert [record.to_json() for record in sayso.read_records(sys.argv[1])] == lines
print(len(lines))
"""

# What torch computes and what sayso finds, imported in either order.
BESIDE = """
import {0}
import {1}
record = sayso.load().extract("The mill may close, Ana Lind said.")
assert [claim.certainty for claim in record.claims] == ["possible"]
assert float((torch.ones(64, 64) @ torch.ones(64, 64)).sum()) == 64 ** 3
print(torch.__version__)
"""


def all_of_them(folder, wanted, checks, sysroots, torch):
    """Checks the wheels of a folder; `wanted` are the records of corpus/."""
    for wheel in sorted(folder.glob("*.whl")):
        processor = wheel.stem.split(PLATFORM + "_")[-1]
        contents(wheel, processor, checks)
        with tempfile.TemporaryDirectory(prefix="sayso-wheel-") as scratch:
            at = pathlib.Path(scratch)
            (at / "records.jsonl").write_bytes(wanted)
            (at / "records.py").write_text(RECORDS)
            if processor == platform.machine():
                here(wheel, at, checks, torch)
            else:
                elsewhere(wheel, processor, at, checks, sysroots)


def contents(wheel, processor, checks):
    size, names = wheel.stat().st_size, zipfile.ZipFile(wheel).namelist()
    faults = [] if size <= LARGEST else ["larger than 70 MB"]
    faults += [name for name in names if "torch" in name.lower()]
    for part in ("models/news-en/model.safetensors", "licenses/LICENSE", "licenses/LICENSE-THIRD-PARTY.txt", "py.typed"):
        faults += [] if any(name.endswith(part) for name in names) else [f"without {part}"]
    faults += [] if "-cp39-abi3-" in wheel.name else ["not for every Python from 3.9 on"]
    checks.say(f"{wheel.name}: {size / 1e6:.1f} MB", "; ".join(faults) or None)
    audit = [environment("auditwheel", AUDITWHEEL), "-m", "auditwheel", "show", wheel]
    said = subprocess.run(audit, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    # Shown on several lines.
    plain = " ".join(said.split())
    tag = re.search(r'consistent with the following platform tag: "([a-z0-9_]+)"', plain)
    fits = tag and tag[1] == f"{PLATFORM}_{processor}"
    checks.say(f"{wheel.name}: auditwheel shows {tag[1] if tag else 'no tag'}", None if fits else plain[-500:])


def apart():
    """What cuts a command off from all networks, where this machine lets us."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode == 0:
            return command
    return []


def run(command, at, **given):
    """How a command ended that has no environment but what is given."""
    env = {"PATH": os.defpath, "HOME": str(at), "LANG": "C.UTF-8", **given}
    return subprocess.run(command, cwd=at, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def outcome(ended, wanted):
    """What is wrong with how it ended and what it printed."""
    return None if (ended.returncode, ended.stdout) == (0, wanted) else f"{ended.returncode}: {ended.stdout[-600:]}"


def here(wheel, at, checks, torch):
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## From Python\n")[1]
    example, printed = (re.search(rf"^```{kind}\n(.*?)^```$", section, re.M | re.S)[1] for kind in ("python", "text"))
    (at / "example.py").write_text(example)
    off = apart()
    start = time.monotonic()
    run([sys.executable, "-m", "venv", "env"], at)
    installed = run([*off, "env/bin/python", "-m", "pip", "install", "--no-index", wheel.resolve()], at)
    ended = run([*off, "env/bin/python", "example.py"], at)
    seconds = time.monotonic() - start
    fault = outcome(ended, printed) if installed.returncode == 0 else installed.stdout[-600:]
    where = "without a network" if off else "with --no-index: this user may not leave the network"
    what = f"{wheel.name}: from nothing to what README's example prints, {where}, in {seconds:.1f} s"
    checks.say(what, fault or (None if seconds < LONGEST else f"longer than {LONGEST} s"))
    ended = run([*off, "env/bin/python", "records.py", "records.jsonl"], at)
    count = len((at / "records.jsonl").read_bytes().splitlines())
    checks.say(f"{wheel.name}: the records of corpus/ are the same bytes", outcome(ended, f"{count}\n"))

    version = run([torch, "-c", "import torch; print(torch.__version__)"], at)
    if version.returncode != 0:
        print(f"{wheel.name}: not tried beside torch: {torch} has none; name another by --torch", flush=True)
        return
    # A wheel for all versions of Python is one for that of torch.
    packages = next(str(path) for path in (at / "env/lib").glob("python*/site-packages"))
    for order in (("torch", "sayso"), ("sayso", "torch")):
        ended = run([torch, "-c", BESIDE.format(*order)], at, PYTHONPATH=packages)
        checks.say(f"{wheel.name}: {order[0]} {version.stdout.strip() if order[0] == 'torch' else ''} imported before "
                   f"{order[1]}".replace("  ", " "), outcome(ended, version.stdout))


def elsewhere(wheel, processor, at, checks, sysroots):
    qemu, root = shutil.which(f"qemu-{processor}"), sysroots.get(processor)
    if not (qemu and root):
        print(f"{wheel.name}: not run here: it takes qemu-{processor} and --sysroot {processor}=FOLDER", flush=True)
        return
    zipfile.ZipFile(wheel).extractall(at / "unpacked")
    python = sorted(pathlib.Path(root, "usr/bin").glob("python3.*"))[-1]
    ended = run([qemu, "-L", root, python, "records.py", "records.jsonl"], at, PYTHONHOME=f"{root}/usr",
                PYTHONPATH=str(at / "unpacked"))
    count = len((at / "records.jsonl").read_bytes().splitlines())
    what = f"{wheel.name}: under qemu-user, the records of corpus/ are the same bytes"
    checks.say(what, outcome(ended, f"{count}\n"))
