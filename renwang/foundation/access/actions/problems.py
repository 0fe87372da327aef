"""What can be wrong with an account or a grant, said so that the reader can mend it."""


class AccountProblem(Exception):
    """Base of everything that may be refused about accounts and roles; ``field`` is the form field that is meant."""

    field = ""


class NameTaken(AccountProblem):
    """Another account signs in with this name."""

    field = "username"


class RolesClash(AccountProblem):
    """One person may not hold these two roles."""

    field = "role"


class AlreadyHeld(AccountProblem):
    """The account holds this role in this area."""

    field = "role"


class UnknownRole(AccountProblem):
    """There is no such role."""

    field = "role"


class UnknownArea(AccountProblem):
    """There is no such area."""

    field = "area"


class OwnAccount(AccountProblem):
    """Nobody changes the rights of their own account."""


class StaleAccount(AccountProblem):
    """Somebody else has changed the account or the grant meanwhile."""
