"""doccano itself: doccano.py RECORDS.jsonl WORK SAYSO

Takes the file of `sayso export` through doccano's own import into a database of its own, compares every span, sliced as
doccano's pages slice, and every relation with the records; then through its export and `sayso import` back.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from common import as_gold, expect, gold, read_jsonl, relations, spans, utf16

records_path, work, sayso = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), os.path.abspath(sys.argv[3])
records = {record["id"]: record for record in read_jsonl(records_path)}
home = work / "doccano-data"
shutil.rmtree(home, ignore_errors=True)
home.mkdir(parents=True)
# Its files' names and ours must not meet.
sys.path.remove(str(pathlib.Path(__file__).resolve().parent))
import importlib.util

backend = pathlib.Path(importlib.util.find_spec("backend").submodule_search_locations[0])
sys.path.insert(0, str(backend))
os.environ.update(STANDALONE="True", DJANGO_SETTINGS_MODULE="config.settings.production",
                  DATABASE_URL=f"sqlite:///{home}/db.sqlite3", MEDIA_ROOT=str(home / "media"), DJANGO_LOG_LEVEL="ERROR")
import django

django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command

call_command("migrate", verbosity=0)
call_command("create_roles")
from data_export.celery_tasks import create_individual_dataset
from data_export.pipeline.factories import create_formatter, create_writer
from data_import.datasets import load_dataset
from data_import.pipeline.catalog import JSONL, RELATION_EXTRACTION
from data_import.pipeline.readers import FileName
from examples.models import Example
from labels.models import Relation, Span
from projects.models import Member, SequenceLabelingProject
from roles.models import Role

user = get_user_model().objects.create_superuser("analyst", "analyst@example.org", "only-for-this-check")
project = SequenceLabelingProject.objects.create(
    name="sayso", project_type="SequenceLabeling", created_by=user, allow_overlapping=True, use_relation=True)
Member.objects.get_or_create(user=user, project=project, defaults={"role": Role.objects.get(name="project_admin")})
path = str(work / "doccano.jsonl")
dataset = load_dataset(RELATION_EXTRACTION, JSONL(), [FileName(path, path, "doccano.jsonl")], project)
dataset.save(user)
expect("doccano: errors", [error.dict() for error in dataset.errors], [])

seen = 0
for example in Example.objects.filter(project=project):
    record = records[example.meta["article"]]
    expect("doccano: text", example.text, record["text"])
    words = {s.id: utf16(example.text, s.start_offset, s.end_offset) for s in Span.objects.filter(example=example)}
    found = sorted((s.label.text, words[s.id]) for s in Span.objects.filter(example=example))
    expect(f"doccano: {record['id']}: spans", found, spans(record))
    links = sorted((r.type.text, words[r.from_id_id], words[r.to_id_id]) for r in Relation.objects.filter(example=example))
    expect(f"doccano: {record['id']}: relations", links, relations(record))
    seen += len(found) + len(links)
expect("doccano: examples", Example.objects.filter(project=project).count(), len(records))
print(f"doccano: {len(records)} examples, {seen} spans and relations as in the records")

with tempfile.TemporaryDirectory() as folder:
    create_individual_dataset(project, folder, False, create_formatter(project, "JSONL"), create_writer("JSONL"))
    file = pathlib.Path(folder) / "analyst.jsonl"
    lines = subprocess.run([sayso, "import", "--from", "doccano", file], check=True, stdout=subprocess.PIPE).stdout
rows = {row["id"]: as_gold(row) for row in map(json.loads, lines.splitlines())}
for at, record in records.items():
    expect(f"doccano: {at}: gold", rows.get(at), gold(record))
print(f"doccano: exported and imported, {len(rows)} articles are what they were")
