"""Sentences for people, in the two languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in zh-CN and in English; `zh` comes first everywhere."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `language`: anything that starts with "en" is English, all else zh-CN."""
        return self.en if language.lower().startswith("en") else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def joined(texts: list[Text]) -> Text:
    """Several sentences or clauses in a row, each language with its own comma."""
    return Text("，".join(t.zh for t in texts), ", ".join(t.en for t in texts))
