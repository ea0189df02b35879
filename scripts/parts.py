#!/usr/bin/env python3
"""What the program for a target is linked from: scripts/parts.py licences|bill TARGET [MANIFEST]

MANIFEST is the Cargo.toml of another program, as that of the Python package. licences are their names and texts; bill is
a bill of materials, CycloneDX in JSON."""

import json
import pathlib
import subprocess
import sys
import tomllib
from collections import defaultdict

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAMES = ("license", "licence", "copying", "notice", "unlicense", "copyright")
# Not in cargo's list.
BESIDE = """\
The Rust standard library is under MIT OR Apache-2.0 (https://github.com/rust-lang/rust).
Static programs for Linux also contain musl, under MIT (https://musl.libc.org).
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


def bill(packages: list[dict], sums: dict[tuple[str, str], str], version: str) -> dict:
    def component(package: dict) -> dict:
        name, number = package["name"], package["version"]
        return {
            "type": "library", "name": name, "version": number, "purl": f"pkg:cargo/{name}@{number}",
            "hashes": [{"alg": "SHA-256", "content": sums[name, number]}],
            "licenses": [{"expression": package["license"].replace("/", " OR ")}] if package["license"] else [],
        }

    program = {"type": "application", "name": "sayso", "version": version, "licenses": [{"expression": "Apache-2.0"}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": program},
            "components": [component(package) for package in packages]}


def licences(packages: list[dict]) -> None:
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


def main() -> int:
    what, target, manifest = [*sys.argv[1:], "Cargo.toml"][:3]
    command = ["cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", target,
               "--manifest-path", manifest]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = linked(metadata)
    if what == "licences":
        licences(packages)
        return 0
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    sums = {(package["name"], package["version"]): package.get("checksum") for package in lock}
    version = next(package["version"] for package in metadata["packages"] if package["name"] == "sayso")
    print(json.dumps(bill(packages, sums, version), indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
