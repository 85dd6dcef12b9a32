"""The house stays as it was drawn: names, sizes, and what must not be anywhere."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pestle"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
BANNED = {"utils", "helpers", "common", "manager", "service", "data", "info", "process", "handle"}
FILES_IN_A_FOLDER = 24


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of what is committed")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _texts() -> Iterator[tuple[Path, str]]:
    for path in _tracked():
        if path.suffix in {".py", ".md", ".html", ".css", ".js", ".toml", ".in", ".txt", ".sh", ".yml", ".tsv"}:
            yield path, path.read_text(encoding="utf-8")


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in MODULES if path.stem in BANNED] == []


def test_no_public_function_or_class_has_a_name_that_says_nothing() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower() in BANNED
    ]

    assert found == []


def test_no_folder_outgrows_its_shelf() -> None:
    folders: dict[Path, int] = {}
    for path in MODULES:
        folders[path.parent] = folders.get(path.parent, 0) + (path.name != "__init__.py")

    counted = {str(folder.relative_to(ROOT)): count for folder, count in folders.items()}
    assert {name: count for name, count in counted.items() if count > FILES_IN_A_FOLDER} == {}


def test_every_public_function_says_what_it_gives() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_an_act_takes_its_id_its_person_and_its_time_by_name() -> None:
    crooked = []
    for path in (PACKAGE / "stations").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_is_one_act(each) for each in node.decorator_list):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if node.args.args or not {"act_id", "by", "at"} <= names:
                    crooked.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")

    assert crooked == []


def test_pages_carry_no_style_and_no_script_of_their_own() -> None:
    templates = list(PACKAGE.rglob("templates/**/*.html"))
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\son[a-z]+=")

    assert templates
    assert [str(path.relative_to(ROOT)) for path in templates if inline.search(path.read_text(encoding="utf-8"))] == []


def test_no_state_is_ever_set_by_hand() -> None:
    setting = re.compile(r"(?<![\w.])(?:fill|claim|message|rx|prescription|self)\.state\s*=(?!=)")
    allowed = {PACKAGE / "records" / "work.py"}

    assert [str(path) for path in MODULES if path not in allowed and setting.search(path.read_text("utf-8"))] == []


def test_nothing_is_left_to_do_in_a_comment() -> None:
    mark = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")

    assert [str(path) for path in MODULES if mark.search(path.read_text(encoding="utf-8"))] == []


def test_what_is_committed_names_no_machine_and_no_registry() -> None:
    words = (
        "/ro" + "ot/",
        "/wo" + "rk/main",
        "/wo" + "rk/shared",
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
    )
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path, text in _texts()
        if "vendor" not in path.parts
        for word in words
        if word in text
    ]

    assert found == []


def test_every_test_can_fail() -> None:
    idle = [f"{path.relative_to(ROOT)}: {name}" for path in (ROOT / "tests").rglob("test_*.py") for name in _idle(path)]

    assert idle == []


def _idle(path: Path) -> list[str]:
    """The tests of a file that neither prove anything themselves nor call a function of the file that does."""
    proof = re.compile(r"\bassert\b|raises\(|expect\(|expect_request\(|wait_until\(|\bcheck\(|warns\(")
    source = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    bodies = {node.name: ast.get_source_segment(source, node) or "" for node in functions}
    proving = [name for name, body in bodies.items() if proof.search(body)]
    calls = re.compile(r"\b(" + "|".join(map(re.escape, proving)) + r")\(") if proving else proof
    tests = {name: body for name, body in bodies.items() if name.startswith("test")}
    return [name for name, body in tests.items() if not proof.search(body) and not calls.search(body.partition(":")[2])]


def _is_one_act(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == "one_act"
