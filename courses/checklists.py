"""What each form of activity must have settled before it is published, and how an answer is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from courses.enums import ActivityForm, CheckItem

NUMBERS = frozenset({CheckItem.WALKING})
YES_OR_NO = frozenset({CheckItem.LARGE_PRINT, CheckItem.SOUND, CheckItem.FIRST_AID})
PHONES = frozenset({CheckItem.CONTACT_PHONE})
PUBLIC = frozenset(
    {
        CheckItem.BOOK,
        CheckItem.LARGE_PRINT,
        CheckItem.SPEAKER,
        CheckItem.WALKING,
        CheckItem.STEPS,
        CheckItem.REST,
        CheckItem.RETURN,
        CheckItem.SERVED,
    }
)
"""Answers that everyone reads before deciding to come. The rest is for those who come, and for staff."""

CHECKLISTS: dict[str, tuple[CheckItem, ...]] = {
    ActivityForm.READING: (CheckItem.BOOK, CheckItem.LARGE_PRINT),
    ActivityForm.TALK: (CheckItem.SPEAKER, CheckItem.SOUND),
    ActivityForm.VISIT: (
        CheckItem.WALKING,
        CheckItem.STEPS,
        CheckItem.REST,
        CheckItem.CONTACT,
        CheckItem.CONTACT_PHONE,
    ),
    ActivityForm.SHOW: (CheckItem.REHEARSAL, CheckItem.STEPS, CheckItem.EXITS, CheckItem.CONTACT),
    ActivityForm.TOUR: (
        CheckItem.INSURANCE,
        CheckItem.CONTACT,
        CheckItem.CONTACT_PHONE,
        CheckItem.WALKING,
        CheckItem.STEPS,
        CheckItem.REST,
        CheckItem.TRANSPORT,
        CheckItem.RETURN,
        CheckItem.FIRST_AID,
    ),
    ActivityForm.SERVICE: (CheckItem.SERVED, CheckItem.INSURANCE, CheckItem.CONTACT, CheckItem.CONTACT_PHONE),
}
NEEDS_RELATIVE = frozenset({ActivityForm.TOUR})
"""Forms for which everyone who comes names somebody to ring."""
MUST_BE_YES = frozenset({(ActivityForm.TOUR, CheckItem.FIRST_AID)})
FARTHEST_WALK = 20_000
YES, NO = "有", "没有"


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer, for the clerk."""

    item: CheckItem
    sentence: str


def fault_of(form: str, item: CheckItem, answer: str) -> Fault | None:
    """What stands against an answer; None if it will do."""
    answer = answer.strip()
    label = CheckItem(item).label
    if not answer:
        return Fault(item, f"“{label}”还没有填")
    if item in NUMBERS and not (re.fullmatch(r"\d{1,5}", answer) and int(answer) <= FARTHEST_WALK):
        return Fault(item, f"“{label}”要填 0 到 {FARTHEST_WALK} 的整数")
    if item in PHONES and not re.fullmatch(r"1\d{10}|0\d{2,3}-?\d{7,8}", answer):
        return Fault(item, f"“{label}”要填 11 位手机号或带区号的座机")
    if item in YES_OR_NO and answer not in (YES, NO):
        return Fault(item, f"“{label}”要选有或没有")
    if (form, item) in MUST_BE_YES and answer != YES:
        return Fault(item, f"{ActivityForm(form).label}一定要带{label}")
    return None


def faults_of(form: str, answers: dict[str, str]) -> list[Fault]:
    """What is still missing or wrong, in the order of the list."""
    found = (fault_of(form, item, answers.get(item, "")) for item in CHECKLISTS[form])
    return [fault for fault in found if fault is not None]
