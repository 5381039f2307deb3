"""Files and functions stay short enough to be seen whole."""

from tests.architecture.checks import sizes
from tests.architecture.checks.tree import Source, sources
from tests.architecture.planting import none_of, plant


def everything() -> list[Source]:
    return list(sources(".py", ".js", ".css", ".html", under=("calla", "tests", "bench")))


def a_file(lines: int, number: int = 0) -> Source:
    return plant("x = 1\n" * lines, f"calla/orders/planted{number}.py")


def a_function(lines: int, number: int = 0) -> Source:
    return plant(f"@decorated\ndef long{number}():\n" + "    x = 1\n" * (lines - 1), f"calla/orders/planted{number}.py")


def test_a_file_or_function_beyond_the_end_is_found() -> None:
    short = [a_file(20, number) for number in range(1, 60)] + [a_function(9, number) for number in range(60, 120)]
    assert sizes.too_long([a_file(500), *short]) == []
    (file,) = sizes.too_long([a_file(501), *short])
    assert (file.file, file.line) == ("calla/orders/planted0.py", 1) and "501 lines" in file.message
    assert sizes.too_long([a_function(80), *short]) == []
    (function,) = sizes.too_long([a_function(81), *short])
    assert (function.file, function.line) == ("calla/orders/planted0.py", 2) and "81 lines" in function.message


def test_too_many_unusual_ones_are_found() -> None:
    short = [a_file(330, number) for number in range(95)]
    assert sizes.too_long([*short, *(a_file(331, number) for number in range(95, 100))]) == []
    assert len(sizes.too_long([*short[1:], *(a_file(331, number) for number in range(94, 100))])) == 6
    brief = [a_function(45, number) for number in range(95)]
    assert sizes.too_long([*brief, *(a_function(46, number) for number in range(95, 100))]) == []
    assert len(sizes.too_long([*brief[1:], *(a_function(46, number) for number in range(94, 100))])) == 6


def test_the_tree_keeps_its_sizes() -> None:
    for limit, lengths in sizes.measured(everything()).items():
        longest = max(lengths)
        print(f"{limit.what}: p95 {sizes.percentile(lengths)} of {len(lengths)}, longest {longest[0]} ({longest[1]})")
    none_of(sizes.too_long(everything()))
