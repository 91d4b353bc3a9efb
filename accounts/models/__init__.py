from accounts.models.acting import ActedFor
from accounts.models.assignment import RoleAssignment
from accounts.models.audit import AuditEntry
from accounts.models.code import SignInCode
from accounts.models.sms import SmsMessage
from accounts.models.user import User

__all__ = ["ActedFor", "AuditEntry", "RoleAssignment", "SignInCode", "SmsMessage", "User"]
