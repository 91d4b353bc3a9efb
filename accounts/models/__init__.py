from accounts.models.acting import ActedFor
from accounts.models.assignment import RoleAssignment
from accounts.models.audit import AuditEntry
from accounts.models.card import MemberCard
from accounts.models.code import SignInCode
from accounts.models.delegation import DelegatedAct, DelegatedMatter, Delegation
from accounts.models.kiosk import Kiosk, KioskPin
from accounts.models.profile import MemberCircumstance, MemberProfile, MemberSeries, ProfileLook
from accounts.models.sms import SmsMessage
from accounts.models.user import User

__all__ = [
    "ActedFor",
    "AuditEntry",
    "DelegatedAct",
    "DelegatedMatter",
    "Delegation",
    "Kiosk",
    "KioskPin",
    "MemberCard",
    "MemberCircumstance",
    "MemberProfile",
    "MemberSeries",
    "ProfileLook",
    "RoleAssignment",
    "SignInCode",
    "SmsMessage",
    "User",
]
