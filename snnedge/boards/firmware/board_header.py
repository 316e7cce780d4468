"""C files of a board: board.h with its numbers, board.c with its setup."""

from ..board import Board, RegisterAccess


def board_sources(board: Board) -> dict[str, str]:
    """Return board.h and board.c: name -> text."""
    return {"board.h": board_header(board), "board.c": _setup(board)}


def board_header(board: Board) -> str:
    """Return board.h: the board's numbers as macros."""
    lines = [
        f"/* Written by snnedge from {board.name}.toml. */",
        "#include <stdint.h>",
        f'#define BOARD_NAME "{board.name}"',
        f"#define BOARD_CLOCK_HZ {board.clock_hz}u",
    ]
    if board.uart:
        lines += [
            f"#define BOARD_UART_BASE {board.uart.base:#x}u",
            f"#define BOARD_UART_CLOCK_HZ {board.uart.clock_hz}u",
            f"#define BOARD_UART_BAUD {board.uart.baud}u",
        ]
    return "\n".join(
        [*lines, "", "/* Write the registers that make the board ready. */", "void board_setup(void);", ""]
    )


def _setup(board: Board) -> str:
    """Return board.c. A wait ends after a number of tries, as an emulator may lack the register."""
    body = "".join(f"    {_statement(access)}\n" for access in board.setup)
    return f"""/* Written by snnedge from {board.name}.toml. */
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define WAIT(address, mask, value) \\
    for (uint32_t tries = 100000; tries && (REGISTER(address) & (mask)) != (value); tries--)

void board_setup(void) {{
{body}}}
"""


def _statement(access: RegisterAccess) -> str:
    if access.mask is None:
        return f"REGISTER({access.address:#x}u) = {access.value:#x}u;"
    return f"WAIT({access.address:#x}u, {access.mask:#x}u, {access.value:#x}u) {{}}"
