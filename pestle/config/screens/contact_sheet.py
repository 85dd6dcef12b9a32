"""One page with all pictures side by side: light beside dark, and beneath each what was measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

TITLES = {
    "pages": "Pages, as they open", "states": "States", "long": "Long names", "prints": "What is printed",
}  # fmt: skip
_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pestle, every page</title><style>
body{font:14px/1.4 system-ui,sans-serif;margin:16px;color:#17201b;background:#f1f3f0}h2{margin:32px 0 8px}
h3{margin:16px 0 4px;font-size:15px}.row{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;flex:0 1 660px}
img{max-width:100%;border:1px solid #7f8a83;background:#fff}figcaption{font-size:12px}
.no{color:#961a17;font-weight:600}nav a{margin-right:12px;white-space:nowrap}</style>"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken, with what does not fit on it; or why there is none."""

    kind: str
    name: str
    file: str = ""
    view: str = ""
    look: str = ""
    told: Sequence[str] = field(default_factory=list)
    trouble: str = ""
    is_fault: bool = False


def write(folder: Path, taken: Iterable[Taken]) -> Path:
    """Write `index.html` beside the pictures."""
    rows = sorted(taken, key=lambda each: (list(TITLES).index(each.kind), each.name))
    out = [_HEAD, f"<h1>{sum(1 for each in rows if each.file)} pictures</h1><nav>"]
    out += [f'<a href="#{kind}">{title}</a>' for kind, title in TITLES.items()]
    out.append("</nav>")
    for kind, of_kind in groupby(rows, key=lambda each: each.kind):
        out.append(f'<h2 id="{kind}">{TITLES[kind]}</h2>')
        for name, pictures in groupby(of_kind, key=lambda each: each.name):
            out.append(f'<h3>{escape(name)}</h3><div class="row">')
            out += [_figure(each) for each in pictures]
            out.append("</div>")
    found = folder / "index.html"
    found.write_text("".join(out), encoding="utf-8")
    return found


def _figure(picture: Taken) -> str:
    if not picture.file:
        return f'<p class="no">{escape(picture.trouble)}</p>'
    said = "".join(f'<br><span class="no">{escape(each)}</span>' for each in picture.told)
    return (
        f'<figure><a href="{picture.file}"><img loading="lazy" src="{picture.file}" alt=""></a>'
        f"<figcaption>{escape(' '.join(filter(None, (picture.view, picture.look))))}{said}</figcaption></figure>"
    )
