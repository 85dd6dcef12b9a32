"""Routes that name a part of the body, and those that name both of a pair."""

BODY_ROUTES = frozenset(
    {
        "top",
        "td",
        "skin",
        "face",
        "scalp",
        "hands",
        "feet",
        "legs",
        "arms",
        "back",
        "nails",
        "body",
        "neck",
        "knee",
        "joint",
        "part",
        "groin",
    }
    | {"lips", "each_knee", "each_hand", "each_foot", "each_leg", "each_arm"}
)
# A dose for each of a pair is used twice; "affected eye(s)" may be both.
PAIRED_ROUTES = frozenset(
    {"ou", "au", "en", "ophs", "otics", "each_knee", "each_hand", "each_foot", "each_leg", "each_arm"}
)
