"""Finding Vietnamese names as people type them in a hurry: without accents, in any case."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents, in lower case, its spaces made one: "Điện  Bàn" becomes "dien ban"."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in parts if not unicodedata.combining(letter)).split())


def matches(query: str, *names: str) -> bool:
    """Whether every word of `query` stands in one of the names. What is typed with accents is found with them only.

    Officials type "hoi an" and mean Hội An; who takes the trouble to type "Hội" does not want "Hôi".
    """
    plain = unicodedata.normalize("NFC", " ".join(names)).casefold()
    folded = fold(plain)
    return all(
        word in (folded if word == fold(word) else plain)
        for word in unicodedata.normalize("NFC", query).casefold().split()
    )
