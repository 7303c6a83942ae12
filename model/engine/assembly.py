"""Assembly: a plan as text that LLVM turns into the processor's own code.

Worlds are computed in groups, piece by piece. Rows of a group lie side by side in memory; numbers
are the same for all groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from model.engine.layout import Layout
from model.engine.pieces import COUNTS, GROUP, LANES, MASK, PIECE, SMALL, Piece, Streamed
from model.engine.plan import Stage
from model.engine.values import Value

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
"""
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
    for number, stage in enumerate(stages):
        pieces = [*computing(stage, values, layout, streamed, cells)]
        moving = {wide: Piece(values, layout, streamed, wide=wide) for wide in (False, True)}
        if number == last:
            for each in cells.keys() - compiled:
                moving[True].record(each, cells[each])
        for wide, piece in moving.items():
            piece.move([each for each in layout.moves[number] if each.wide == wide])
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
define void @{name}({STAGE}) {{
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
