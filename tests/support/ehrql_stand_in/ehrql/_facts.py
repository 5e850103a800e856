import json
import os

with open(os.environ["EHRQL_FACTS"], encoding="utf-8") as facts_file:
    FACTS = json.load(facts_file)
