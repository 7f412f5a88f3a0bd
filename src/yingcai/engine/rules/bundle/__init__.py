"""Stacking: the best lawful combination of programmes for one subject.

Every programme that the subject is entitled to, with a known amount, is a *contender*. A bundle is
a set of contenders. All amounts are fen. ``docs/stacking.md`` says the same for policy officers.

**Lawful.** No two programmes of a bundle exclude each other (one side is enough) or stand in one
``highest_of`` group. A programme is blocked when something was received under one that it excludes
or that excludes it.

**Payable.** Programmes are paid one after the other: first those that deduct nothing, then those
that deduct only these, and so on; among equals the larger amount first, then the name. So whatever
is deducted has been settled before, and a shared ceiling goes to the larger programmes, which
leaves fewer of them to apply for. The place does not depend on who else is entitled. Each is paid
its amount,

- minus what was received under the same programme (``top_up``), under the other members of its
  group and under the programmes that it deducts; each of these once, however often it is named;
- minus what this bundle pays for the programmes that it deducts; never less than nothing;
- at most what each ceiling leaves, whichever file writes the ceiling: by_date its amount − granted
  so far − paid by this bundle before; pro_rata the share floor(x × amount ÷ claimed by the group)
  and never more than the amount for the whole bundle. The ceilings look at the same x; the lowest counts.

**Best.** The highest total; among equals fewer programmes, then the first in alphabetical order
(the sorted names compared one by one). So the answer is unique, a programme that would be paid
nothing is never in it, and being entitled to one more never lowers the total.

**Unknown** facts (what was received, what a ceiling has granted, its amount) count as nothing paid
so far and no limit while choosing; ``Bundle.asks`` names them. What they could take away makes the
amount of a payment an interval, which holds whatever they turn out to be.

The search is exact: each connected component of exclusions, groups, deductions and ceilings by
itself, branch and bound (``search.py`` proves the bound). ``check`` refuses a component of more
than ``MANY`` programmes when a pack is compiled, and stacking that contradicts itself.
"""

from yingcai.engine.rules.bundle.check import MANY, Fault, check
from yingcai.engine.rules.bundle.claims import claims_of
from yingcai.engine.rules.bundle.model import (
    Bundle,
    Claim,
    Interval,
    LeftOut,
    Line,
    Open,
    Payment,
)
from yingcai.engine.rules.bundle.relations import Relations
from yingcai.engine.rules.bundle.solve import best_bundle
from yingcai.engine.rules.bundle.words import left_out_words, line_words, open_words

__all__ = [
    "MANY",
    "Bundle",
    "Claim",
    "Fault",
    "Interval",
    "LeftOut",
    "Line",
    "Open",
    "Payment",
    "Relations",
    "best_bundle",
    "check",
    "claims_of",
    "left_out_words",
    "line_words",
    "open_words",
]
