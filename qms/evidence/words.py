"""What a pack says to whoever opens it: its page and its LEEME, in Spanish whoever makes it.

A pack leaves the house and its reader has no language set anywhere, so these words are not messages
of the screen.  They are a promise: a pack of today must read the same in ten years.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from chameleon import PageTemplateFile

from qms.audit.views import kinds_of_event

STATES = {
    "draft": "borrador",
    "in-review": "en revisión",
    "approved": "aprobada, aún no vigente",
    "in-force": "vigente",
    "obsolete": "obsoleta",
    "aborted": "abandonada",
}
ACTS = {"signed": "firmó", "returned": "devolvió", "reviewed": "confirmó sin cambios"}
RESERVED = {
    "trail": "La bitácora: quien hizo el paquete no tiene permiso para leerla.",
    "readings": "Quién leyó cada versión: quien hizo el paquete no tiene permiso para verlo.",
    "records": "Parte de las solicitudes y copias impresas: quien hizo el paquete no puede verla.",
}

_README = """\
PAQUETE DE EVIDENCIAS
{organisation}
{scope}
Hecho el {at} (UTC) por {name}.

QUÉ HAY AQUÍ
  index.html            lo mismo que este paquete, para leer en el navegador
  documentos/           por documento y versión: el PDF firmado tal como se guardó, el contenido
                        congelado del que se hizo (congelado.json), los actos con sus registros
                        firmados (actos.json: firmas y devoluciones con su motivo), los adjuntos y,
                        si quien lo pidió puede verlo, quién leyó (lecturas.json); por
                        documento, las solicitudes de cambio y de retiro con sus firmas
                        (solicitudes/) y las copias controladas (copias/)
  bitacora/             los asientos de la bitácora sobre estos documentos
  certificados/         la raíz, el sello, los firmantes y la lista de revocados
  manifiesto.json       el SHA-256 de cada archivo; manifiesto.p7s es el sello sobre él
  verificar.py          el programa que comprueba todo lo anterior
{reserved}
CÓMO COMPROBARLO (no hace falta el sistema, ni confiar en él)
  1. Descomprima el paquete en una carpeta vacía.
  2. Pida a la organización la huella de su certificado raíz por otro camino: impresa, en su página
     o por teléfono. La que trae este paquete es
         {root}
     pero copiarla de aquí no prueba nada: quien falsifica un paquete falsifica también esta línea.
  3. Con Python 3.9 o posterior:
         pip install pyhanko
         python3 verificar.py --huella LA_HUELLA
     Sin pyHanko comprueba todos los SHA-256 y la bitácora, y dice que no comprobó las firmas.
  4. Si tiene un ancla de la bitácora impresa o recibida por correo en su día:
         python3 verificar.py --huella LA_HUELLA --ancla EL_ANCLA
  Termina con 0: todo en orden; 1: algo está mal, y dice qué; 3: nada está mal, pero algo no se pudo
  comprobar, y dice qué. Nada se busca en la red.

CON OTROS PROGRAMAS
  openssl cms -verify -binary -inform DER -in manifiesto.p7s -content manifiesto.json \\
      -CAfile certificados/raiz.pem -purpose any -out /dev/null
  sha256sum, pdfsig o Adobe Acrobat Reader sobre cada PDF.

EN QUÉ SE CONFÍA Y EN QUÉ NO
  * En la huella de la raíz, si la obtuvo por otro camino. Todo lo demás se deriva de ella.
  * verificar.py viaja dentro del paquete: quien altera uno puede alterar el otro. Ante la duda,
    tome el programa de la distribución del sistema y compruebe este paquete con él:
         python3 OTRO_verificar.py --huella LA_HUELLA CARPETA_O_ZIP
  * Las firmas son aprobaciones con certificados que emite la propia organización. Prueban que
    quien tenía la clave firmó exactamente eso; que la clave era de esa persona lo responde la
    organización. La hora es la del servidor, salvo en los PDF que llevan sello de tiempo.
  * La lista de revocados es la del momento en que se hizo el paquete.
  * Los asientos de otros asuntos están en la bitácora solo con su SHA-256, para no revelarlos. Los
    propios y las anclas se comprueban enteros. Que la cadena pasa por los ajenos lo prueba la
    bitácora completa, si la organización se la muestra:
         python3 verificar.py --huella LA_HUELLA --bitacora bitacora-completa.jsonl
  * El paquete prueba que lo que está es auténtico. Que no falte un documento que nadie puso en él
    no lo puede probar ningún paquete: compare con el listado maestro.
  * Una versión migrada se aprobó antes de este sistema: aquí no la firmó nadie, y se nota.
"""


@cache
def _template() -> PageTemplateFile:
    return PageTemplateFile(str(files("qms.templates") / "evidence" / "pack.pt"))


def scope_of(manifest: dict[str, Any]) -> str:
    """Say what the pack is about."""
    scope = manifest["scope"]
    if scope["kind"] == "document":
        if "order" in scope:
            label = manifest["documents"][0]["versions"][0]["label"]
            return f"Documento {scope['code']}, versión {label}"
        return f"Documento {scope['code']}, todas las versiones"
    if scope["kind"] == "process":
        return f"Proceso {manifest['documents'][0]['process']}"
    return f"Versiones con actos del {scope['since']:%d/%m/%Y} al {scope['until']:%d/%m/%Y}"


def readme(manifest: dict[str, Any]) -> str:
    """Write LEEME.txt, with the line ends that every editor shows."""
    reserved = [RESERVED[name] for name in manifest["reserved"]]
    absent = "\nQUÉ NO HAY\n" + "".join(f"  * {one}\n" for one in reserved) if reserved else ""
    text = _README.format(
        organisation=manifest["organisation"]["name"],
        scope=scope_of(manifest),
        at=f"{manifest['made']['at']:%d/%m/%Y %H:%M:%S}",
        name=manifest["made"]["name"],
        root=grouped(manifest["root_sha256"]),
        reserved=absent,
    )
    return text.replace("\n", "\r\n")


def grouped(fingerprint: str) -> str:
    """Write a fingerprint in groups of four, as one reads it aloud."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def page(
    manifest: dict[str, Any],
    entries: list[dict[str, Any]],
    sizes: dict[str, dict[str, Any]],
    local: Callable[[Any], datetime],
    tell: Callable[[str], str],
) -> str:
    """Write index.html: static, without script, every name escaped by the template."""
    kinds = kinds_of_event()

    def moment(at: Any) -> str:
        return f"{local(at):%d/%m/%Y %H:%M:%S}" if at else ""

    rows = [
        {
            "at": moment(entry["at"]),
            "who": "el sistema" if entry["person_id"] == "system" else entry["person"],
            "what": tell(kinds.get(entry["event"], entry["event"])),
            "title": entry["title"],
            "version": entry["details"].get("version", ""),
            "reason": entry["details"].get("reason", ""),
        }
        for entry in entries
    ]
    return _template().render(
        manifest=manifest,
        scope=scope_of(manifest),
        moment=moment,
        zone=str(local(manifest["made"]["at"]).tzinfo),
        rows=rows,
        sizes=sizes,
        states=STATES,
        acts=ACTS,
        reserved=[RESERVED[name] for name in manifest["reserved"]],
        fingerprint=grouped(manifest["root_sha256"]),
        link=quote,
        last=lambda name: name.rpartition("/")[2],
    )
