"""What the program says when it says no: short, plain, and what to do next or who can. Every sentence in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pestle"
LONGEST = 120
SAYING = {"refuse": 0, "Unreadable": 0, "_finding": 0, "_wrong": 0, "not_here": -1}
JARGON = re.compile(
    r"\b(invalid|error|failed|failure|unauthorized|forbidden|null|exception|submit|please|sorry|oops|user|client"
    r"|system|database|server|script|customer|entity|record not|parameter|input|abort|illegal|unable to)\b|!",
    re.IGNORECASE,
)
# What no worker reads: formats, partners' lines, and the gallery of parts.
LEFT_OUT = {"migrations", "demo", "config", "calculations", "wire", "links", "parts.py"}
# "Unable to supply" is the regulation's own word: 21 CFR 1306.13(a).
TERMS_OF_LAW = ("unable to supply",)
DOES = re.compile(
    r"\b(add|ask|begin|bill|call|change|charge|choose|clear|"
    r"compare|count|end|enter|finish|find|fill|give|go on|invite|let|"
    r"lift|load|look|mark|name|offer|open|pay|press|print|promise|put|read|receive|record|resend|return|reverse|say|"
    r"scan|send|set|sign|start|take|tell|try|type|upload|use|wait|work|write|chosen?|keep|leave|pick|search|see|sold|"
    r"dispense|propose|approve|renew|transfer|witness|verif(?:y|ies)|weigh|reckon|make|notify)\b",
    re.IGNORECASE,
)
WHO = re.compile(
    r"\b(you|your|pharmacists?|technicians?|intern|lead|prescriber|patients?|plan|payer|person|people|somebody|nobody|"
    r"who|whoever|driver|board|administrator|auditor|cashier|another|store|program|spoken)\b",
    re.IGNORECASE,
)


def test_every_sentence_ends_as_one_and_is_short() -> None:
    wrong = [f"{where}: {said}" for where, said in sentences() if not said.endswith((".", "?", "”", "}"))
             or len(re.sub(r"\{[^}]*\}", "xxxxxxxx", said)) > LONGEST]  # fmt: skip

    assert wrong == []


def test_no_sentence_speaks_of_the_machine() -> None:
    def machine_words(said: str) -> str:
        for term in TERMS_OF_LAW:
            said = said.lower().replace(term, "")
        return ", ".join(each.group() for each in JARGON.finditer(re.sub(r"\{[^}]*\}", "", said)))

    assert [f"{where}: {said} ({found})" for where, said in sentences() if (found := machine_words(said))] == []


def test_every_sentence_says_what_to_do_or_who_does() -> None:
    silent = [f"{where}: {said}" for where, said in sentences() if not (DOES.search(said) or WHO.search(said))]

    assert silent == []


def test_the_sentences_were_found() -> None:
    assert len(list(sentences())) > 350


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of a rule, a refusal or a field that cannot be read: where it stands, and its words."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if LEFT_OUT & {*path.parts, path.name}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for said in said_by(node):
                yield f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}", said


def said_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in SAYING and node.args:
            yield from words(node.args[SAYING[name]])
        if name == "Finding":
            yield from (each for key in node.keywords if key.arg == "sentence" for each in words(key.value))
    if isinstance(node, ast.FunctionDef) and any("rule(" in ast.unparse(each) for each in node.decorator_list):
        for each in ast.walk(node):
            if isinstance(each, ast.Return) and each.value is not None:
                yield from words(each.value)


def words(node: ast.expr) -> Iterator[str]:
    """The texts an expression may come to; a name in braces stands for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    if isinstance(node, ast.IfExp):
        yield from (*words(node.body), *words(node.orelse))
