#!/usr/bin/env python3
"""Extracts over a Ray cluster, or over this machine's cores: one actor a core, an input file at a time.

    pip install pyarrow==26.0.1 'ray[data]==2.60.0' ./python
    scripts/cluster/ray_extract.py INPUT… --out DIR [--workers N]
    ray job submit --working-dir scripts/cluster -- python ray_extract.py INPUT… --out DIR

INPUT is a file or a folder of JSON Lines (.jsonl, .ndjson; also .gz, .bz2, .zst) and Parquet. Each input file becomes
one file in DIR, NAME.parquet, with the columns id, record (the line of `sayso extract`) and reject (why there is no
record). The same command goes on with a job that was stopped: what has its file in DIR is done. A worker that
dies is replaced, and what it had is read again, up to four times. One job at a time writes to DIR.

On a cluster RAY_ADDRESS says where it is (`ray job submit` sets it); sayso is installed on every node, and all nodes
see INPUT and DIR under the same name.
"""

import logging
import os
import warnings

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import pyarrow as pa
import ray
import shards
from ray.data import ActorPoolStrategy, DataContext


class Extractor:
    """A worker with its model."""

    def __init__(self, dtype: str) -> None:
        self.tagger = shards.load(dtype)

    def __call__(self, batch: pa.Table) -> pa.Table:
        done = [shards.process(self.tagger, shards.Shard(**row)) for row in batch.to_pylist()]
        return pa.Table.from_pylist(done)


def main() -> None:
    args, todo = shards.asked(__doc__, workers="actors, one a core [all cores]")
    if not todo:
        return

    if "RAY_ADDRESS" in os.environ:
        ray.init(logging_level=logging.WARNING, log_to_driver=False)
    else:
        local = {"num_cpus": args.workers, "include_dashboard": False}
        ray.init("local", **local, logging_level=logging.WARNING, log_to_driver=False)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    # A shard that fails costs itself; it is told at the end.
    context.actor_task_retry_on_errors = True
    context.max_errored_blocks = -1
    workers = min(args.workers or int(ray.cluster_resources()["CPU"]), len(todo))
    # 2.60 has no other name for max_task_retries, and without it a shard that kills its workers is tried without end.
    warnings.filterwarnings("ignore", category=ray.util.annotations.RayDeprecationWarning)
    # A block a shard: blocks are what is given again when an actor dies.
    done = ray.data.from_items([shards.as_row(shard) for shard in todo], override_num_blocks=len(todo)).map_batches(
        Extractor,
        fn_constructor_args=(args.dtype,),
        batch_size=1,
        batch_format="pyarrow",
        # One at a time, so that a shard does not pay for its neighbour.
        compute=ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=1),
        num_cpus=1,
        max_restarts=-1,
        max_task_retries=shards.ATTEMPTS - 1,
    )
    for number, row in enumerate(done.iter_rows(), 1):
        found = f"{row['records']} records of {row['articles']} articles"
        print(f"{number}/{len(todo)} {row['shard']}: {found}", flush=True)
    shards.finish(args.inputs, args.out)


if __name__ == "__main__":
    main()
