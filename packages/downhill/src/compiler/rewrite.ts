/** Loop code made over. */
import { strideOf } from "../program/addresses.ts";
import type { Accumulator, BufferUse, Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import * as s from "../program/scalar.ts";

/** What to change. */
export interface Changes {
  /** Where a buffer is accessed now. */
  readonly address: (buffer: BufferUse, at: Index) => Index;
  /** The buffer that stands for this one now; itself if left out. */
  readonly buffer?: (buffer: BufferUse) => BufferUse;
  /** What the value of a loop's index is now; itself if left out. */
  readonly index?: (node: Extract<Scalar, { kind: "index" }>) => Scalar;
  /** What stands for a value now, as it is; itself made over if left out or undefined. */
  readonly value?: (node: Scalar) => Scalar | undefined;
  /** What a running value is added to now; itself if left out. */
  readonly accumulator?: (accumulator: Accumulator) => Accumulator;
}

/** Statements with addresses and values of indices changed. Values that were shared stay shared, and those as they were too. */
export const rewrite = (statements: readonly Statement[], changes: Changes): Statement[] => {
  const known = new Map<Scalar, Scalar>();
  const index = (buffer: BufferUse, at: Index): Index => {
    const moved = changes.address(buffer, at);
    return moved.dynamic === undefined ? moved : { ...moved, dynamic: scalar(moved.dynamic) };
  };
  const buffer = (given: BufferUse): BufferUse => changes.buffer?.(given) ?? given;
  const rebuilt = (node: Scalar): Scalar => {
    switch (node.kind) {
      case "load": {
        const [place, at] = [buffer(node.buffer), index(node.buffer, node.at)];
        return place === node.buffer && at === node.at ? node : { ...node, buffer: place, at };
      }
      case "operation": {
        const args = node.args.map(scalar);
        return args.every((arg, i) => arg === node.args[i]) ? node : { ...node, args };
      }
      case "table":
        return { ...node, index: scalar(node.index) };
      case "rare":
        return {
          ...node,
          condition: scalar(node.condition),
          args: node.args.map(scalar),
          common: scalar(node.common),
        };
      case "index":
        return changes.index?.(node) ?? node;
      default:
        return node;
    }
  };
  const scalar = (node: Scalar): Scalar => {
    let found = known.get(node);
    if (found === undefined) known.set(node, (found = changes.value?.(node) ?? rebuilt(node)));
    return found;
  };
  const statement = (given: Statement): Statement => {
    switch (given.kind) {
      case "loop":
        return { ...given, body: given.body.map(statement) };
      case "store":
        return {
          ...given,
          buffer: buffer(given.buffer),
          at: index(given.buffer, given.at),
          value: scalar(given.value),
        };
      case "declare":
        return { ...given, initial: scalar(given.initial) };
      case "accumulate": {
        const { accumulator } = given;
        return {
          ...given,
          accumulator: changes.accumulator?.(accumulator) ?? accumulator,
          value: scalar(given.value),
        };
      }
      case "assign":
        return { ...given, value: scalar(given.value) };
      case "contract":
        return {
          ...given,
          left: { buffer: buffer(given.left.buffer), at: index(given.left.buffer, given.left.at) },
          right: { buffer: buffer(given.right.buffer), at: index(given.right.buffer, given.right.at) },
          body: given.body.map(statement),
        };
    }
  };
  return statements.map(statement);
};

/** `from + part·length` added to a loop's index. */
export interface Shift {
  readonly loop: LoopIndex;
  readonly from: number;
  readonly part: LoopIndex | undefined;
  readonly length: number;
}

/** The changes that make a loop's iterations those further on. */
export const shiftOf = ({ loop, from, part, length }: Shift): Changes => ({
  address: (_, at): Index => {
    const stride = strideOf(at, loop);
    if (stride === 0) return at;
    const terms = part === undefined ? at.terms : [...at.terms, { loop: part, stride: stride * length }];
    return { ...at, offset: at.offset + from * stride, terms };
  },
  index: (node): Scalar => {
    if (node.loop !== loop) return node;
    if (part === undefined) return s.add(node, from);
    return s.add(node, s.mul({ kind: "index", type: "i32", loop: part }, length));
  },
});
