"""The command line `tagging`: exit 0 done, 1 it ran and found something wrong, 2 wrong use in one clear line."""

from __future__ import annotations

import sys

try:
    import os
    import signal
    from importlib.metadata import version
    from types import FrameType
    from typing import Annotated, Any

    import typer

    from tagging.cli.lazy_commands import lazy_group, load_command
    from tagging.cli.project import use_clone
except KeyboardInterrupt:  # a third of a second, in which `main` cannot say so yet
    print("tagging: interrupted", file=sys.stderr)
    sys.exit(130)

COMMANDS = {
    "tag": ("tagging.cli.tag:tag", "Tag mails, texts and images on this machine."),
    "demo": ("tagging.cli.demo:demo", "Run the whole path on this machine: items in, labels, tickets and metrics out."),
    "local": ("tagging.cli.local:local", "Keep the local cloud running: commands reach it as stage local."),
    "invoke": (
        "tagging.cli.invoke:invoke",
        "Run a function's handler with events on the local cloud; show its answer.",
    ),
    "import": ("tagging.cli.import_:import_data", "Import labelled data as rows, with a report and a first taxonomy."),
    "data": ("tagging.cli.data:data", "Show counts, rare labels, duplicates and contradictions, with advice on heads."),
    "taxonomy": (
        "tagging.cli.taxonomy:taxonomy",
        "Check a taxonomy: every mistake with its line and what to write instead.",
    ),
    "train": ("tagging.cli.train:train", "Learn labels from examples, in seconds, without a GPU."),
    "encoder": ("tagging.cli.encoder:encoder", "Make encoders of texts: from a Hugging Face folder, or multilingual."),
    "evaluate": (
        "tagging.cli.evaluate:evaluate",
        "Measure a bundle on labelled rows, through the tagger that is served.",
    ),
    "compare": ("tagging.cli.compare:compare", "Compare two bundles label by label; exit 1 where promotion is unsafe."),
    "show": ("tagging.cli.show:show", "Show what is kept of one item."),
    "quarantine": ("tagging.cli.quarantine:quarantine", "List, show and retry what could not be tagged."),
    "redrive": ("tagging.cli.redrive:redrive", "Move dead letters back to their queue; exit 1 where one comes back."),
    "reconcile": (
        "tagging.cli.reconcile:reconcile",
        "Find object versions without a row and tickets that were not sent.",
    ),
    "forget": ("tagging.cli.forget:forget", "Erase what is kept of one item."),
    "correct": ("tagging.cli.correct:correct", "Say which labels of an item hold, or send a CSV of answers."),
    "review": (
        "tagging.cli.review:review",
        "Reviews that people should do: list, export, import; refused corrections.",
    ),
    "versions": ("tagging.cli.versions:versions", "List, show, push and retire versions of heads."),
    "promote": ("tagging.cli.promote:promote", "Let a version serve all items, or a share of them, or be a shadow."),
    "rollback": ("tagging.cli.rollback:rollback", "End the canary or a shadow, or return to the champion before."),
    "pointer": ("tagging.cli.pointer:pointer", "Show who serves, and which version would tag an item."),
    "thresholds": ("tagging.cli.thresholds:thresholds", "Show and set the thresholds of labels; heads stay."),
    "backfill": (
        "tagging.cli.backfill:backfill",
        "Decide items again by the version that serves.",
    ),
    "what-if": ("tagging.cli.what_if:what_if", "Show what other thresholds or another version would change."),
    "console": (
        "tagging.cli.console:console",
        "Serve pages on this machine: reviews, items, labels, versions, health.",
    ),
    "quality": ("tagging.cli.quality:quality", "Show precision and recall of each label on live traffic."),
    "drift": ("tagging.cli.drift:drift", "Show labels and inputs that drift, and acknowledge it."),
    "build": (
        "tagging.cli.build:build",
        "Make the layers for Lambda, check that they load and start, show their sizes.",
    ),
    "cost": ("tagging.cli.cost:cost", "Print the monthly bill by part, and what alternatives would charge."),
    "doctor": ("tagging.cli.doctor:doctor", "Check this machine, the project and the AWS account."),
    "dashboard": (
        "tagging.cli.dashboard:dashboard",
        "Draw a stage's dashboards as one page, from a day on the local cloud.",
    ),
    "benchmark": ("benchmarks.commands:benchmark", "Measure speed and quality."),
}
"""Each command: where its function or group of commands is, and its line in `tagging --help`."""
OF_THE_CLONE = {"demo", "local", "invoke", "build", "cost", "doctor", "dashboard", "benchmark"}
"""Commands that need the clone around the package: `functions/`, `infra/`, `layers/` or `benchmarks/`."""

INTERRUPTED = 130
"""Exit code, as shells know it, of a command that was ended by Ctrl-C."""


def load(name: str) -> Any:
    """The command or group that `name` stands for; only the command that runs is imported."""
    if name in OF_THE_CLONE:
        use_clone()
    # Read when numpy is loaded. With more threads, training on 2,000 rows takes longer and three times the CPU, and its
    # bytes depend on the number of processors.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return load_command(name, COMMANDS[name][0])


def _print_version(requested: bool) -> None:
    if requested:
        print(f"tagging {version('tagging')}")
        raise typer.Exit()


app = lazy_group(
    {name: line for name, (_, line) in COMMANDS.items()},
    load,
    name="tagging",
    help="Support mail and images in, labels out.",
)


@app.callback()
def options(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of `tagging` itself."""


def main() -> None:
    """Entry point of `tagging`."""
    errors = os.dup(2)
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        if _imports(frame):  # packages in C print the interrupt themselves
            _silence(2)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        code = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as error:
        message = getattr(error, "format_message", error.__str__)()
        if message:  # empty where the help was printed instead
            line = " ".join(message.split()).replace("Value error, ", "")  # pydantic's words, in front of the sentence
            print(f"tagging: {line}", file=sys.stderr)
        code = 2
    except BrokenPipeError:  # who reads the output has ended: `| head -1`
        _silence(1)
        code = 1
    except BaseException:  # packages turn an interrupt while they are imported into errors of their own
        if not interrupts:
            raise
    if interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # while the process ends
        os.dup2(errors, 2)
        print("tagging: interrupted", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def _imports(frame: FrameType | None) -> bool:
    """Whether a module is being imported in this frame or one that called it."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _silence(descriptor: int) -> None:
    """Discard what is written to standard output (1) or standard error (2)."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
