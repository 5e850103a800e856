"""Reads the demo's lake with readers of another world, pyarrow and polars, which check page CRCs and
know nothing of Safe Landing, and compares them with each other and with the manifest. Exits with 1
and one line for each difference."""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import polars
import pyarrow.parquet

EXPECTED = {
    "boolean": "bool",
    "int64": "int64",
    "double": "double",
    "date": "date32[day]",
    "string": "string",
}


def check_file(path: pathlib.Path, table: dict, stated: dict) -> list[str]:
    faults = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != stated["sha256"]:
        faults.append(f"{path.name}: sha256 differs")
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    arrow = file.read()
    if arrow.num_rows != stated["rows"]:
        faults.append(f"{path.name}: {arrow.num_rows} rows, manifest {stated['rows']}")
    for column, field in zip(table["columns"], arrow.schema, strict=True):
        if field.name != column["name"] or str(field.type) != EXPECTED[column["parquet"]]:
            faults.append(f"{path.name}: column {field.name} is {field.type}")
        if field.nullable != column["nullable"]:
            faults.append(f"{path.name}: column {field.name} nullable {field.nullable}")
    if not polars.from_arrow(arrow).equals(polars.read_parquet(path, use_statistics=True)):
        faults.append(f"{path.name}: pyarrow and polars read different values")
    metadata = file.metadata
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(index)
            column = arrow.column(index)
            if metadata.num_row_groups == 1 and chunk.statistics.null_count != column.null_count:
                faults.append(f"{path.name}: null count of {column} differs")
    return faults


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        demo = pathlib.Path(folder) / "demo"
        command = ["node", str(root / "dist/bin/safelanding.js"), "demo", "--dir", str(demo)]
        subprocess.run(command, check=True, capture_output=True)
        snapshot = (demo / "lake/current").resolve()
        manifest = json.loads((snapshot / "manifest.json").read_text())
        faults = []
        files = 0
        for table in manifest["tables"].values():
            for stated in table["files"]:
                files += 1
                faults += check_file(snapshot / stated["path"], table, stated)
    for fault in faults:
        print(fault)
    print(f"pyarrow {pyarrow.__version__} and polars {polars.__version__}: {files} files read")
    return 1 if faults or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
