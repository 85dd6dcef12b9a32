"""Names of active substances, with and without their salt."""

import re
from functools import lru_cache

# What stands behind an active part and does not change which drug it is.
_SALT_WORDS = """
acetate acetonide anhydrous arginine aspartate axetil benzoate besilate besylate bitartrate bromide butyrate
calcium camsylate carbonate chloride choline cilexetil citrate cypionate decanoate dihydrate dihydrochloride
dimesylate dinitrate dipotassium dipropionate disodium edisylate enanthate erbumine estolate esylate etexilate
ethylsuccinate fosamil fumarate furoate gluconate glutamate hcl hemifumarate hemihydrate heminhydrate hippurate
hyclate hydrate hydrobromide hydrochloride hydroiodide hydroxide iodide isethionate lactate lactobionate laurate
lysine magnesium malate maleate mandelate marboxil medoxomil mesylate methylsulfate mofetil monohydrate
mononitrate mucate napsylate nitrate oleate oxalate palmitate pamoate pantothenate pentahydrate phosphate
pivoxil polacrilex polistirex potassium propionate proxetil saccharate sesquihydrate sodium stearate succinate
sulfate sulfosalicylate tannate tartrate teoclate tetrahydrate tosylate trifenatate trihydrate trihydrochloride
trometamol tromethamine valerate xinafoate
"""
_SALTS = frozenset(_SALT_WORDS.split())
# The salt is the drug, or names another one: these keep both words.
_KEPT_WHOLE = frozenset(
    {"isosorbide dinitrate", "isosorbide mononitrate", "dimethyl fumarate", "benzyl benzoate", "ethyl chloride"}
)
# Crystal water and solvent: the labelled strength counts the drug without them.
_WATER_WORDS = """
anhydrous hydrate hemihydrate monohydrate sesquihydrate dihydrate trihydrate tetrahydrate pentahydrate hexahydrate
heptahydrate
"""
_WATER = frozenset(_WATER_WORDS.split())
_SOLVATE = " propylene glycol solvate"
_PARTS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=32_768)
def base_substance(name: str) -> str:
    """Give the name in small letters without its salt, so that AMLODIPINE BESYLATE and amlodipine meet.

    Salts go from the end only, and never the last word that is left: potassium chloride gives potassium.
    """
    words = [word for word in _PARTS.split(name.lower().replace("'", "")) if word]
    while len(words) > 1 and words[-1] in _SALTS and " ".join(words) not in _KEPT_WHOLE:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=32_768)
def without_water(name: str) -> str:
    """Give the name in small letters with its salt, without crystal water: the same drug in a bottle."""
    words = name.lower().removesuffix(_SOLVATE).split()
    while len(words) > 1 and words[-1] in _WATER:
        words.pop()
    return " ".join(words)


def base_substances(names: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Give the different base names, in their first order."""
    return tuple(dict.fromkeys(filter(None, map(base_substance, names))))
