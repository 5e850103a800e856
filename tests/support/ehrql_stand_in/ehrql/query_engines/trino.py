class TrinoQueryEngine:
    """A name for the module under test to point at."""
