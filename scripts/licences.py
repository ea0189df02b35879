#!/usr/bin/env python3
"""Writes the licences of all that is linked into the program: scripts/licences.py TARGET > THIRD-PARTY.txt"""

import json
import pathlib
import subprocess
import sys
from collections import defaultdict

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAMES = ("license", "licence", "copying", "notice", "unlicense", "copyright")
# Not in cargo's list.
BESIDE = """\
The Rust standard library is under MIT OR Apache-2.0 (https://github.com/rust-lang/rust).
Programs for Linux also contain musl, under MIT (https://musl.libc.org).
The model is described, with what it was trained on, by `sayso model`; its base, MiniLM, is under Apache-2.0.
"""


def linked(metadata: dict) -> list[dict]:
    """The packages of others that the program is linked from: no build scripts' and no tests'."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    todo, seen = [metadata["resolve"]["root"]], set()
    while todo:
        if (name := todo.pop()) in seen:
            continue
        seen.add(name)
        for dependency in nodes[name]["deps"]:
            is_macro = any("proc-macro" in target["kind"] for target in packages[dependency["pkg"]]["targets"])
            if not is_macro and any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    return sorted((packages[name] for name in seen if packages[name]["source"]), key=lambda p: (p["name"], p["version"]))


def texts(package: dict) -> list[str]:
    """What its files say of its licence, at its top and one folder below, where C libraries lie."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = (file for pattern in ("*", "*/*") for file in sorted(folder.glob(pattern)))
    named = [file for file in files if file.is_file() and file.name.lower().startswith(NAMES)]
    return [file.read_text(errors="replace").strip() for file in named]


def main() -> int:
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", sys.argv[1]]
    packages = linked(json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout))
    whose = defaultdict(list)
    print("What sayso is made of, and under which licences.\n\n" + BESIDE)
    for package in packages:
        name = f"{package['name']} {package['version']}"
        licence = package["license"] or package["license_file"]
        if not licence:
            sys.exit(f"error: {name} says no licence; find out before it is handed on")
        print(f"{name}: {licence} ({package['repository'] or 'https://crates.io/crates/' + package['name']})")
        for text in texts(package):
            whose[text].append(name)
    for text, names in whose.items():
        print(f"\n{'=' * 100}\n{', '.join(dict.fromkeys(names))}\n\n{text}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
