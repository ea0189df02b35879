"""What the tests share: a tagger, and a run of the command line to hold it against."""

import pathlib
import subprocess

import pytest

import sayso

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tagger():
    return sayso.load()


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A run of the command line over the demonstration corpus."""
    out = tmp_path_factory.mktemp("run")
    subprocess.run([ROOT / "scripts/sayso", "extract", ROOT / "corpus", "--out", out, "--quiet"], check=True)
    return out


@pytest.fixture(scope="session")
def lines(run):
    return (run / "records.jsonl").read_text().splitlines()
