"""What a signature looks like on the page: plain lines in an embedded font, fitted to its box."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

FONT_FILE = "SourceSansPro-Regular.ttf"
FONT_NAME = "QMSSIG+SourceSansPro-Regular"
RESOURCE = pdf_name("/QmsSans")
"""The font's name in the form's shared resources, put there once, with the empty fields."""

CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x2010, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AC, 0x2122),
    *(0x2192, 0x2212, 0x2264, 0x2265),
]
"""Latin with every European accent; anything else is printed without its accent or as ``?``."""

MARGIN, LEADING, SMALLEST = 4.0, 1.17, 0.55


@dataclass(frozen=True)
class Appearance:
    """What the visible signature says: who, as what, meaning what, when, and at what level (C1)."""

    name: str
    """The signer's name; empty takes it from the certificate."""
    position: str
    """The cargo that the signer acts in."""
    meaning: str
    """What the signature means, such as «Aprobó»."""
    at: datetime
    """The moment, in the zone in which it is printed."""
    extra: tuple[str, ...] = ()
    """More lines, such as «por delegación de …»."""
    level: str = "Firma electrónica PAdES con certificado personal"
    """The honest name of the level."""
    when: str = ""
    """The printed moment in the organisation's style; without it day/month/year and zone."""

    def lines(self) -> list[tuple[str, float]]:
        """Give text and size in points of each line that has something to say."""
        lines = [(self.name, 9.2), (self.position, 7.4), (self.meaning, 7.4)]
        lines += [(line, 7.0) for line in self.extra]
        lines += [(self.when or printed(self.at), 7.0), (self.level, 6.2)]
        return [line for line in lines if line[0].strip()]


def printed(at: datetime) -> str:
    """Print a moment with its zone, such as ``22/11/2026 09:05:00 (UTC-05:00)``."""
    offset = at.strftime("%z")
    if not offset:
        raise ValueError("a signature's moment needs a zone")
    return at.strftime("%d/%m/%Y %H:%M:%S") + f" (UTC{offset[:3]}:{offset[3:5]})"


@dataclass(frozen=True)
class Face:
    """The subset font with what is needed to set text in it; widths in thousandths."""

    data: bytes
    glyphs: dict[int, int]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def encode(self, text: str) -> list[int]:
        """Give the glyph numbers of ``text``; a character that the font lacks loses its accent."""
        return [self._glyph(character) for character in unicodedata.normalize("NFC", text)]

    def width(self, text: str, size: float) -> float:
        """Width of ``text`` in points."""
        return sum(self.widths[glyph] for glyph in self.encode(text)) * size / 1000

    def _glyph(self, character: str) -> int:
        if character.isspace():
            character = " "
        plain = unicodedata.normalize("NFKD", character)[:1]
        for candidate in (character, plain):
            if candidate and ord(candidate) in self.glyphs:
                return self.glyphs[ord(candidate)]
        return self.glyphs[ord("?")]


@lru_cache(maxsize=1)
def face() -> Face:
    """Cut the font once per process (about 0.3 s); every signature then only refers to it."""
    source = files("font_source_sans_pro") / "files" / FONT_FILE
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[], notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG", "BASE", "kern", "post"]
    with TTFont(io.BytesIO(source.read_bytes()), lazy=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=CHARACTERS)
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out)
        scale = 1000 / font["head"].unitsPerEm
        order = font.getGlyphOrder()
        numbers = {name: number for number, name in enumerate(order)}
        head, hhea = font["head"], font["hhea"]
        return Face(
            data=out.getvalue(),
            glyphs={code: numbers[name] for code, name in font.getBestCmap().items()},
            widths=tuple(round(font["hmtx"][name][0] * scale) for name in order),
            ascent=round(hhea.ascent * scale),
            descent=round(hhea.descent * scale),
            box=tuple(round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)),
        )


def share_font(writer: BasePdfFileWriter) -> generic.IndirectObject:
    """Find the font among the form's resources, or put it there; gives the reference."""
    form = writer.root["/AcroForm"]
    resources = form.setdefault(pdf_name("/DR"), generic.DictionaryObject()).get_object()
    fonts = resources.setdefault(pdf_name("/Font"), generic.DictionaryObject()).get_object()
    if RESOURCE not in fonts:
        fonts[RESOURCE] = embed_font(writer)
        writer.update_container(fonts)
        writer.update_container(form)
    return fonts.raw_get(RESOURCE)


def shared_font(writer: BasePdfFileWriter | None) -> generic.IndirectObject:
    """Find the shared font; a form without it gets a private copy beside the signature."""
    if writer is None:
        raise ValueError("a drawing needs its writer")
    try:
        found = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get(RESOURCE)
    except (KeyError, TypeError):
        found = None
    if isinstance(found, generic.IndirectObject):
        return found
    return embed_font(writer)


def embed_font(writer: BasePdfFileWriter) -> generic.IndirectObject:
    """Write the whole subset as a composite font with its text mapping; gives the reference."""
    cut = face()
    program = generic.StreamObject(
        {pdf_name("/Length1"): generic.NumberObject(len(cut.data))}, stream_data=cut.data
    )
    program.compress()
    descriptor = _dictionary(
        Type=pdf_name("/FontDescriptor"),
        FontName=pdf_name("/" + FONT_NAME),
        Flags=generic.NumberObject(32),
        FontBBox=_numbers(cut.box),
        ItalicAngle=generic.NumberObject(0),
        Ascent=generic.NumberObject(cut.ascent),
        Descent=generic.NumberObject(cut.descent),
        CapHeight=generic.NumberObject(660),
        StemV=generic.NumberObject(84),
        FontFile2=writer.add_object(program),
    )
    descendant = _dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/CIDFontType2"),
        BaseFont=pdf_name("/" + FONT_NAME),
        CIDSystemInfo=_dictionary(
            Registry=generic.pdf_string("Adobe"),
            Ordering=generic.pdf_string("Identity"),
            Supplement=generic.NumberObject(0),
        ),
        FontDescriptor=writer.add_object(descriptor),
        DW=generic.NumberObject(500),
        W=generic.ArrayObject([generic.NumberObject(0), _numbers(cut.widths)]),
        CIDToGIDMap=pdf_name("/Identity"),
    )
    mapping = generic.StreamObject(stream_data=_to_unicode(cut))
    mapping.compress()
    font = _dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/Type0"),
        BaseFont=pdf_name("/" + FONT_NAME),
        Encoding=pdf_name("/Identity-H"),
        DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
        ToUnicode=writer.add_object(mapping),
    )
    return writer.add_object(font)


@dataclass(frozen=True)
class SignatureStyle(BaseStampStyle):
    """Draws an Appearance into a signature field."""

    appearance: Appearance = Appearance("", "", "", datetime.min.replace(tzinfo=UTC))

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict
    ) -> SignatureStamp:
        """Make the drawing for one field of the size of ``box``."""
        return SignatureStamp(writer, self, box)


class SignatureStamp(BaseStamp):
    """The drawing of one signature."""

    style: SignatureStyle

    def render(self) -> bytes:
        """Write the drawing commands of the fitted lines; the page has the frame of the box."""
        self.set_resource(ResourceType.FONT, RESOURCE, shared_font(self.writer))
        width, height = float(self.box.width), float(self.box.height)
        commands = ["q BT 0 g 0 Tr"]
        y = height - MARGIN + 1
        for text, size in fit(self.style.appearance.lines(), width, height):
            y -= size * LEADING
            glyphs = "".join(f"{glyph:04X}" for glyph in face().encode(text))
            commands.append(
                f"{RESOURCE} {size:.2f} Tf 1 0 0 1 {MARGIN} {y + size * 0.2:.2f} Tm <{glyphs}> Tj"
            )
        commands.append("ET Q")
        return " ".join(commands).encode("ascii")


def fit(lines: list[tuple[str, float]], width: float, height: float) -> list[tuple[str, float]]:
    """Wrap and shrink lines into a box; at the smallest size the rest is cut with ``…``."""
    room, scale = width - 2 * MARGIN, 1.0
    while True:
        wrapped = [
            (part, size * scale) for text, size in lines for part in _wrap(text, size * scale, room)
        ]
        if sum(size * LEADING for _, size in wrapped) <= height - 2 * MARGIN + 2:
            return wrapped
        if scale <= SMALLEST:
            return [(_cut(text, size * scale, room), size * scale) for text, size in lines]
        scale -= 0.05


def _wrap(text: str, size: float, room: float) -> list[str]:
    parts, current = [], ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and face().width(longer, size) > room:
            parts.append(current)
            current = word
        else:
            current = longer
    return [_cut(part, size, room) for part in [*parts, current]]


def _cut(text: str, size: float, room: float) -> str:
    if face().width(text, size) <= room:
        return text
    while text and face().width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _to_unicode(cut: Face) -> bytes:
    pairs = [f"<{glyph:04X}> <{code:04X}>" for code, glyph in sorted(cut.glyphs.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


def _dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name("/" + key): value for key, value in entries.items()})


def _numbers(values: tuple[int, ...]) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(value) for value in values)
