"""`pestle practice`: endless calculation problems, marked with their working."""

import argparse
import json
import secrets
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pestle.calculations.practice import Marked, Problem, Score

NAME = "practice"
HELP = "Practise calculations: problems, marks, working and a score by topic."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add topic, number of problems and seed."""
    parser.add_argument("--topic", default="", help="one topic; --topics shows them")
    parser.add_argument("--topics", action="store_true", help="list the topics")
    parser.add_argument("--count", type=int, default=10, help="how many problems (10)")
    parser.add_argument("--seed", default="", help="the same seed gives the same problems")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object per line, answers read line by line")


def run(args: argparse.Namespace) -> int:
    """Ask, mark and score; an empty line skips, the end of input stops."""
    from pestle.calculations.practice import Score, mark, practised, problems, seeded
    from pestle.calculations.worked import CannotCalculate

    try:
        kinds = practised(args.topic)
    except CannotCalculate as error:
        print(f"pestle practice: {error.reason}", file=sys.stderr)
        return 2
    if args.topics:
        print("\n".join(dict.fromkeys(kind.topic for kind in kinds)))
        return 0
    seed = args.seed or secrets.token_hex(4)
    score = Score()
    for number, problem in zip(range(1, args.count + 1), problems(seeded(seed), topic=args.topic), strict=False):
        _ask(args, problem, number)
        line = sys.stdin.readline()
        if not line:
            break
        marked = mark(problem, line.strip())
        score.count(problem.topic, marked)
        _tell(args, problem, marked)
    _score(args, score, seed)
    return 0


def _ask(args: argparse.Namespace, problem: "Problem", number: int) -> None:
    if args.jsonl:
        asked = {"number": number, "topic": problem.topic, "name": problem.name, "question": problem.question}
        print(json.dumps(asked | {"given": problem.given}, ensure_ascii=False), flush=True)
    else:
        print(f"\n{number}. [{problem.topic}] {problem.question}\n> ", end="", flush=True)


def _tell(args: argparse.Namespace, problem: "Problem", marked: "Marked") -> None:
    from pestle.calculations.telling import machine_form, told

    if args.jsonl:
        line = {"mark": marked.mark.value, "sentence": marked.sentence, "worked": machine_form(problem.worked)}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    else:
        print(f"{marked.sentence}\n\n{told(problem.worked)}")


def _score(args: argparse.Namespace, score: "Score", seed: str) -> None:
    rows = score.rows()
    if args.jsonl:
        topics = [{"topic": topic, "right": right, "asked": asked} for topic, right, asked in rows]
        print(json.dumps({"seed": seed, "score": topics}, ensure_ascii=False))
        return
    print(f"\n\nScore (seed {seed})")
    for topic, right, asked in rows:
        print(f"  {topic:28} {right} of {asked}")
