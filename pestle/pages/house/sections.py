"""Block tags with named sections: `{% panel "Lots" %} body {% footer %} one sentence {% endpanel %}`."""

from collections.abc import Callable
from typing import Any

from django.template import Context, Library, Node
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString, mark_safe

Sections = dict[str, SafeString]


class SectionsNode(Node):
    """Renders each section, then hands them with the tag's own arguments to the function that draws the part."""

    def __init__(
        self,
        draw: Callable[..., str],
        *,
        given: list[FilterExpression],
        named: dict[str, FilterExpression],
        sections: dict[str, NodeList],
    ) -> None:
        self.draw = draw
        self.given = given
        self.named = named
        self.sections = sections

    def render(self, context: Context) -> SafeString:
        # What Django renders here is already escaped.
        shown = {name: mark_safe(nodes.render(context).strip()) for name, nodes in self.sections.items()}  # noqa: S308
        given = [each.resolve(context) for each in self.given]
        named = {name: each.resolve(context) for name, each in self.named.items()}
        return mark_safe(self.draw(context, shown, *given, **named))  # noqa: S308


def sectioned(register: Library, name: str, *sections: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a block tag whose body is cut at `{% section %}` marks; what comes before the first is "body"."""

    def decorate(draw: Callable[..., str]) -> Callable[..., str]:
        def parse(parser: Parser, token: Token) -> SectionsNode:
            given, named = _arguments(parser, token)
            return SectionsNode(draw, given=given, named=named, sections=_cut(parser, name, sections))

        register.tag(name, parse)
        return draw

    return decorate


def _arguments(parser: Parser, token: Token) -> tuple[list[FilterExpression], dict[str, FilterExpression]]:
    given: list[FilterExpression] = []
    named: dict[str, Any] = {}
    for bit in token.split_contents()[1:]:
        pair = token_kwargs([bit], parser)
        if pair:
            named |= pair
        elif named:
            raise TemplateSyntaxError(f"{bit} comes after a named argument.")
        else:
            given.append(parser.compile_filter(bit))
    return given, named


def _cut(parser: Parser, name: str, sections: tuple[str, ...]) -> dict[str, NodeList]:
    end = f"end{name}"
    marks = (*sections, "body", end)
    cut: dict[str, NodeList] = {"body": NodeList()}
    here = "body"
    while True:
        nodes = parser.parse(marks)
        # White space before the first mark is no body.
        cut[here] = nodes
        here = parser.next_token().contents.split()[0]
        if here == end:
            return cut
