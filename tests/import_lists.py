"""Lists of documents to take over: a generator that writes down the truth, and a real-life Excel.

The generator builds each document by one scenario, which says of every row that it adds what has
to be found in it; nothing of the product is asked for that.
"""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import openpyxl
from pypdf import PdfWriter

TODAY = date(2026, 11, 22)
HEADS = (
    "Código", "Nombre del documento", "Tipo", "Proceso", "Versión", "Fecha de aprobación",
    "Vigencia", "Próxima revisión", "Estado", "Responsable", "Distribución",
    "Documentos relacionados", "Meses para revisión", "Medio", "Archivo", "Control de cambios",
)  # fmt: skip
FIELDS = (
    "code", "title", "type", "process", "version", "approved_on", "in_force_from", "review_by",
    "state", "responsible", "distribution", "references", "review_months", "medium", "file",
    "reason",
)  # fmt: skip
TYPES = {"PRO": "Procedimiento", "INS": "Instructivo", "FOR": "Formato"}
SUBJECTS = (
    "Atención de clientes", "Recepción de envíos", "Control de inventario", "Entrega urbana",
    "Cierre de guías", "Manejo de novedades", "Cargue de vehículos", "Medición de satisfacción",
    "Compra de insumos", "Evaluación de proveedores", "Conciliación de cartera", "Aseo de bodega",
)  # fmt: skip


def _blank() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(stream)
    return stream.getvalue()


PDF = _blank()
"""A page with nothing on it; a comment behind its end makes it another file."""


@dataclass
class Truth:
    """What has to be found in one row."""

    kinds: set[str] = field(default_factory=set)
    taken: bool = True
    state: str = ""
    label: str = ""
    code: str = ""
    file: str | None = None
    scenario: str = ""
    dates: dict[str, str] = field(default_factory=dict)


class Generator:
    """One generated list: its rows, the files beside it, and the truth about both."""

    def __init__(
        self,
        seed: int,
        *,
        codes: dict[str, tuple[str, ...]],
        processes: dict[str, str],
        positions: list[str],
        documents: int = 120,
        with_files: bool = True,
    ) -> None:
        self.random = random.Random(seed)
        self.here = codes
        self.processes, self.positions = processes, positions
        self.with_files = with_files
        self.rows: list[dict[str, Any]] = []
        self.truth: dict[int, Truth] = {}
        self.files: dict[str, bytes] = {}
        self.orphans: set[str] = set()
        self.next: dict[tuple[str, str], int] = {}
        for code in codes:
            short, _company, process, number = code.split("-")
            series = (short, process)
            self.next[series] = max(self.next.get(series, 1), int(number) + 1)
        self.serial = 0
        self.first_row = 5
        names = [name for name in dir(self) if name.startswith("do_")]
        for count in range(documents):
            name = names[count % len(names)] if count < 2 * len(names) else self._usual(names)
            getattr(self, name)(name.removeprefix("do_"))
        self._spare_files()

    def _usual(self, names: list[str]) -> str:
        return self.random.choice([*names, *["do_clean", "do_history"] * len(names)])

    # Building blocks

    def code(self, *, gap: bool = False) -> tuple[str, bool]:
        series = (self.random.choice(list(TYPES)), self.random.choice(list(self.processes)))
        begun = series in self.next
        number = self.next.get(series, 1) + (1 if gap else 0)
        self.next[series] = number + 1
        assert begun or not gap or number == 2
        return f"{series[0]}-AX-{series[1]}-{number:02}", gap

    def day(self, years_ago: float, spread: int = 200) -> date:
        return TODAY - timedelta(days=int(years_ago * 365) + self.random.randrange(spread))

    def row(self, scenario: str, known: str, truth: Truth | None = None, **cells: Any) -> int:
        self.serial += 1
        acronym, _company, process, *_rest = f"{known}---".split("-")
        since = cells.pop("since", None) or self.day(1, 100)
        usual: dict[str, Any] = {
            "code": known,
            "title": f"{self.random.choice(SUBJECTS)} {self.serial}",
            "type": TYPES.get(acronym, "Procedimiento"),
            "process": self.processes.get(process, next(iter(self.processes.values()))),
            "version": "0",
            "approved_on": since - timedelta(days=5),
            "in_force_from": since,
            "review_by": TODAY + timedelta(days=200),
            "state": "Vigente",
            "responsible": self.random.choice(self.positions),
            "distribution": "; ".join(self.random.sample(self.positions, 2)),
            "medium": "Digital",
        }
        wanted = {**usual, **cells}
        self.rows.append({name: value for name, value in wanted.items() if value is not None})
        row = self.first_row + len(self.rows) - 1
        found = truth or Truth()
        found.scenario = scenario
        found.code = found.code or known
        if found.taken:
            found.state = found.state or "in-force"
            found.label = found.label or str(wanted["version"])
        self.truth[row] = found
        return row

    def attach(self, row: int, name: str) -> None:
        """Put a file for the row into the archive."""
        if self.with_files:
            self.files[name] = PDF + f"% {name}\n".encode()
            self.truth[row].file = name

    def attach_by_code(self, row: int) -> None:
        truth = self.truth[row]
        shapes = ("{c}.pdf", "{c} V{v}.pdf", "docs/{l}_v{v} final.pdf", "{s} - copia v.{v}.pdf")
        shape = self.random.choice(shapes[1:])
        name = shape.format(
            c=truth.code, l=truth.code.lower().replace("-", "_"), v=truth.label,
            s=truth.code.replace("-", " "),
        )  # fmt: skip
        self.attach(row, name)

    # Scenarios; each ends with the files of its rows

    def finish(self, *rows: int, bare: bool = False) -> None:
        for row in rows:
            if not self.truth[row].taken:
                continue
            if bare or not self.with_files:
                if self.with_files:
                    self.truth[row].kinds.add("file-missing")
            else:
                self.attach_by_code(row)

    def do_clean(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code))

    def do_history(self, name: str) -> None:
        code, _ = self.code()
        count = self.random.randrange(2, 5)
        title = f"{self.random.choice(SUBJECTS)} histórico {self.serial}"
        rows = [
            self.row(
                name, code, Truth(state="in-force" if at == count - 1 else "obsolete"),
                title=title, version=str(at), since=self.day(count - at, 60),
                state="Vigente" if at == count - 1 else "Obsoleto",
                review_by=None if at < count - 1 else TODAY + timedelta(days=99),
            )
            for at in range(count)
        ]  # fmt: skip
        self.finish(*rows)

    def do_silent_states(self, name: str) -> None:
        code, _ = self.code()
        title = f"Sin estado {self.serial}"
        one = self.row(name, code, Truth(state="obsolete"), version="0", state=None, title=title,
                       since=self.day(3))  # fmt: skip
        two = self.row(name, code, Truth(state="in-force"), version="1", state=None, title=title)
        self.finish(one, two)

    def do_row_without_file(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code), bare=True)

    def do_named_file(self, name: str) -> None:
        code, _ = self.code()
        filename = f"documento {self.serial}.pdf"
        row = self.row(name, code, file=f"\\\\servidor\\calidad\\{filename}")
        if self.with_files:
            self.attach(row, f"Calidad/{filename}")

    def do_untidy_code(self, name: str) -> None:
        code, _ = self.code()
        shown = self.random.choice((code.lower(), f" {code} ", code.replace("-", " - "),
                                    code.replace("-", "–")))  # fmt: skip
        self.finish(self.row(name, code, Truth({"code-rewritten"}, code=code), code=shown))

    def do_title_missing(self, name: str) -> None:
        code, _ = self.code()
        self.row(name, code, Truth({"title-missing"}, taken=False), title=None)

    def do_type_unknown(self, name: str) -> None:
        code, _ = self.code()
        self.row(name, code, Truth({"type-unknown"}, taken=False), type="Papelería varia")

    def do_type_missing(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"type-from-code"}), type=None))

    def do_process_unknown(self, name: str) -> None:
        code, _ = self.code()
        self.row(name, code, Truth({"process-unknown"}, taken=False), process="Astronomía")

    def do_process_missing(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"process-from-code"}), process="N/A"))

    def do_duplicate(self, name: str) -> None:
        code, _ = self.code()
        row = self.row(name, code)
        self.rows.append(dict(self.rows[-1]))
        self.truth[row + 1] = Truth({"duplicate"}, taken=False, code=code, scenario=name)
        self.finish(row)

    def do_duplicate_differs(self, name: str) -> None:
        code, _ = self.code()
        row = self.row(name, code)
        self.rows.append({**self.rows[-1], "in_force_from": self.day(0.2, 20)})
        self.truth[row + 1] = Truth({"duplicate-differs"}, taken=False, code=code, scenario=name)
        self.finish(row)

    def do_homoglyph(self, name: str) -> None:
        code, _ = self.code()
        row = self.row(name, code)
        twin = code.replace("O", "О").replace("I", "І")
        twin = twin.replace("A", "А")
        self.row(name, code, Truth({"twin-code"}, taken=False, code=twin), code=twin)
        self.finish(row)

    def do_same_title(self, name: str) -> None:
        one, _ = self.code()
        two, _ = self.code()
        title = f"Encuesta repetida {self.serial}"
        rows = (
            self.row(name, one, Truth({"same-title"}), title=title),
            self.row(name, two, Truth({"same-title"}), title=title.upper()),
        )
        self.finish(*rows)

    def do_title_differs(self, name: str) -> None:
        code, _ = self.code()
        one = self.row(name, code, Truth(state="obsolete"), state="Obsoleto", since=self.day(3))
        two = self.row(name, code, Truth({"title-differs"}), version="1")
        self.finish(one, two)

    def do_number_gap(self, name: str) -> None:
        code, _ = self.code(gap=True)
        self.finish(self.row(name, code, Truth({"number-gap"})))

    def do_version_gap(self, name: str) -> None:
        code, _ = self.code()
        title = f"Con hueco {self.serial}"
        one = self.row(name, code, Truth(state="obsolete"), title=title, state="Anulado",
                       since=self.day(4))  # fmt: skip
        two = self.row(name, code, Truth({"version-gap"}), title=title, version="3")
        self.finish(one, two)

    def do_first_missing(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"version-first-missing"}), version="4"))

    def do_version_rewritten(self, name: str) -> None:
        code, _ = self.code()
        shown = self.random.choice(("V.00", "Versión 0", "00", "0.0", "Rev 0"))
        self.finish(self.row(name, code, Truth({"version-rewritten"}, label="0"), version=shown))

    def do_version_outside(self, name: str) -> None:
        code, _ = self.code()
        title = f"Etiqueta antigua {self.serial}"
        truth = Truth({"version-outside"}, state="obsolete", label="Piloto")
        one = self.row(name, code, truth, version="Piloto", title=title, state="Obsoleto",
                       since=self.day(5))  # fmt: skip
        two = self.row(name, code, version="0", title=title)
        self.finish(two)
        self.finish(one, bare=True)

    def do_version_stuck(self, name: str) -> None:
        code, _ = self.code()
        title = f"Etiqueta sin siguiente {self.serial}"
        self.row(name, code, Truth({"version-outside", "waits"}, taken=False), version="Alfa",
                 title=title, state="Obsoleto", since=self.day(3))  # fmt: skip
        self.row(name, code, Truth({"version-outside", "version-stuck"}, taken=False),
                 version="Beta", title=title)  # fmt: skip

    def do_version_missing(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"version-missing"}, label="0"), version=None))

    def do_version_grouped(self, name: str) -> None:
        code, _ = self.code()
        truth = Truth({"number-ambiguous", "version-missing"}, label="0")
        self.finish(self.row(name, code, truth, version="1.234"))

    def do_disordered(self, name: str) -> None:
        code, _ = self.code()
        title = f"Fechas al revés {self.serial}"
        one = self.row(name, code, Truth(state="obsolete"), title=title, state="Obsoleto",
                       since=self.day(1, 30))  # fmt: skip
        two = self.row(name, code, Truth({"versions-disordered"}), title=title, version="1",
                       since=self.day(3, 30))  # fmt: skip
        self.finish(one, two)

    def do_two_in_force(self, name: str) -> None:
        code, _ = self.code()
        title = f"Dos vigentes {self.serial}"
        one = self.row(name, code, Truth({"two-in-force"}, state="obsolete"), title=title,
                       since=self.day(3))  # fmt: skip
        two = self.row(name, code, title=title, version="1")
        self.finish(one, two)

    def do_newest_obsolete(self, name: str) -> None:
        code, _ = self.code()
        title = f"Vigente la anterior {self.serial}"
        one = self.row(name, code, Truth(state="in-force"), title=title, since=self.day(3))
        two = self.row(name, code, Truth({"newest-obsolete"}, state="obsolete"), title=title,
                       version="1", state="Obsoleto")  # fmt: skip
        self.finish(one, two)

    def do_retired(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth(state="obsolete"), state="OBSOLETO"))

    def do_draft(self, name: str) -> None:
        code, _ = self.code()
        title = f"En elaboración {self.serial}"
        one = self.row(name, code, title=title)
        self.row(name, code, Truth({"state-draft"}, taken=False), title=title, version="1",
                 state="En elaboración")  # fmt: skip
        self.finish(one)

    def do_state_unknown(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"state-unknown"}), state="Ok verificado"))

    def do_month_only(self, name: str) -> None:
        code, _ = self.code()
        truth = Truth({"date-month-only"}, dates={"in_force_from": "2018-03"})
        self.finish(self.row(name, code, truth, in_force_from="MARZO 2018", approved_on=None))

    def do_short_year(self, name: str) -> None:
        code, _ = self.code()
        truth = Truth({"date-short-year"}, dates={"in_force_from": "2019-03-01"})
        self.finish(self.row(name, code, truth, in_force_from="01-mar-19", approved_on=None))

    def do_serial(self, name: str) -> None:
        code, _ = self.code()
        truth = Truth({"date-serial"}, dates={"in_force_from": "2019-03-01"})
        self.finish(self.row(name, code, truth, in_force_from=43525, approved_on="N.A."))

    def do_swapped(self, name: str) -> None:
        code, _ = self.code()
        truth = Truth({"date-swapped"}, dates={"in_force_from": "2021-05-28"})
        self.finish(self.row(name, code, truth, in_force_from="05/28/2021", approved_on=None))

    def do_impossible(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"date-impossible"}), in_force_from="31/02/2022"))

    def do_unreadable(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"date-unreadable"}), approved_on="según acta 4"))

    def do_grouped_date(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"number-ambiguous"}), review_by="43.525"))

    def do_future(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"date-future"}),
                             in_force_from=TODAY + timedelta(days=40)))  # fmt: skip

    def do_order(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"date-order"}), approved_on=self.day(0.3, 30)))

    def do_overdue(self, name: str) -> None:
        code, _ = self.code()
        day = TODAY - timedelta(days=self.random.randrange(1, 200))
        self.finish(self.row(name, code, Truth({"review-overdue"}), review_by=day))

    def do_months(self, name: str) -> None:
        code, _ = self.code()
        since = date(2026, 1, 31)
        truth = Truth(dates={"review_by": "2027-02-28"})
        self.finish(self.row(name, code, truth, since=since, review_by=None, review_months="13"))

    def do_months_grouped(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"number-ambiguous"}), review_months="1.234"))

    def do_position_unknown(self, name: str) -> None:
        code, _ = self.code()
        self.finish(self.row(name, code, Truth({"position-unknown"}), responsible="Astronauta"))

    def do_reference_unknown(self, name: str) -> None:
        code, _ = self.code()
        known = next(iter(self.here))
        self.finish(self.row(name, code, Truth({"reference-unknown"}),
                             references=f"{known}, FOR-AX-OP-99"))  # fmt: skip

    def do_code_grammar(self, name: str) -> None:
        self.serial += 1
        code = f"VIEJO/{self.serial:03}"
        truth = Truth({"code-grammar"})
        self.finish(self.row(name, code, truth, type="Instructivo"), bare=True)

    def do_code_differs(self, name: str) -> None:
        code, _ = self.code()
        other = "Formato" if not code.startswith("FOR") else "Instructivo"
        self.finish(self.row(name, code, Truth({"code-differs"}), type=other))

    def do_code_missing(self, name: str) -> None:
        self.row(name, "", Truth({"code-missing"}, taken=False), code="N/A")

    def do_heading(self, name: str) -> None:
        self.rows.append({"title": f"TOTAL DE LA PÁGINA {self.serial}"})
        row = self.first_row + len(self.rows) - 1
        self.truth[row] = Truth({"no-document"}, taken=False, scenario=name)

    def do_here_already(self, name: str) -> None:
        taken = {one.code for one in self.truth.values()}
        code = next((one for one in reversed(self.here) if one not in taken), None)
        if code is None:
            return
        label = self.here[code][-1]
        truth = Truth({"same-version-here"}, taken=False)
        self.row(name, code, truth, version=label, title=f"Ya está {self.serial}")

    def do_here_newer(self, name: str) -> None:
        taken = {one.code for one in self.truth.values()}
        code = next((one for one in self.here if one not in taken), None)
        if code is None:
            return
        label = str(int(self.here[code][-1]) + 1)
        self.row(name, code, Truth({"skipped-here"}, taken=False), version=label,
                 title=f"Más nuevo {self.serial}")  # fmt: skip

    def _spare_files(self) -> None:
        if not self.with_files:
            return
        for number in range(6):
            name = f"sueltos/acta reunión {number}.pdf"
            self.files[name] = PDF
            self.orphans.add(name)
        known = next(row for row in self.truth.values() if row.scenario == "clean" and row.taken)
        name = f"{known.code} v77.pdf"
        self.files[name] = PDF
        self.orphans.add(name)

    # What is uploaded

    def xlsx(self) -> bytes:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Listado"
        sheet["A1"] = "SISTEMA DE GESTIÓN DE CALIDAD"
        sheet.merge_cells("A1:F1")
        sheet["A2"] = "LISTADO MAESTRO DE DOCUMENTOS"
        for column, head in enumerate(HEADS, start=1):
            sheet.cell(self.first_row - 1, column, head)
        for index, row in enumerate(self.rows):
            for column, name in enumerate(FIELDS, start=1):
                if name in row:
                    sheet.cell(self.first_row + index, column, row[name])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def zip(self) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in self.files.items():
                archive.writestr(name, data)
        return stream.getvalue()


REAL_HEADER = 6
"""The row of the heads in the hand-made list."""
REAL: tuple[tuple[tuple[Any, ...], dict[str, Any]], ...] = (
    # cells by column B.. (column A and E are blank), and what has to come of the row
    (
        ("PRO-AX-OP-10", "Recepción de mercancía ", "Procedimientos", None, "Operaciones", "V.02",
         "01-mar-19", "MARZO 2019", "15/03/2027", "Vigente", "N/A", "Digital"),
        {"kinds": {"version-rewritten", "date-short-year", "date-month-only",
                   "version-first-missing", "number-gap"},
         "code": "PRO-AX-OP-10", "label": "2", "state": "in-force",
         "dates": {"approved_on": "2019-03-01", "in_force_from": "2019-03"}},
    ),
    (
        ("pro-ax-op-11 ", "DESPACHO NACIONAL", "PROCEDIMIENTO", None, "OPERACIONES", 1,
         43525, 43532, "N/A", "VIGENTE", "N/A", "Físico y digital"),
        {"kinds": {"code-rewritten", "date-serial"},
         "code": "PRO-AX-OP-11", "label": "1", "state": "in-force",
         "dates": {"approved_on": "2019-03-01", "in_force_from": "2019-03-08"}},
    ),
    (
        ("PRO-AX-OP-11", "DESPACHO NACIONAL", "Procedimiento", None, "Operaciones", "V.00",
         "12 de mayo de 2016", "01/06/2016", None, "Obsoleto", None, None),
        {"kinds": {"version-rewritten"}, "code": "PRO-AX-OP-11", "label": "0",
         "state": "obsolete",
         "dates": {"approved_on": "2016-05-12", "in_force_from": "2016-06-01"}},
    ),
    (
        ("INS-AX-OP-10", "Cargue de vehículos", "Instructivo", None, "Operaciones", "00",
         date(2020, 2, 3), date(2020, 2, 10), date(2024, 2, 10), "Vigente", None, "Digital"),
        {"kinds": {"version-rewritten", "review-overdue", "number-gap"},
         "code": "INS-AX-OP-10", "label": "0", "state": "in-force",
         "dates": {"review_by": "2024-02-10"}},
    ),
    (
        ("INS-AX-OP-10", "Cargue de vehículos", "Instructivo", None, "Operaciones", "00",
         date(2020, 2, 3), date(2020, 2, 10), date(2024, 2, 10), "Vigente", None, "Digital"),
        {"kinds": {"version-rewritten", "duplicate"}, "code": "INS-AX-OP-10"},
    ),
    (("PROCESO: SERVICIO AL CLIENTE",), {"kinds": {"no-document"}, "code": ""}),
    (
        ("FOR - AX - SC - 20", "Encuesta de salida", "Formato", None, "Servicio al Cliente", 0,
         "31/02/2022", "05/28/2021", None, "vigente", None, "Digital"),
        {"kinds": {"code-rewritten", "date-impossible", "date-swapped", "number-gap",
                   "same-title"},
         "code": "FOR-AX-SC-20", "label": "0", "state": "in-force",
         "dates": {"in_force_from": "2021-05-28"}},
    ),
    (
        ("FОR-AX-SC-20", "Encuesta de salida", "Formato", None, "Servicio al Cliente", 1,
         None, None, None, "Vigente", None, None),
        {"kinds": {"twin-code"}, "code": "FОR-AX-SC-20"},
    ),
    (
        ("FOR-AX-SC-21", "ENCUESTA DE SALIDA", "Formato", None, "Servicio al Cliente", "1.234",
         "feb-20", "2020-02-15 00:00:00", None, "Vigente", None, None),
        {"kinds": {"same-title", "number-ambiguous", "version-missing", "date-short-year",
                   "date-month-only"},
         "code": "FOR-AX-SC-21", "label": "0", "state": "in-force",
         "dates": {"approved_on": "2020-02", "in_force_from": "2020-02-15"}},
    ),
    (
        ("MAN-001", "Manual de bienvenida", "Manual", None, "Gestión Humana", "1",
         None, date(2023, 5, 2), None, "Vigente", "Coordinadora de Bienestar", None),
        {"kinds": {"type-unknown", "process-unknown", "position-unknown", "code-grammar"},
         "code": "MAN-001"},
    ),
    (
        ("N/A", "Acta de comité", "Formato", None, "Servicio al Cliente", "0", None, None, None,
         "Vigente", None, None),
        {"kinds": {"code-missing"}, "code": ""},
    ),
    (
        ("INS-AX-SC-30", "Llamadas de confirmación", "Instructivo", None, "Servicio al Cliente",
         "1", None, date(2022, 7, 1), None, "En revisión", None, None),
        {"kinds": {"state-draft", "number-gap"}, "code": "INS-AX-SC-30"},
    ),
    (("TOTAL DOCUMENTOS: 11",), {"kinds": {"no-document"}, "code": ""}),
)  # fmt: skip
"""A list as a firm of this size has it, typed by several hands over the years."""
REAL_HEADS = ("CÓDIGO", "NOMBRE DEL DOCUMENTO", "TIPO DE DOCUMENTO", None, "PROCESO", "VERSIÓN",
              "FECHA DE APROBACIÓN", "VIGENTE DESDE", "PRÓXIMA REVISIÓN", "ESTADO",
              "RESPONSABLE", "UBICACIÓN")  # fmt: skip


def real_list() -> bytes:
    """Give the hand-made list as a spreadsheet, with what spreadsheets have around a list."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "PORTADA"
    cover["B2"] = "AEXPRESS S.A.S."
    cover["B3"] = "Uso interno"
    sheet = book.create_sheet("LISTADO MAESTRO")
    sheet["B1"] = "SISTEMA DE GESTIÓN DE CALIDAD"
    sheet.merge_cells("B1:M1")
    sheet["B2"] = "LISTADO MAESTRO DE DOCUMENTOS"
    sheet.merge_cells("B2:M2")
    sheet["B3"], sheet["C3"] = "Código: FOR-AX-SG-01", "Versión: 3"
    sheet["B4"] = "Actualizado: octubre de 2026"
    for column, head in enumerate(REAL_HEADS, start=2):
        sheet.cell(REAL_HEADER, column, head)
    row = REAL_HEADER
    for cells, _truth in REAL:
        row += 1
        for column, value in enumerate(cells, start=2):
            if value is not None:
                sheet.cell(row, column, value)
    sheet.cell(row + 40, 3).number_format = "dd/mm/yyyy"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def real_files() -> bytes:
    """Give the files that belong to it, as they lie in the shared folder."""
    names = (
        "CALIDAD/Procedimientos/PRO-AX-OP-10 Recepcion de mercancia V2.pdf",
        "CALIDAD/Procedimientos/pro_ax_op_11 v1.pdf",
        "CALIDAD/Procedimientos/Obsoletos/PRO-AX-OP-11 v0.pdf",
        "CALIDAD/Instructivos/INS AX OP 10.pdf",
        "CALIDAD/Formatos/FOR-AX-SC-20.pdf",
        "CALIDAD/Varios/Fotos del paseo.pdf",
        "../../etc/passwd.pdf",
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, PDF + f"% {name}\n".encode())
    return stream.getvalue()
