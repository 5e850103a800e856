"""Parses SQL texts with sqlglot: JSON [{dialect, text}] on stdin, tables with their columns on stdout."""

import json
import logging
import sys

import sqlglot
from sqlglot import exp

logging.disable(logging.WARNING)


def tables_of(dialect, text):
    # sqlglot reads no procedural T-SQL: the line that makes a schema is left to SQL Server.
    text = "\n".join(line for line in text.split("\n") if not line.startswith("IF SCHEMA_ID("))
    tables = []
    for statement in sqlglot.parse(text, read=dialect):
        if not isinstance(statement, exp.Create) or statement.kind != "TABLE":
            continue
        target = statement.this.this
        columns = list(statement.this.find_all(exp.ColumnDef))
        required = [
            column.name
            for column in columns
            if any(isinstance(one.kind, exp.NotNullColumnConstraint) for one in column.constraints)
        ]
        tables.append(
            {
                "name": f"{target.db}.{target.name}",
                "columns": [column.name for column in columns],
                "not_null": required,
                "checks": len(list(statement.find_all(exp.CheckColumnConstraint))),
            }
        )
    return tables


found = [
    {"dialect": one["dialect"], "tables": tables_of(one["dialect"], one["text"])}
    for one in json.load(sys.stdin)
]
print(json.dumps(found))
