"""The rules by which ehrQL validates a backend, at the moment its class is made."""

from ehrql.tables import Frame


class ValidationError(Exception): ...


class MappedTable:
    def __init__(self, source, columns, schema=None):
        self.source = source
        self.columns = columns
        self.schema = schema


class SQLBackend:
    display_name = None
    query_engine_class = None
    patient_join_column = None
    implements = ()

    def __init_subclass__(cls):
        for name in ("display_name", "query_engine_class", "patient_join_column"):
            if getattr(cls, name) is None:
                raise ValidationError(f"no {name}")
        cls.tables = {k: v for k, v in vars(cls).items() if isinstance(v, MappedTable)}
        for namespace in cls.implements:
            for wanted in vars(namespace).values():
                if isinstance(wanted, Frame):
                    cls.validate(namespace.__name__, wanted)

    @classmethod
    def validate(cls, namespace, wanted):
        own = cls.tables.get(wanted.table_name)
        if own is None:
            raise ValidationError(f"{namespace}: no table {wanted.table_name}")
        missing = set(wanted.series) - set(own.columns)
        if missing:
            raise ValidationError(
                f"{namespace}.{wanted.table_name}: no {sorted(missing)}"
            )
