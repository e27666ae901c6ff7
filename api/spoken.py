"""Templates whose words are put in when they are compiled, once a language, and not at every look.

`{{ _("中文") }}` and `{{ pgettext("letter", "早") }}` become text of the template, `{{ _("%(n)s 人", n=count) }}` the
pattern in that language; what depends on a number (`ngettext`) is looked up as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer


class Spoken(Environment):
    """Flask's environment of templates with one set of compiled ones a language; `spoken` says which one now."""

    def __init__(
        self, words: Mapping[str, NullTranslations], spoken: Callable[[], str], app: Flask, **options: Any
    ) -> None:
        super().__init__(app, **options)
        self.words, self._spoken = words, spoken
        self._compiled: dict[tuple[str, str], Template] = {}

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002 - as it is called
        key = self._spoken(), name
        found = self._compiled.get(key)
        if found is None or (self.auto_reload and not found.is_up_to_date):
            assert self.loader is not None
            found = self._compiled[key] = self.loader.load(self, name, self.make_globals(globals))
        return found

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        return super()._generate(Words(self.words[self._spoken()]).visit(source), *arguments, **named)


class Words(NodeTransformer):
    """Puts the words of one language in the place of the calls that look them up."""

    def __init__(self, words: NullTranslations) -> None:
        self._words = words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as it is called
        self.generic_visit(node)
        said = self._said(node)
        if said is None:
            return node
        if not node.kwargs:  # a pattern in any case, as newstyle gettext has it: "%%" is one "%"
            return nodes.MarkSafeIfAutoescape(nodes.Const(said % {}), lineno=node.lineno)
        filled = nodes.Dict([nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs])
        return nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(said)), filled, lineno=node.lineno)

    def _said(self, node: nodes.Call) -> str | None:
        """What a call says, as far as that is settled; None where it is no such call."""
        if not isinstance(node.node, nodes.Name) or node.dyn_args is not None or node.dyn_kwargs is not None:
            return None
        given = [one.value for one in node.args if isinstance(one, nodes.Const)]
        if len(given) != len(node.args):
            return None
        match node.node.name, given:
            case "_", [word]:
                return str(self._words.gettext(word))
            case "pgettext", [context, word] if not node.kwargs:
                return str(self._words.pgettext(context, word))
        return None
