"""A writer of ONNX graphs: expressions over ``Tensor``, in the style of numpy, write nodes.

State is int32, spikes are bool, sums of weights are products of (u)int8 matrices: onnxruntime
has kernels for these types. For int16 it lacks Max, Where and ReduceSum.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Union

import numpy as np
import onnx
from onnx import helper

OPSET = 18
IR_VERSION = 8  # of the onnx release that introduced this opset
INT32, INT64, BOOL = np.dtype(np.int32), np.dtype(np.int64), np.dtype(bool)

Operand = Union["Tensor", int, np.ndarray]
State = dict[str, "Tensor"]
Parts = Mapping[str, State]
Body = Callable[["Tensor", Parts], tuple["Tensor", State]]


class Tensor:
    """A value that a node computes. Numbers and arrays as operands become constants of its ``dtype``."""

    def __init__(self, graph: "Graph", name: str, dtype: np.dtype) -> None:
        self.graph, self.name, self.dtype = graph, name, dtype

    def __add__(self, other: Operand) -> "Tensor":
        return self._with("Add", other)

    def __sub__(self, other: Operand) -> "Tensor":
        return self._with("Sub", other)

    def __rsub__(self, other: Operand) -> "Tensor":
        return self.like(other) - self

    def __mul__(self, other: Operand) -> "Tensor":
        return self._with("Mul", other)

    def __matmul__(self, other: "Tensor | np.ndarray") -> "Tensor":
        """Return the product with an int8 matrix, int32; ``other`` as a tensor may be uint8.

        ``self`` is 0 or 1, so that kernels that add pairs of products in 16 bits stay exact.
        """
        matrix = other if isinstance(other, Tensor) else self.graph.constant(other, np.int8)
        return self.graph.op("MatMulInteger", self.to(np.uint8), matrix, dtype=INT32)

    def __rshift__(self, bits: int) -> "Tensor":
        """Return ``self`` / 2^bits, rounded down. BitShift takes no signed numbers; Div rounds to 0."""
        if self.dtype.kind == "u":
            return self.graph.op("BitShift", self, self.like(bits), direction="RIGHT")
        return (self - self._with("Mod", 2**bits)).quotient(2**bits)

    def quotient(self, other: Operand) -> "Tensor":
        """Return the quotient rounded towards 0, as Div does."""
        return self._with("Div", other)

    def __xor__(self, other: "Tensor") -> "Tensor":
        return self._with("BitwiseXor", other)

    def __and__(self, other: "Tensor") -> "Tensor":
        return self._with("And", other)

    def __or__(self, other: "Tensor") -> "Tensor":
        return self._with("Or", other)

    def __invert__(self) -> "Tensor":
        return self.graph.op("Not", self)

    def __gt__(self, other: Operand) -> "Tensor":
        return self._with("Greater", other, BOOL)

    def __ge__(self, other: Operand) -> "Tensor":
        return self._with("GreaterOrEqual", other, BOOL)

    def equals(self, other: Operand) -> "Tensor":
        return self._with("Equal", other, BOOL)

    def where(self, a: Operand, b: Operand) -> "Tensor":
        """Return ``a`` where this is true, else ``b``; int32 if neither is a tensor."""
        dtype = next((x.dtype for x in (a, b) if isinstance(x, Tensor)), INT32)
        both = [x if isinstance(x, Tensor) else self.graph.constant(x, dtype) for x in (a, b)]
        return self.graph.op("Where", self, *both, dtype=dtype)

    def minimum(self, other: Operand) -> "Tensor":
        """Return the smaller value of each pair, by comparison.

        Min, Max and Clip of int64 in onnxruntime 1.31.1 err where upper halves are equal: its smaller one
        of 499 << 23 and 1 << 23 is 499 << 23.
        """
        return (self > other).where(other, self)

    def maximum(self, other: Operand) -> "Tensor":
        return (self > other).where(self, other)

    def clip(self, low: int, high: int) -> "Tensor":
        return self.maximum(low).minimum(high)

    def to(self, dtype: Any) -> "Tensor":
        """Return a cast to ``dtype``, which keeps the lowest bits of a number that is too large."""
        return self.graph.op("Cast", self, dtype=np.dtype(dtype), to=_code(dtype))

    def sum(self, axis: int) -> "Tensor":
        """Return the sum along ``axis``, which stays with length 1, as in all reductions here."""
        return self.graph.op("ReduceSum", self, self.graph.integers([axis]))

    def max(self, axis: int) -> "Tensor":
        return self.graph.op("ReduceMax", self, self.graph.integers([axis]))

    def min(self, axis: int) -> "Tensor":
        return self.graph.op("ReduceMin", self, self.graph.integers([axis]))

    def argmax(self, axis: int) -> "Tensor":
        """Return the index of the largest value along ``axis``, int64, the first on ties."""
        return self.graph.op("ArgMax", self, dtype=INT64, axis=axis)

    def cumulated(self, axis: int) -> "Tensor":
        return self.graph.op("CumSum", self, self.graph.integers(axis))

    def take(self, indices: "Tensor | np.ndarray | int", axis: int) -> "Tensor":
        """Return the entries ``indices`` of ``axis``, as ``numpy.take`` does."""
        chosen = indices if isinstance(indices, Tensor) else self.graph.integers(indices)
        return self.graph.op("Gather", self, chosen, axis=axis)

    def slice(self, first: int, end: int, axis: int) -> "Tensor":
        return self.graph.op("Slice", self, *(self.graph.integers([k]) for k in (first, end, axis)))

    def reshape(self, *shape: int) -> "Tensor":
        """Return the same values in another shape; a 0 keeps an axis, a -1 is computed."""
        return self.graph.op("Reshape", self, self.graph.integers(shape))

    def unsqueeze(self, axis: int) -> "Tensor":
        return self.graph.op("Unsqueeze", self, self.graph.integers([axis]))

    def expand(self, *shape: int) -> "Tensor":
        """Return the values repeated along axes of length 1; a 1 keeps an axis."""
        return self.graph.op("Expand", self, self.graph.integers(shape))

    def shape(self) -> "Tensor":
        return self.graph.op("Shape", self, dtype=INT64)

    def like(self, value: Operand) -> "Tensor":
        """Return ``value`` as a tensor of this one's type."""
        return value if isinstance(value, Tensor) else self.graph.constant(value, self.dtype)

    def _with(self, kind: str, other: Operand, dtype: Any = None) -> "Tensor":
        return self.graph.op(kind, self, self.like(other), dtype=dtype)


class Graph:
    """A graph under construction. ``loop`` opens a body, which receives the nodes until it ends."""

    def __init__(self) -> None:
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._nodes: list[list[onnx.NodeProto]] = [[]]  # of the graph, then of the open body
        self._constants: dict[tuple[bytes, str, tuple[int, ...]], onnx.TensorProto] = {}
        self._numbers = count()

    def op(self, kind: str, *operands: Tensor, dtype: Any = None, **attributes: Any) -> Tensor:
        """Write a node and return its result. ``dtype``: of the result; None: that of the first operand."""
        result = self._fresh(kind, dtype or operands[0].dtype)
        self._add(kind, operands, [result.name], **attributes)
        return result

    def constant(self, value: Any, dtype: Any) -> Tensor:
        """Return a constant of the file. Raises ``OverflowError`` for values that ``dtype`` cannot hold."""
        array = np.asarray(value).astype(dtype)
        if not np.array_equal(array, value):
            raise OverflowError(f"a constant of the graph does not fit {array.dtype}")
        key = (array.tobytes(), array.dtype.str, array.shape)
        if key not in self._constants:
            name = f"constant_{len(self._constants)}"
            self._constants[key] = onnx.numpy_helper.from_array(array, name)
        return Tensor(self, self._constants[key].name, array.dtype)

    def integers(self, values: Any) -> Tensor:
        """Return an int64 constant, the type of indices, axes and shapes in ONNX."""
        return self.constant(values, INT64)

    def zeros(self, shape: Tensor, dtype: Any) -> Tensor:
        value = onnx.numpy_helper.from_array(np.zeros(1, dtype))
        return self.op("ConstantOfShape", shape, dtype=dtype, value=value)

    def concat(self, *parts: Tensor, axis: int) -> Tensor:
        return self.op("Concat", *parts, axis=axis)

    def input(self, name: str, dtype: Any, shape: Sequence[int | str]) -> Tensor:
        self._inputs.append(helper.make_tensor_value_info(name, _code(dtype), shape))
        return Tensor(self, name, np.dtype(dtype))

    def output(self, name: str, value: Tensor, dtype: Any, shape: Sequence[int | str]) -> None:
        """Write ``value``, cast to ``dtype``, as the output ``name``."""
        self._outputs.append(helper.make_tensor_value_info(name, _code(dtype), shape))
        self._add("Cast", [value], [name], to=_code(dtype))

    def loop(self, trips: int, parts: Parts, body: Body) -> tuple[Parts, State]:
        """Repeat ``body(step, parts)`` up to ``trips`` times.

        ``body`` changes the states in ``parts`` and returns whether to go on, and tensors to record.
        Returns the last states, and the recorded tensors stacked along a new first axis.
        """
        step, going = self._fresh("step", INT64), self._fresh("going", BOOL)
        inside = {part: self._renamed(state) for part, state in parts.items()}
        before = [step, going, *_flat(inside)]
        self._nodes.append([])
        go_on, recorded = body(step, inside)
        results = [self.op("Identity", t) for t in (go_on, *_flat(inside), *recorded.values())]
        infos = ([_info(t, () if t in before[:2] else None) for t in before], [_info(t) for t in results])
        graph = helper.make_graph(self._nodes.pop(), "step", *infos)
        after = {part: self._renamed(state) for part, state in inside.items()}
        stacks = self._renamed(recorded)
        operands = [self.integers(trips), self.constant(True, BOOL), *_flat(parts)]
        self._add("Loop", operands, [t.name for t in (*_flat(after), *stacks.values())], body=graph)
        return after, stacks

    def finished(self, name: str, about: str) -> onnx.GraphProto:
        """Return the whole graph."""
        (nodes,) = self._nodes
        constants = list(self._constants.values())
        return helper.make_graph(nodes, name, self._inputs, self._outputs, constants, about)

    def _add(
        self, kind: str, operands: Sequence[Tensor], results: Sequence[str], **attributes: Any
    ) -> None:
        names = [t.name for t in operands]
        node = helper.make_node(kind, names, results, name=f"to {results[0]}", **attributes)
        self._nodes[-1].append(node)

    def _renamed(self, state: State) -> State:
        return {name: self._fresh(name, t.dtype) for name, t in state.items()}

    def _fresh(self, hint: str, dtype: Any) -> Tensor:
        return Tensor(self, f"{hint}_{next(self._numbers)}", np.dtype(dtype))


def _flat(parts: Parts) -> list[Tensor]:
    return [t for state in parts.values() for t in state.values()]


def _code(dtype: Any) -> int:
    """Return ONNX's number of the type ``dtype``."""
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def _info(tensor: Tensor, shape: tuple[int, ...] | None = None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(tensor.name, _code(tensor.dtype), shape)
