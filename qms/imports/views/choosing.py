"""What a list means: its sheet and heads, its columns, and the words that are unknown here."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response
from pyramid.view import view_config

from qms.imports.columns import letters, plain_head
from qms.imports.errors import WrongStage
from qms.imports.events import ImportPrepared
from qms.imports.forms import columns_schema, key, table_schema, words_schema
from qms.imports.models import ImportRun
from qms.imports.services import runs
from qms.imports.situation import ASSIGN, Choices, Situation
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.sheets.tables import CSV, read_tables, text_of
from qms.web.forms import FieldRefused, FormView
from qms.web.transactions import outside

_TABLE = "qms.templates:imports/form.pt"
SHOWN = 8
"""So many rows are shown around the heads."""


class _RunForm(FormView):
    """A form about an import that has not begun to write."""

    def __call__(self) -> Any:
        """Refuse once the import has gone on."""
        if not self.context.is_open:
            raise WrongStage
        return super().__call__()

    def extra(self) -> dict[str, Any]:
        """Show the first rows of the chosen sheet, and the way between the steps."""
        run: ImportRun = self.context
        table = runs.tables_of(run).sheet(run.sheet)
        first = max(0, run.header - 2)
        rows = [
            (at + 1, at == run.header, [text_of(cell)[:60] for cell in row])
            for at, row in list(enumerate(table.rows))[first : first + SHOWN]
        ]
        width = max((len(cells) for _number, _is_head, cells in rows), default=0)
        for _number, _is_head, cells in rows:
            cells.extend([""] * (width - len(cells)))
        return {
            "rows": rows if self.shows_rows else [],
            "tabs": steps(self.request, run),
            "tabs_label": self.request.localizer.translate(_("Steps of the import")),
        }

    def tell(self, **chosen: Any) -> None:
        """Note in the trail who chose what: it decides what will be written."""
        act = self.request.act
        act.notify(ImportPrepared(self.context, act, chosen=chosen))

    shows_rows = True


def steps(request: Any, run: ImportRun) -> list[tuple[Any, str, bool]]:
    """Give the steps of an import as tabs."""
    named = [
        ("table", _("Sheet and heads")),
        ("columns", _("Columns")),
        ("words", _("Decisions")),
        ("", _("Preview")),
    ]
    here = request.view_name
    return [
        (
            request.localizer.translate(title),
            request.resource_path(run, *filter(None, [name])),
            here == name,
        )
        for name, title in named
    ]


@view_config(context=ImportRun, name="table", permission=Permission.IMPORT_RUN, renderer=_TABLE)
class TableView(_RunForm):
    """Choose another sheet or row of heads; of a CSV, how it was written."""

    heading = _("Sheet and heads")
    button = _("Read it so")

    def make_schema(self) -> Any:
        """Offer the sheets."""
        tables = runs.tables_of(self.context)
        is_csv = self.context.source.media_type == CSV
        return table_schema([one.name for one in tables.sheets], is_csv=is_csv)

    def initial(self) -> dict[str, Any]:
        """Start with what is chosen."""
        run, tables = self.context, runs.tables_of(self.context)
        names = [one.name for one in tables.sheets]
        return {
            "sheet": str(names.index(run.sheet) if run.sheet in names else 0),
            "encoding": tables.encoding,
            "separator": tables.separator,
            "header": run.header + 1,
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Read the cells anew where that is asked for, and guess the columns."""
        run, tables = self.context, None
        sheets = runs.tables_of(run).sheets
        sheet = sheets[0].name
        if run.source.media_type == CSV:
            data = run.source.read()
            told = {"encoding": values["encoding"], "separator": values["separator"]}
            tables = outside(self.request, lambda: read_tables(data, CSV, **told))
        else:
            sheet = sheets[min(int(values["sheet"]), len(sheets) - 1)].name
        runs.choose_table(run, sheet=sheet, header=values["header"] - 1, tables=tables)
        self.tell(sheet=run.sheet, header=run.header + 1)
        return self.done(None, where=self.request.resource_path(run, "columns"))


@view_config(context=ImportRun, name="columns", permission=Permission.IMPORT_RUN, renderer=_TABLE)
class ColumnsView(_RunForm):
    """Say what each column holds."""

    heading = _("Columns")
    button = _("Show the preview")
    introduction = _("Columns were guessed by their heads; change what is wrong.")

    def make_schema(self) -> Any:
        """Offer the fields for every column."""
        return columns_schema(runs.columns_now(self.context))

    def initial(self) -> dict[str, Any]:
        """Start with the present mapping."""
        return {f"column{at}": field for field, at in self.context.mapping.items()}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the mapping."""
        mapping = {
            field: int(name.removeprefix("column")) for name, field in values.items() if field
        }
        runs.choose_columns(self.context, mapping)
        self.tell(columns={field: letters(at) for field, at in mapping.items()})
        return self.done(None, where=self.context)


@view_config(context=ImportRun, name="words", permission=Permission.IMPORT_RUN, renderer=_TABLE)
class WordsView(_RunForm):
    """Decide about words, codes and versions that the list alone does not settle."""

    heading = _("Decisions")
    button = _("Keep and show the preview")
    introduction = _("What you choose for a word is remembered for the next list.")
    shows_rows = False

    def _asked(self) -> tuple[dict[str, Any], list[str], dict[str, str], list[str], Situation]:
        run = self.context
        today = runs.today_of(self.request.organisation, self.request.act)
        found, situation = runs.examination_of(run, today)
        choices = situation.choices
        twins = dict(choices.twins)
        labels = list(choices.labels)
        for line in found.lines:
            for one in line.findings:
                if one.kind in ("twin-code", "twin-here"):
                    twins[str(one.mapping["code"])] = str(one.mapping["other"])
                elif one.kind in ("version-outside", "version-stuck"):
                    labels.append(line.said.get("version", ""))
        here = {line.code for line in found.lines if line.code and situation.here(line.code)}
        unknown = runs.unknown_words(found, situation)
        clean = [label for label in dict.fromkeys(labels) if label]
        return unknown, sorted(here), twins, clean, situation

    def make_schema(self) -> Any:
        """Ask about everything that is open or was chosen."""
        self.asked = self._asked()
        return words_schema(*self.asked)

    def extra(self) -> dict[str, Any]:
        """Say where there is nothing to decide."""
        unknown, here, twins, labels, _situation = self.asked
        is_open = any(unknown.values()) or here or twins or labels
        return super().extra() | {"nothing_open": not is_open}

    def initial(self) -> dict[str, Any]:
        """Start with what was chosen, and with the nearest name for what was not."""
        unknown, here, twins, labels, situation = self.asked
        choices = situation.choices
        values: dict[str, Any] = {}
        for kind, words in unknown.items():
            values[kind] = {}
            for word in words:
                chosen = choices.word(kind, word)
                near = situation.suggestion(kind, word)
                if chosen is not None:
                    to = chosen.get("to", "")
                    values[kind][key("w", word)] = f"{chosen['do']}:{to}" if to else chosen["do"]
                elif near is not None:
                    values[kind][key("w", word)] = f"{ASSIGN}:{near}"
        values["existing"] = {"all": choices.existing} | {
            key("c", code): choices.codes.get(code, "") for code in here
        }
        values["twins"] = {key("t", code): choices.twins.get(code, "") for code in twins}
        values["labels"] = {key("l", label): choices.labels.get(label, "") for label in labels}
        return values

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the choices; what is left open stays open."""
        unknown, here, twins, labels, situation = self.asked
        choices = Choices.from_data(situation.choices.to_data())
        for kind, words in unknown.items():
            for word in words:
                chosen = (values.get(kind) or {}).get(key("w", word)) or ""
                choices.words[kind].pop(plain_head(word), None)
                if chosen:
                    do, _colon, to = chosen.partition(":")
                    choices.words[kind][plain_head(word)] = {"do": do, "to": to}
        existing = values.get("existing") or {}
        choices.existing = existing.get("all") or choices.existing
        choices.codes = _chosen(existing, "c", here)
        choices.twins = _chosen(values.get("twins") or {}, "t", list(twins))
        choices.labels = _chosen(values.get("labels") or {}, "l", labels)
        self._check_labels(choices, situation)
        runs.choose(self.context, choices)
        self.tell(**choices.to_data())
        return self.done(None, where=self.context)

    def _check_labels(self, choices: Choices, situation: Situation) -> None:
        for label in choices.labels.values():
            schemes = [situation.scheme(None), *map(situation.scheme, situation.types)]
            if not any(one.is_valid(label) for one in schemes):
                raise FieldRefused(
                    "labels",
                    _("«${label}» does not follow the version scheme; write it like ${example}."),
                    label=label,
                    example=situation.scheme(None).first(on=situation.today),
                )


def _chosen(values: dict[str, str], prefix: str, names: list[str]) -> dict[str, str]:
    return {name: chosen for name in names if (chosen := values.get(key(prefix, name)) or "")}
