"""How recall notices word what stands beside lots: labels, dates, codes, sizes, and “all lots”."""

import re

from pestle.terms.recall.months import DATE

A_NUMBER = r"[A-Za-z0-9](?:[A-Za-z0-9@:+#/_\-]*[A-Za-z0-9])?"
END = r"(?![A-Za-z0-9@+#_*\-])"
LABEL = re.compile(
    r"(?:(?:bulk|finished|carton|vial|tray|kit|internal|product|manufacturer|mfg|mfr|packaged"
    r"|affected|recalled|following"
    r"|parent|outer|inner|package|packaging|shipper|case)\W+){0,2}"
    r"(?:lots?|batch(?:es)?|control|ctrl|ctl)(?:\s*/\s*(?:lots?|batch(?:es)?|control))?"
    r"(?:\s*(?:numbers?|nos?|num|codes?|ids?|identifiers?)\b)?"
    r"(?:\s*\(s\))?[\s.:#]*(?:'?s\b)?(?:\s*(?:are|is|include|includes)\b)?[\s.:#=]*",
    re.IGNORECASE,
)
EXPIRY = re.compile(
    r"(?:(?:labell?ed|with|all|has|have|an?|the)\s+){0,2}"
    r"(?:exp(?:iry|iration|ires?|ired|iring)?|ex(?=[\s.:]*\d)|bud|b\.u\.d\.|beyond[\s-]use"
    r"|use[\s-]+by|use\s+before|best\s*(?:if\s+used\s+)?(?:by|before)"
    r"|discard(?:\s*(?:by|after))?|retest|dispense\s+by)(?![a-su-z])[\s.:;,#\-]*(?:\(?(?:dates?d?|dt"
    r"|on|of|by)\b\)?[\s.:;,#\-]*)*"
    r"(?:is|are|between|from|range)?[\s.:;,#\-]*",
    re.IGNORECASE,
)
MADE = re.compile(
    r"(?:made|manufactured|mfg|mfd|compounded|produced|prepared)[\s.:]*(?:dates?)?[\s.:]*(?:on|of)?[\s.:]*"
    + f"(?:{DATE.pattern})",
    re.IGNORECASE,
)
MORE_DATES = re.compile(r"\s*(?:,|and|&|or|to|through|thru|-|;)\s*(?=\S)", re.IGNORECASE)
GAP = re.compile(r"(?:[\s,;&:|\[\]()]+|\.(?!\d)|/(?=\s)|and\b|or\b|-(?=\s))+", re.IGNORECASE)
ITEM = re.compile(r"\(?[A-Za-z]{1,2}\)|\(?\d{1,2}\)(?=\s)")
NDC = re.compile(
    r"(?:NDC\s*(?:numbers?|nos?|codes?)?(?:\s*\(s\))?[\s.:#]*\d{4,5}-\d{3,4}(?:-\d{1,2})?|\d{4,5}-\d{3,4}-\d{1,2})"
    + END,
    re.IGNORECASE,
)
NDC_BARE = re.compile(r"NDC\s*(?:numbers?|nos?|codes?)?[\s.:#]*\d{8,12}" + END, re.IGNORECASE)
CODE = re.compile(
    r"(?:UPCs?|SKUs?|GTINs?|serial|item|catalog(?:ue)?|cat|part|product\s+codes?|model|ref|list"
    r"|reorder|order|rx|stock|material|formula(?:\s+id)?|service|style|pack|disp(?:ense)?(?:\s+id)?"
    r"|sample|lims)"
    # What is glued to such a word may be a lot: RX0119.
    r"\s*(?:numbers?|nos?|codes?)?(?:[\s.:#]+|(?='s))(?:'?s\b[\s.:#]*)?"
    + f"(?:{A_NUMBER})"
    + r"(?:(?:\s*,\s*|\s+)\d[\d\-]{6,17}(?=[\s,;.]|$))*",
    re.IGNORECASE,
)
UPC = re.compile(r"UPC\s*(?:codes?|numbers?|no)?[\s.:#]*\d[\d\s\-]{9,16}\d" + END, re.IGNORECASE)
ALL = re.compile(
    r"all\s+(?:(?:remaining|unexpired|product|other|the|our|affected|sterile|human|drug|compounded"
    r"|finished|distributed)\s+){0,3}"
    r"(?:lots?|batch(?:es)?|products?|codes?)(?:\s*(?:numbers?|codes?|and\s+expirations?|and\s+expiry))?"
    r"(?:\s*(?:\(\w+\)))?"
    r"(?:\s*(?:that\s+(?:are|were|remain)|which\s+are|remaining|currently|still|are|is|were)){0,2}"
    r"(?:\s*(?:with(?:in|ing)?|not\s+past)\s+(?:its\s+|their\s+|the\s+)?(?:expir(?:y"
    r"|ation)(?:\s+dates?)?|shelf[\s-]?li(?:fe|ves)))?"
    r"|any\s+lots?\b",
    re.IGNORECASE,
)
# A unit that is glued to a figure may be the end of a lot number: only these, written so, and no long figure.
SIZE = re.compile(
    r"\b[1-9]\d{0,3}(?:[.,]\d{1,3})?(?:(?:mg|mcg|mL|ml|oz|ct|%)(?![A-Za-z0-9@+#_*\-])"
    r"|[\s\-]+(?i:count|ct|ml|mls|mg|mcg|gm|grams?|kg|liters?|oz|ounces?|fl\.?\s*oz|fluid\s+ounces?"
    r"|lbs?|units?|tablets?|tabs?"
    r"|capsules?|caps?|vials?|syringes?|bottles?|bags?|blisters?|packs?|patches|tubes?|per|each|%|iu"
    r"|dos(?:e|es)|pieces?|cases?|boxes"
    r"|cartons?|kits?|pouches|packets|ampules?|unit\s+dose|x\s+\d+)\b)"
)
PACK_WORDS = re.compile(
    r"(?:bottles?|vials?|trays?|cartons?|blisters?|packs?|packages?|packets?|pouches|pouch|boxes|box"
    r"|bags?|syringes?|tubes?|jars?|kits?|cases?|drums?"
    r"|tablets?|capsules?|tabs?|caps?|count|ct|cards?|unit[\s-]dose|units?|each|per|of|size|for|in"
    r"|the|hdpe|sample|samples|label|labels|labeled|labelled|single|containers?|"
    r"ampules?|ampuls?|pens?|cartridges?|inhalers?|canisters?|patches|pumps?|tins?|tubs?|shippers?"
    r"|inner|outer|trade|professional|only|identified|as|follows|associated|with|under|which|were"
    r"|distributed|to)\b",
    re.IGNORECASE,
)
RANGE = re.compile(
    f"({A_NUMBER})" + r"(?:\s+(?:through|thru|to)\s+|\s+-\s+|\s*--+\s*)(?:lot\s*#?\s*)?" + f"({A_NUMBER})" + END,
    re.IGNORECASE,
)
SAID = re.compile(r"\s(?:through|thru|to)\s", re.IGNORECASE)
A_LOT = re.compile(A_NUMBER + END + r"(?!\.\d)")
# Two numbers with a stroke between them may be one lot or two; a figure and a stroke may be a date that is misprinted.
TWO_IN_ONE = re.compile(r".*/.{4,}|\d{1,2}/.*|.*\d(?:mg|mL|ml|mcg)")
LETTERS = re.compile(r"[A-Z]{4,6}(?=[\s,;.]|$)")
NO_EXPIRY = re.compile(
    r"(?:no|not?\s+yet)\s+(?:exp\w*|bud)\.?(?:\s+dates?)?(?:\s+(?:on\s+(?:product|label)|listed|available|given))?",
    re.IGNORECASE,
)
WORD = re.compile(r"\S+")
HYPHENED = re.compile(r"([A-Za-z0-9]{5,})-([A-Za-z0-9]{5,})")
GLUED = re.compile(r"(?<=[A-Za-z0-9])(?=(?:Exp\.?\s|EXP\.?\s|Exp(?:iry|iration)|Use [Bb]y|BUD[:\s]))")
DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u00a0": " ", "\u2019": "'"}
)
