"""The acts of identity: units, accounts, roles, sign-in. Each is one transaction with its audit row."""

from yingcai.identity.actions.accounts import (
    close_account,
    create_program_account,
    create_user,
    reset_password,
    set_own_password,
)
from yingcai.identity.actions.covers import cover_role
from yingcai.identity.actions.roles import grant_role, revoke_role
from yingcai.identity.actions.units import load_units

__all__ = [
    "close_account",
    "cover_role",
    "create_program_account",
    "create_user",
    "grant_role",
    "load_units",
    "reset_password",
    "revoke_role",
    "set_own_password",
]
