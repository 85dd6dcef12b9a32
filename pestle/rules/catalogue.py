"""All rules there are, for the manual and for the tests that count them."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pestle.rules
from pestle.rules.rule import Rule


def all_rules() -> tuple[Rule[Any], ...]:
    """This will give every rule of this folder, by module and in the order in which each module states them."""
    modules = (import_module(f"pestle.rules.{found.name}") for found in iter_modules(pestle.rules.__path__))
    stated = (value for module in modules for value in vars(module).values() if isinstance(value, Rule))
    return tuple({rule.name: rule for rule in stated}.values())
