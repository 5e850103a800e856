"""Peers as a process of their own: `pyarrow` and `polars` read the CSV with the types of the contract
and none of its checks, and write Parquet. argv: peer, extract, target, JSON of [name, type] pairs.
The peak memory goes to the file that LANDING_BENCH_PEAK names."""

import json
import os
import resource
import sys


def run_pyarrow(extract, target, columns):
    import pyarrow as pa
    from pyarrow import csv, parquet

    types = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32()}
    convert = csv.ConvertOptions(
        column_types={name: types.get(type, pa.string()) for name, type in columns},
        include_columns=[name for name, _ in columns],
        null_values=[""],
        strings_can_be_null=True,
    )
    parse = csv.ParseOptions(newlines_in_values=True)
    with csv.open_csv(extract, convert_options=convert, parse_options=parse) as reader:
        with parquet.ParquetWriter(target, reader.schema, compression="snappy") as writer:
            for batch in reader:
                writer.write_batch(batch)


def run_polars(extract, target, columns):
    import polars as pl

    types = {"BIGINT": pl.Int64, "DOUBLE": pl.Float64, "DATE": pl.Date}
    schema = {name: types.get(type, pl.String) for name, type in columns}
    frame = pl.scan_csv(extract, schema_overrides=schema).select([name for name, _ in columns])
    frame.sink_parquet(target, compression="snappy", maintain_order=False)


def main():
    peer, extract, target, columns = sys.argv[1:]
    {"pyarrow": run_pyarrow, "polars": run_polars}[peer](extract, target, json.loads(columns))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open(os.environ["LANDING_BENCH_PEAK"], "w", encoding="ascii") as file:
        file.write(str(peak if sys.platform != "darwin" else peak // 1024))


main()
