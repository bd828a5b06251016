"""Text from files, without what steers a terminal."""

from __future__ import annotations


def plain_text(text: str) -> str:
    """Write out what is not printable, as Python does in a string's repr.

    Escape sequences, line breaks and marks that turn the direction of writing could
    otherwise change what a person sees, or what the terminal does.

    Parameters
    ----------
    text : str

    Returns
    -------
    plain : str
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
