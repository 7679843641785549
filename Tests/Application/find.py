"""Searches a library with the application's own functions. Runs in the application's environment.

Reads the order as JSON from standard input (schema, library, words). Prints as JSON the uuids of the media that each
word finds, and all keywords.
"""

import importlib
import json
import sys


def main():
    order = json.load(sys.stdin)
    library = importlib.import_module(f"library{order['schema']}").Library(order["library"], "searcher")
    found = {word: library.search(word) for word in order["words"]}
    json.dump({"found": found, "keywords": library.keywords()}, sys.stdout)
    library.close()


if __name__ == "__main__":
    main()
