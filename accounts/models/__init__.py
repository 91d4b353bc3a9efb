from accounts.models.acting import ActedFor
from accounts.models.assignment import RoleAssignment
from accounts.models.user import User

__all__ = ["ActedFor", "RoleAssignment", "User"]
