"""Refusals of the courses room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Refusal


class QuizRefused(Refusal):
    """An answer to a question that isn't asked; nothing was saved."""


class HomeworkRefused(Refusal):
    """A photograph that can't be taken, taken back or answered; nothing was changed."""


class ReportRefused(Refusal):
    """A player's report that can't be right; nothing of it was kept."""


class TicketRefused(ReportRefused):
    """It comes from no page of ours."""


class PageTooOld(ReportRefused):
    """Its page was opened so long ago that nothing more is taken from it."""


class ReportDiffers(ReportRefused):
    """Another report with the same key says something else; that one stands."""


class ReportNotKept(Refusal):
    """The database did not take it now. It is worth sending again."""


class FinishRefused(Refusal):
    """A lesson that can't be called finished by saying so."""


class ClashesFound(Refusal):
    """Sessions that can't be planned so; nothing was saved. `sentences` name each conflicting item."""

    def __init__(self, sentences: Sequence[str], *, may_yield: bool) -> None:
        self.sentences = list(sentences)
        self.may_yield = may_yield
        advice = "可以写明理由仍然安排。" if may_yield else "请换时间、教室或教师。"
        super().__init__(f"有冲突，没有保存。{''.join(self.sentences)}{advice}")


class EditionRefused(Refusal):
    """Something an edition of the catalogue doesn't allow; nothing was changed."""


class WishRefused(Refusal):
    """A wish or an opinion that can't be kept; nothing was saved."""


class EnrolmentRefused(Refusal):
    """An enrolment, a withdrawal or an answer that the rules don't allow; nothing was changed."""


@dataclass(frozen=True)
class Concern:
    """Something a person should know before they enrol, and may accept. `key` stays the same while it holds."""

    key: str
    sentence: str


class ConcernsRaised(EnrolmentRefused):
    """Nothing was changed: the person has not yet accepted these concerns."""

    def __init__(self, concerns: Sequence[Concern]) -> None:
        super().__init__("报名之前，请先看看下面的话。")
        self.concerns = list(concerns)


class SeatsRefused(Refusal):
    """A number of seats that does not fit those who hold one; nothing was changed."""


class LotteryRefused(Refusal):
    """A lottery that can't be closed, drawn or voided now; nothing was changed."""


class CertificateRefused(Refusal):
    """A certificate that can't be issued or taken back; nothing was changed."""
