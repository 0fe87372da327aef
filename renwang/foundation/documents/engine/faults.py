"""Why a document cannot be made."""


class CannotTypeset(Exception):
    """The document cannot be made; the message is for whoever runs the server."""


class NoChineseFont(CannotTypeset):
    """No font with Chinese characters is installed."""

    def __init__(self) -> None:
        super().__init__("No font with Chinese characters is installed.")


class Missing(CannotTypeset):
    """No font at hand has ``text``."""

    def __init__(self, text: str) -> None:
        super().__init__(f"No font at hand has {text!r}.")
        self.text = text
