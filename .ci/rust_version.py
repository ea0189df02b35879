#!/usr/bin/env python3
"""Names the packages of `cargo metadata` that need a newer Rust than the workspace states, and fails if there are any."""

import json
import sys

metadata = json.load(sys.stdin)
version = lambda package: tuple(map(int, (package["rust_version"] or "0").split(".")))
stated = min(version(p) for p in metadata["packages"] if p["id"] in metadata["workspace_members"] and p["rust_version"])
newer = [p for p in metadata["packages"] if version(p)[:2] > stated[:2]]
for package in newer:
    print(f"{package['name']} {package['version']} needs Rust {package['rust_version']}")
sys.exit(bool(newer))
