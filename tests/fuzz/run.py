"""`python -m tests.fuzz.run [TARGET ...]`: coverage-guided fuzzing of the readers, for a bounded time.

Needs atheris (the extra `fuzz`; Linux). An input that breaks a promise, or takes a minute or 2 GB, is
saved in `found/TARGET/`, where `test_found.py` replays it; the command then exits with 1.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("mail", "image", "body")
PIECES = (
    *(
        b"\n",
        b"\r\n",
        b"\n\n",
        b"--B",
        b"--B--",
        b"=?utf-8?q?",
        b"?=",
        b"; charset=utf-7",
        b"; boundary=B",
        b"name*0*=",
    ),
    *(
        b"Content-Type: ",
        b"multipart/mixed",
        b"message/rfc822",
        b"text/html",
        b"base64",
        b"Subject: ",
        b"> ",
        b"wrote:\n",
    ),
    *(
        b"<div>",
        b"</div>",
        b"<!--",
        b"&#x",
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"\xff\xd8\xff",
        b"\xff\xda",
        b"RIFF",
        b"WEBPVP8L",
    ),
    *(
        b"II*\0",
        b'"Records":[',
        b'"eventSource":"aws:s3"',
        b'"Type":"Notification"',
        b'"Message":"',
        b"\\ud800",
        b"NaN",
    ),
    *(b'"schema":"tagging.item/1"', b'"source":"aws.s3"', b'"detail"', b"null", b"1e999", b"{}", b"[]"),
)
"""Tokens of the formats, which a fuzzer would need long to discover."""


def main(words: list[str]) -> int:
    """Fuzz each target in its own process. Returns 0 if no target broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(NAMES)}; default: all of them")
    parser.add_argument("--runs", type=int, default=20_000, help="inputs per target")
    parser.add_argument("--seconds", type=int, default=900, help="at most, per target")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(words)
    if importlib.util.find_spec("atheris") is None:
        print("atheris is missing: install the extra, pip install -e '.[fuzz]' (Linux only)", file=sys.stderr)
        return 2
    broken = [name for name in arguments.targets or NAMES if not _fuzz(name, arguments)]
    print(f"Broken: {', '.join(broken)}; see tests/fuzz/found/" if broken else "Nothing found.")
    return 1 if broken else 0


def _fuzz(name: str, arguments: argparse.Namespace) -> bool:
    """Whether the target kept its promises."""
    found = Path(__file__).parent / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        dictionary = Path(folder, "pieces.dict")
        dictionary.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES))
        options = {
            "runs": arguments.runs,
            "max_total_time": arguments.seconds,
            "seed": arguments.seed,
            "timeout": 60,
            "report_slow_units": 60,
            "rss_limit_mb": 2048,
            "dict": dictionary,
            "artifact_prefix": f"{found}/",
            "print_final_stats": 1,
            "verbosity": 0,
        }
        flags = [f"-{option}={value}" for option, value in options.items()]
        child = [sys.executable, "-m", "tests.fuzz.run", "--child", name, folder, *flags]
        process = subprocess.run(child, stderr=subprocess.PIPE, text=True, errors="replace")
    tried = re.search(r"number_of_executed_units: (\d+)", process.stderr)
    print(
        f"{name}: {tried[1] if tried else 'no'} inputs, {'passed' if process.returncode == 0 else 'BROKEN'}", flush=True
    )
    if process.returncode:
        print(process.stderr[-3_000:])
    return process.returncode == 0


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


def _child(name: str, folder: str, flags: list[str]) -> None:
    """Fuzz one target with atheris, which ends the process."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["tagging"]):
        target = importlib.import_module("tests.fuzz.targets").TARGETS[name]
    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for number, seed in enumerate(target.seeds()):
        Path(corpus, str(number)).write_bytes(seed)
    atheris.Setup(["fuzz", str(corpus), f"-max_len={target.max_bytes}", *flags], target.attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        sys.exit(main(sys.argv[1:]))
