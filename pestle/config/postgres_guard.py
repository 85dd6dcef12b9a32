"""The guard of the embedded PostgreSQL as a process of its own: `python -m pestle.config.postgres_guard FOLDER`."""

import argparse
from pathlib import Path

from pestle.config.cluster import Cluster
from pestle.config.postgres import guard


def main() -> None:
    """Watch over the cluster in the folder given, until nobody uses it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--loose", action="store_true", help="do not wait for the disk, and remove all at the end")
    asked = parser.parse_args()
    guard(Cluster(asked.folder, durable=not asked.loose), remove_after=asked.loose)


if __name__ == "__main__":
    main()
