"""pyarrow as a process of its own: CSV read as a stream, written as Parquet. It checks nothing."""

import json
import sys

import pyarrow
import pyarrow.csv
import pyarrow.parquet

import peak

task = json.loads(sys.argv[1])
types = {
    "BIGINT": pyarrow.int64(),
    "DOUBLE": pyarrow.float64(),
    "DATE": pyarrow.date32(),
    "VARCHAR": pyarrow.string(),
}
reader = pyarrow.csv.open_csv(
    task["extract"],
    read_options=pyarrow.csv.ReadOptions(block_size=8 * 1024 * 1024),
    parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
    convert_options=pyarrow.csv.ConvertOptions(
        column_types={column["name"]: types[column["sql_type"]] for column in task["columns"]},
        null_values=[""],
        strings_can_be_null=True,
    ),
)
with pyarrow.parquet.ParquetWriter(task["output"], reader.schema, compression="snappy") as writer:
    for batch in reader:
        writer.write_batch(batch)
peak.write()
