"""Everything that issue 3 asks to be measured, in one run, printed as Markdown.

Makes the corpora that are missing, then asks pages, acts, papers and search one after the other;
nothing runs beside what is measured. The time that it takes is printed at the end.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def section(title: str, script: str, *words: str) -> None:
    """Run one script and print what it says below a title."""
    print(f"\n## {title}\n", flush=True)
    done = subprocess.run(
        [sys.executable, str(HERE / script), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout.strip(), flush=True)
    if done.returncode:
        print(f"\n{script} failed:\n\n{done.stderr[-3000:]}", flush=True)


def corpus(folder: Path, number: int) -> Path:
    """Give the folder of a corpus, made where it is missing."""
    data = folder / f"n{number}"
    if not (data / "made").exists():
        size = ["--documents", str(number), "--data", str(data)]
        section(f"Bulk load of {number:,} documents", "corpus.py", *size)
        (data / "made").touch()
    return data


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the corpora are kept")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--writing", type=int, default=10_000, help="the corpus that is written to")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--no-search", action="store_true", help="leave out the text indexes")
    arguments = parser.parse_args()
    began = time.monotonic()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    now = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    print(f"# Speed, {now}, Python {platform.python_version()}, {platform.machine()}", flush=True)
    made = {
        number: corpus(arguments.folder, number)
        for number in sorted({*arguments.sizes, arguments.writing})
    }
    pages = ["--times", str(arguments.times), "--seconds", str(arguments.seconds)]
    section("Pages", "pages.py", "--data", *(str(made[n]) for n in arguments.sizes), *pages)
    section("Acts", "acts.py", "--data", str(made[arguments.writing]))
    section("Papers", "papers.py", "--data", str(made[arguments.writing]))
    if not arguments.no_search:
        section("Search", "search.py", "--data", str(arguments.folder / "texts"))
    print(f"\nAll of it took {(time.monotonic() - began) / 60:.0f} minutes.")


if __name__ == "__main__":
    main()
