#!/usr/bin/env python3
"""Extracts over a Spark cluster, or over this machine's cores: one task an input file, a Python worker a core.

    pip install pyarrow==26.0.1 pyspark==4.3.0 ./python
    scripts/cluster/spark_extract.py INPUT… --out DIR [--workers N]
    spark-submit --master … scripts/cluster/spark_extract.py INPUT… --out DIR

INPUT is a file or a folder of JSON Lines (.jsonl, .ndjson; also .gz, .bz2, .zst) and Parquet. Each input file becomes
one file in DIR, NAME.parquet, with the columns id, record (the line of `sayso extract`) and reject (why there is no
record). The same command goes on with a job that was stopped: what has its file in DIR is done. A task whose
worker dies is tried four times. One job at a time writes to DIR.

On a cluster sayso is installed on every node, and all nodes see INPUT and DIR under the same name.
"""

import os
import sys
from collections.abc import Callable, Iterator

import articles
import pyarrow as pa
import shards
from pyspark.sql import SparkSession


def work(todo: list[shards.Shard], dtype: str) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a task does, which gets the number of its shard."""

    def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            done = [shards.process(shards.load(dtype), todo[number]) for number in batch["id"].to_pylist()]
            yield pa.RecordBatch.from_pylist(done)

    return task


def main() -> None:
    args, todo = shards.asked(__doc__, workers="cores of this machine [all]; not for spark-submit")
    if not todo:
        return

    builder = SparkSession.builder.appName("sayso").config("spark.ui.showConsoleProgress", "true")
    # spark-submit says where to run, and is there already.
    if "PYSPARK_GATEWAY_PORT" not in os.environ:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(f"local[{args.workers or '*'}, {shards.ATTEMPTS}]").config("spark.ui.enabled", "false")
    spark = builder.getOrCreate()
    for module in (articles, shards):
        spark.sparkContext.addPyFile(module.__file__)
    # A partition a shard: partitions are what is tried again when a worker dies.
    numbers = spark.range(0, len(todo), 1, len(todo))
    done = numbers.mapInArrow(work(todo, args.dtype), "shard string, records long, articles long")
    totals = done.agg({"records": "sum", "articles": "sum"}).first()
    print(f"{totals['sum(records)']} records of {totals['sum(articles)']} articles", flush=True)
    spark.stop()
    shards.finish(args.inputs, args.out)


if __name__ == "__main__":
    main()
