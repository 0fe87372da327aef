"""What cannot be done with figures."""


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's language."""


class UnknownIndicator(Refused):
    """No programme registers this indicator."""


class NoReason(Refused):
    """A correction says what it corrects."""


class StaleDay(Refused):
    """Somebody else has had the day corrected meanwhile."""
