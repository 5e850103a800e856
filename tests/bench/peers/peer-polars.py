"""Polars for Python as a process of its own: scan with the types given, sink. It checks nothing."""

import json
import sys

import polars

import peak

task = json.loads(sys.argv[1])
types = {
    "BIGINT": polars.Int64,
    "DOUBLE": polars.Float64,
    "DATE": polars.Date,
    "VARCHAR": polars.String,
}
schema = {column["name"]: types[column["sql_type"]] for column in task["columns"]}
polars.scan_csv(task["extract"], schema=schema).sink_parquet(
    task["output"], compression="snappy", maintain_order=False
)
peak.write()
