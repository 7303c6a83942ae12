"""Assembly: a plan as text that LLVM turns into the processor's own code.

Worlds are computed in groups, a lane each, piece by piece. Rows of a group lie side by side in
memory; numbers are the same for all groups. Streams of luck are read, and readings are written,
where they are: number by number, with all worlds of a block.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from model.engine.layout import Layout, Move
from model.engine.plan import CONSTANT, Stage, Value

LANES = 8
"""Worlds of a group: as many as the widest processors compute at once."""
ONE, GROUP = "double", f"<{LANES} x double>"
SMALL, MASK, COUNTS = f"<{LANES} x float>", f"<{LANES} x i1>", f"<{LANES} x i64>"
PLAIN = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
COMPARED = {"maximum": "gt", "minimum": "lt", "greater": "gt", "less": "lt"}

Streamed = Mapping[int, tuple[str, int]]
"""Leaves that are rows of a stream, `normals` or `uniforms`."""

PIECE = (
    "ptr {rows}, ptr %numbers, ptr %normals, ptr %uniforms, ptr %readings, ptr %places, "
    f"i64 {{world}}, i64 %worlds, {MASK} {{mask}}"
)
"""What a piece is given: the rows of its group, whose first world is `world`."""


class Piece:
    """The body of a function that computes, moves and keeps values: of a group, or narrow ones."""

    def __init__(
        self, values: Sequence[Value], layout: Layout, streamed: Streamed, *, wide: bool
    ) -> None:
        """Begin with nothing."""
        self.values, self.layout, self.streamed, self.wide = values, layout, streamed, wide
        self.kind, self.lanes = (GROUP, MASK) if wide else (ONE, "i1")
        self.lines: list[str] = []
        self.held: dict[int, str] = {}

    def compute(self, value: int, cells: Iterable[int]) -> None:
        """Compute a value, and put it where it is read, sent to and recorded."""
        self.held[value] = self._computed(self.values[value])
        home = self.layout.home.get(value)
        places = [*(() if home is None else (home,)), *self.layout.sent.get(value, ())]
        for place in dict.fromkeys(places):
            self._put(value, place)
        self.record(value, cells)

    def move(self, moves: Sequence[Move]) -> None:
        """Make moves all at once: everything is read before anything is written."""
        for each in moves:
            self.get(each.value)
        for each in moves:
            self._put(each.value, each.place)

    def record(self, value: int, cells: Iterable[int]) -> None:
        """Write a value into cells of the readings, in single precision."""
        for cell in cells:
            small = self._line(f"fptrunc {GROUP} {self.get(value)} to {SMALL}")
            at = self._line(f"getelementptr i64, ptr %places, i64 {cell}")
            start = self._line(f"add i64 %world, {self._line(f'load i64, ptr {at}')}")
            at = self._line(f"getelementptr float, ptr %readings, i64 {start}")
            given = f"{SMALL} {small}, ptr {at}, i32 4, {MASK} %mask"
            self.lines.append(f"  call void @llvm.masked.store.v{LANES}f32.p0({given})")

    def get(self, value: int) -> str:
        """The name of a value, read where it waits unless the piece has it."""
        if value not in self.held:
            self.held[value] = self._read(value)
        return self.held[value]

    def text(self, name: str) -> str:
        """The function."""
        given = PIECE.format(rows="%rows", world="%world", mask="%mask")
        return "\n".join(
            (f"define internal void @{name}({given}) #0 {{", *self.lines, "  ret void", "}")
        )

    def _computed(self, value: Value) -> str:
        name, kind, given = value.name, self.kind, [self.get(each) for each in value.given]
        x, y = given[0], given[-1]
        if name in PLAIN:
            return self._line(f"{PLAIN[name]} {kind} {x}, {y}")
        if name == "square":
            return self._line(f"fmul {kind} {x}, {x}")
        if name == "negative":
            return self._line(f"fneg {kind} {x}")
        if name == "sqrt":
            exact = f"llvm.sqrt.v{LANES}f64" if self.wide else "llvm.sqrt.f64"
            return self._line(f"call {kind} @{exact}({kind} {x})")
        if name in {"less", "greater"}:
            holds = self._line(f"fcmp o{COMPARED[name]} {kind} {x}, {y}")
            return self._line(f"uitofp {self.lanes} {holds} to {kind}")
        holds = self._first_is_taken(COMPARED[name], value, x, y)
        return self._line(f"select {self.lanes} {holds}, {kind} {x}, {kind} {y}")

    def _first_is_taken(self, compared: str, value: Value, x: str, y: str) -> str:
        """Whether a maximum or minimum is its first operand: as in NumPy, NaN stays NaN.

        A constant is never NaN, which spares most of the work.
        """
        first, second = (self.values[each].name == CONSTANT for each in value.given)
        if first or second:
            return self._line(f"fcmp {'o' if first else 'u'}{compared} {self.kind} {x}, {y}")
        holds = self._line(f"fcmp o{compared} {self.kind} {x}, {y}")
        missing = self._line(f"fcmp uno {self.kind} {x}, {x}")
        return self._line(f"or {self.lanes} {holds}, {missing}")

    def _read(self, value: int) -> str:
        if value in self.streamed:
            return self._of_stream(*self.streamed[value])
        wide = self.values[value].wide
        at = self._place(self.layout.home[value], wide=wide)
        found = self._line(f"load {GROUP if wide else ONE}, ptr {at}, align {_align(wide=wide)}")
        return found if wide == self.wide else self._spread(found)

    def _of_stream(self, stream: str, row: int) -> str:
        start = self._line(f"add i64 %world, {self._line(f'mul i64 %worlds, {row}')}")
        at = self._line(f"getelementptr double, ptr %{stream}, i64 {start}")
        given = f"ptr {at}, i32 8, {MASK} %mask, {GROUP} zeroinitializer"
        return self._line(f"call {GROUP} @llvm.masked.load.v{LANES}f64.p0({given})")

    def _spread(self, number: str) -> str:
        first = self._line(f"insertelement {GROUP} poison, double {number}, i32 0")
        lanes = f"<{LANES} x i32> zeroinitializer"
        return self._line(f"shufflevector {GROUP} {first}, {GROUP} poison, {lanes}")

    def _put(self, value: int, place: int) -> None:
        at = self._place(place, wide=self.wide)
        align = _align(wide=self.wide)
        self.lines.append(f"  store {self.kind} {self.get(value)}, ptr {at}, align {align}")

    def _place(self, place: int, *, wide: bool) -> str:
        kind, memory = (GROUP, "%rows") if wide else (ONE, "%numbers")
        return self._line(f"getelementptr {kind}, ptr {memory}, i64 {place}")

    def _line(self, text: str) -> str:
        name = f"%t{len(self.lines)}"
        self.lines.append(f"  {name} = {text}")
        return name


def _align(*, wide: bool) -> int:
    return 8 * LANES if wide else 8


STAGE = (
    "ptr %pool, ptr %numbers, ptr %normals, ptr %uniforms, ptr %readings, ptr %places, "
    "i64 %first, i64 %stop, i64 %worlds"
)
"""What a stage is given: memory, and the worlds from `first` to `stop` of a block of `worlds`.

Cell i of the readings lies from number `places[i]` of the memory `readings` on.
"""
DECLARED = f"""
declare {GROUP} @llvm.sqrt.v{LANES}f64({GROUP})
declare double @llvm.sqrt.f64(double)
declare {GROUP} @llvm.masked.load.v{LANES}f64.p0(ptr, i32, {MASK}, {GROUP})
declare void @llvm.masked.store.v{LANES}f32.p0({SMALL}, ptr, i32, {MASK})
attributes #0 = {{ "prefer-vector-width"="{64 * LANES}" "min-legal-vector-width"="{64 * LANES}" }}
"""
# A group is one register where the processor has such: LLVM by itself would halve it.
SPREAD = f"{COUNTS} poison, <{LANES} x i32> zeroinitializer"
MASKED = f"""\
  %lane0 = insertelement {COUNTS} poison, i64 %world, i32 0
  %lanes = shufflevector {COUNTS} %lane0, {SPREAD}
  %each = add {COUNTS} %lanes, <{", ".join(f"i64 {lane}" for lane in range(LANES))}>
  %end0 = insertelement {COUNTS} poison, i64 %worlds, i32 0
  %end = shufflevector {COUNTS} %end0, {SPREAD}
  %mask = icmp ult {COUNTS} %each, %end"""
"""Which worlds of a group there are: the last group of a block can have fewer."""


def assembled(
    values: Sequence[Value],
    stages: Sequence[Stage],
    layout: Layout,
    streamed: Streamed,
    recorded: Sequence[int],
) -> str:
    """The text of functions `stage_0` and so on, and `close`, which makes numbers the next's."""
    cells: dict[int, list[int]] = defaultdict(list)
    for cell, value in enumerate(recorded):
        cells[value].append(cell)
    compiled = {each for stage in stages for each in stage.compiled if values[each].wide}
    texts, last = [DECLARED], len(stages) - 1
    # Each stage is a function that calls its pieces: first what they compute, then what is moved to
    # where the next stage's calls of NumPy read it. The last one writes the readings down too.
    for number, stage in enumerate(stages):
        pieces = [*computing(stage, values, layout, streamed, cells)]
        moving = {wide: Piece(values, layout, streamed, wide=wide) for wide in (False, True)}
        if number == last:
            for each in cells.keys() - compiled:
                moving[True].record(each, cells[each])
        for wide, piece in moving.items():
            piece.move([each for each in layout.moves[number] if each.wide == wide])
        # Moves of numbers at the end of a quarter are a function apart, `close`: they are made
        # in a copy, as other worlds still read the numbers of this quarter.
        if number == last:
            closing = moving.pop(False)
            texts += [closing.text("end"), stage_of("close", ["end"], [], layout.rows)]
        texts += texts_of(number, [*pieces, *moving.values()], layout.rows)
    return "\n".join(texts)


def computing(
    stage: Stage,
    values: Sequence[Value],
    layout: Layout,
    streamed: Streamed,
    cells: Mapping[int, Iterable[int]],
) -> Iterator[Piece]:
    """The pieces that compute a stage's values, and write those down that readings ask for."""
    for part in stage.pieces:
        piece = Piece(values, layout, streamed, wide=values[part[0]].wide)
        for each in part:
            piece.compute(each, cells.get(each, ()) if piece.wide else ())
        yield piece


def texts_of(number: int, pieces: Iterable[Piece], rows: int) -> Iterator[str]:
    """The functions of a stage's pieces, and of the stage, which calls them."""
    named = {f"piece_{number}_{i}": each for i, each in enumerate(pieces)}
    yield from (piece.text(name) for name, piece in named.items())
    once, each_group = ([n for n, piece in named.items() if piece.wide is w] for w in (False, True))
    yield stage_of(f"stage_{number}", once, each_group, rows)


def stage_of(name: str, once: Iterable[str], each_group: Iterable[str], rows: int) -> str:
    """A function that calls narrow pieces with the first worlds, and wide ones for each group."""
    alone = PIECE.format(rows="%pool", world="%first", mask="zeroinitializer")
    given = PIECE.format(rows="%rows", world="%world", mask="%mask")
    return f"""
define void @{name}({STAGE}) #0 {{
  %begins = icmp eq i64 %first, 0
  br i1 %begins, label %once, label %start
once:
{_called(once, alone)}
  br label %start
start:
  br label %group
group:
  %world = phi i64 [%first, %start], [%next, %group]
  %from = mul i64 %world, {8 * rows}
  %rows = getelementptr i8, ptr %pool, i64 %from
{MASKED}
{_called(each_group, given)}
  %next = add i64 %world, {LANES}
  %more = icmp ult i64 %next, %stop
  br i1 %more, label %group, label %done
done:
  ret void
}}"""


def _called(names: Iterable[str], given: str) -> str:
    return "\n".join(f"  call void @{name}({given})" for name in names)
