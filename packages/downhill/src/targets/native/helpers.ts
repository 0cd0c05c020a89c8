/** Functions of C that programs use; each is written once into a program that needs it. */
import type { ScalarType } from "../../program/loop.ts";
import { fuses, type Machine } from "./machine.ts";
import { bytesOf, type LaneCount, maskType, typeName } from "./types.ts";

export interface HelperContext {
  readonly machine: Machine;
  /** Makes sure that the function is there, and gives its name. */
  readonly helper: (name: string, text: () => string) => string;
}

const letter = { f32: "s", f64: "d" } as const;
const suffix = { f32: "f", f64: "" } as const;

/** GCC's vector instructions of x86, by the bytes of the vector; undefined if this machine has none. */
const instruction = (
  { has }: Machine,
  type: "f32" | "f64",
  lanes: number,
  needs: { readonly 16: string; readonly 32: string; readonly 64: string },
  text: { readonly 16: string; readonly 32: string; readonly 64: string },
): string | undefined => {
  const bytes = lanes * bytesOf[type];
  if (has("__clang__") || !has("__x86_64__") || (bytes !== 16 && bytes !== 32 && bytes !== 64))
    return undefined;
  if (!has(needs[bytes])) return undefined;
  return text[bytes].replaceAll("?", letter[type]);
};

const onEachLane = (lanes: LaneCount, type: string, call: (at: string) => string): string =>
  lanes === undefined
    ? `return ${call("")};`
    : `${type} r; for (int l = 0; l < ${String(lanes)}; l++) r[l] = ${call("[l]")}; return r;`;

/** The name of a function of one argument: sqrt, floor, ceil, trunc, nearest. */
export const unaryFloat = (
  { machine, helper }: HelperContext,
  operator: "sqrt" | "floor" | "ceil" | "trunc" | "nearest",
  type: "f32" | "f64",
  lanes: LaneCount,
): string => {
  const builtin = `__builtin_${operator === "nearest" ? "rint" : operator}${suffix[type]}`;
  if (lanes === undefined) return builtin;
  const name = typeName(machine, type, lanes);
  // Rounding: the mode, and 8 for no exceptions.
  const mode = { nearest: 8, floor: 9, ceil: 10, trunc: 11, sqrt: 0 }[operator];
  const direct =
    operator === "sqrt"
      ? instruction(machine, type, lanes, { 16: "__SSE2__", 32: "__AVX__", 64: "__AVX512F__" }, {
          16: "__builtin_ia32_sqrtp?(a)",
          32: "__builtin_ia32_sqrtp?256(a)",
          64: `__builtin_ia32_sqrtp?512_mask(a, (${name}){}, -1, 4)`,
        })
      : instruction(machine, type, lanes, { 16: "__SSE4_1__", 32: "__AVX__", 64: "__AVX512F__" }, {
          16: `__builtin_ia32_roundp?(a, ${String(mode)})`,
          32: `__builtin_ia32_roundp?256(a, ${String(mode)})`,
          64: `__builtin_ia32_rndscalep?_mask(a, ${String(mode)}, (${name}){}, -1, 4)`,
        }); // prettier-ignore
  const body =
    direct === undefined ? onEachLane(lanes, name, (at) => `${builtin}(a${at})`) : `return ${direct};`;
  return helper(
    `${operator}_${name}`,
    () => `static inline ${name} ${operator}_${name}(${name} a) { ${body} }`,
  );
};

/** a·b + c, rounded once where the machine can. */
export const multiplyAdd = (
  context: HelperContext,
  type: "f32" | "f64",
  lanes: LaneCount,
  [a, b, c]: readonly [string, string, string],
): string => {
  const { machine, helper } = context;
  if (!fuses(machine)) return `${a} * ${b} + ${c}`;
  const builtin = `__builtin_fma${suffix[type]}`;
  if (lanes === undefined) return `${builtin}(${a}, ${b}, ${c})`;
  const name = typeName(machine, type, lanes);
  const direct = instruction(machine, type, lanes, { 16: "__FMA__", 32: "__FMA__", 64: "__AVX512F__" }, {
    16: "__builtin_ia32_vfmaddp?(a, b, c)",
    32: "__builtin_ia32_vfmaddp?256(a, b, c)",
    64: "__builtin_ia32_vfmaddp?512_mask(a, b, c, -1, 4)",
  }); // prettier-ignore
  const body =
    direct === undefined
      ? onEachLane(lanes, name, (at) => `${builtin}(a${at}, b${at}, c${at})`)
      : `return ${direct};`;
  helper(
    `fma_${name}`,
    () => `static inline ${name} fma_${name}(${name} a, ${name} b, ${name} c) { ${body} }`,
  );
  return `fma_${name}(${a}, ${b}, ${c})`;
};

/** Whether any lane of a mask is set. */
export const anyLane = ({ machine, helper }: HelperContext, lanes: number, mask: string): string => {
  const type = maskType(machine, lanes);
  const { has, vectorBytes } = machine;
  const x86 = has("__x86_64__") && !has("__clang__");
  const direct =
    x86 && vectorBytes === 64 && has("__AVX512F__")
      ? "__builtin_ia32_ptestmd512((i32x16)m, (i32x16)m, -1) != 0"
      : x86 && vectorBytes === 32 && has("__AVX__")
        ? "!__builtin_ia32_ptestz256((i64x4)m, (i64x4)m)"
        : x86 && vectorBytes === 16 && has("__SSE4_1__")
          ? "!__builtin_ia32_ptestz128((i64x2)m, (i64x2)m)"
          : undefined;
  const body = direct
    ? `return ${direct};`
    : `i64 any = 0; for (int l = 0; l < ${String(lanes)}; l++) any |= m[l]; return any != 0;`;
  helper(`any_${type}`, () => `static inline int any_${type}(${type} m) { ${body} }`);
  return `any_${type}(${mask})`;
};

/** The mask with lanes as wide as those of values of the type. */
export const fitMask = (machine: Machine, type: ScalarType, lanes: number, mask: string): string => {
  const own = `i${String(bytesOf[type] * 8)}x${String(lanes)}`;
  return own === maskType(machine, lanes) || type === "bool"
    ? mask
    : `__builtin_convertvector(${mask}, ${own})`;
};

/** A comparison's lanes as a mask. */
export const asMask = (machine: Machine, type: ScalarType, lanes: number, comparison: string): string => {
  const own = `i${String(bytesOf[type] * 8)}x${String(lanes)}`;
  const mask = maskType(machine, lanes);
  return own === mask ? `(${comparison})` : `__builtin_convertvector(${comparison}, ${mask})`;
};

export const selectLanes = (
  { machine }: HelperContext,
  type: ScalarType,
  lanes: number,
  mask: string,
  ifTrue: string,
  ifFalse: string,
): string => {
  const fitted = fitMask(machine, type, lanes, mask);
  if (type === "bool") return `((${fitted} & ${ifTrue}) | (~${fitted} & ${ifFalse}))`;
  const bits = `i${String(bytesOf[type] * 8)}x${String(lanes)}`;
  const name = typeName(machine, type, lanes);
  return `(${name})((${fitted} & (${bits})${ifTrue}) | (~${fitted} & (${bits})${ifFalse}))`;
};

/** A function of lanes, `a < b ? a : b` or `a > b ? a : b`, if the machine has an instruction for it. */
export const quickExtreme = (
  { machine, helper }: HelperContext,
  operator: "min" | "max",
  type: "f32" | "f64",
  lanes: number,
): string | undefined => {
  const name = typeName(machine, type, lanes);
  const direct = instruction(machine, type, lanes, { 16: "__SSE2__", 32: "__AVX__", 64: "__AVX512F__" }, {
    16: `__builtin_ia32_${operator}p?(a, b)`,
    32: `__builtin_ia32_${operator}p?256(a, b)`,
    64: `__builtin_ia32_${operator}p?512_mask(a, b, (${name}){}, -1, 4)`,
  }); // prettier-ignore
  return (
    direct &&
    helper(
      `quick_${operator}_${name}`,
      () => `static inline ${name} quick_${operator}_${name}(${name} a, ${name} b) { return ${direct}; }`,
    )
  );
};

/** Lanes of two vectors, those of the second numbered on from those of the first. */
export const pickLanes = (
  { machine }: HelperContext,
  type: ScalarType,
  lanes: number,
  a: string,
  b: string,
  picked: readonly number[],
): string => {
  const order = picked.join(", ");
  if (machine.has("__clang__")) return `__builtin_shufflevector(${a}, ${b}, ${order})`;
  const isLong = typeName(machine, type, lanes).slice(1, 3) === "64";
  return `__builtin_shuffle(${a}, ${b}, (i${isLong ? "64" : "32"}x${String(lanes)}){${order}})`;
};

/**
 * A name for one half of a vector of floats, as a vector half as wide: where lanes are joined, narrow operations take less of
 * the machine. With the name of the half's type.
 */
export const halfOfLanes = (
  { machine, helper }: HelperContext,
  type: "f32" | "f64",
  lanes: number,
  half: "low" | "high",
  vector: string,
): { readonly type: string; readonly text: string } => {
  const whole = typeName(machine, type, lanes);
  const part = typeName(machine, type, lanes / 2);
  const first = half === "low" ? 0 : lanes / 2;
  const order = Array.from({ length: lanes / 2 }, (_, lane) => first + lane);
  const name = helper(
    `${half}_${whole}`,
    () =>
      `static inline ${part} ${half}_${whole}(${whole} a) {\n` +
      "#if __GNUC__ >= 12 || defined __clang__\n" +
      `return __builtin_shufflevector(a, a, ${order.join(", ")});\n` +
      "#else\n" +
      `return (${part}){${order.map((lane) => `a[${String(lane)}]`).join(", ")}};\n` +
      "#endif\n}",
  );
  return { type: part, text: `${name}(${vector})` };
};

/** Of each group of 2·`half` lanes the second half and then the first one. */
export const swappedLanes = (
  context: HelperContext,
  type: ScalarType,
  lanes: number,
  half: number,
  vector: string,
): string => {
  const order = Array.from({ length: lanes }, (_, lane) => lane ^ half);
  return pickLanes(context, type, lanes, vector, vector, order);
};

/** Functions min and max of floats: NaN wins, and −0 is below 0. */
export const minMaxFloat = (
  context: HelperContext,
  operator: "min" | "max",
  type: "f32" | "f64",
  lanes: LaneCount,
): string => {
  const { machine, helper } = context;
  const name = typeName(machine, type, lanes);
  const sign = operator === "min" ? "<" : ">";
  const bits = `i${String(bytesOf[type] * 8)}`;
  const join = operator === "min" ? "|" : "&";
  return helper(`${operator}_${name}`, () => {
    const head = `static inline ${name} ${operator}_${name}(${name} a, ${name} b)`;
    if (lanes === undefined)
      // Of equal numbers only zeros differ in a bit.
      return `${head} { if (a == b) { ${bits} x, y; __builtin_memcpy(&x, &a, sizeof x); __builtin_memcpy(&y, &b, sizeof y); x = x ${join} y; __builtin_memcpy(&a, &x, sizeof x); return a; } return a != a || a ${sign} b ? a : b; }`;
    const vector = `${bits}x${String(lanes)}`;
    const quick = quickExtreme(context, operator, type, lanes);
    if (quick !== undefined && lanes * bytesOf[type] === 64) {
      // With masked instructions: what is quick gives b for equal numbers and for NaN, which is put right where it matters.
      const [p, i] = type === "f32" ? ["ps", "d"] : ["pd", "q"];
      const compare = (b: string, how: number): string =>
        `__builtin_ia32_cmp${p}512_mask(a, ${b}, ${String(how)}, -1, 4)`;
      return (
        `${head} { ${name} r = __builtin_ia32_blendm${p}_512_mask(${quick}(a, b), a, ${compare("a", 3)}); ` +
        `return (${name})__builtin_ia32_p${operator === "min" ? "or" : "and"}${i}512_mask((${vector})a, (${vector})b, (${vector})r, ${compare("b", 0)}); }`
      );
    }
    return (
      `${head} { const ${vector} x = (${vector})a, y = (${vector})b, first = (a ${sign} b) | (a != a), same = a == b; ` +
      `const ${vector} r = (first & x) | (~first & y); return (${name})((same & (x ${join} y)) | (~same & r)); }`
    );
  });
};

/** Functions that divide whole numbers; a zero divisor gives 0, and the least number over −1 wraps around. */
export const divideIntegers = (
  { machine, helper }: HelperContext,
  operator: "quotient" | "remainder",
  type: "i32" | "i64",
  lanes: LaneCount,
): string => {
  const alone = `${operator}_${type}`;
  const unsigned = type === "i32" ? "u32" : "u64";
  helper(alone, () => {
    const special = operator === "quotient" ? `(${type})(0 - (${unsigned})a)` : "0";
    return `static inline ${type} ${alone}(${type} a, ${type} b) { return b == 0 ? 0 : b == -1 ? ${special} : a ${operator === "quotient" ? "/" : "%"} b; }`;
  });
  if (lanes === undefined) return alone;
  const name = typeName(machine, type, lanes);
  return helper(
    `${operator}_${name}`,
    () =>
      `static inline ${name} ${operator}_${name}(${name} a, ${name} b) { ${onEachLane(lanes, name, (at) => `${alone}(a${at}, b${at})`)} }`,
  );
};

/** Functions that cut off fractions; what is out of range becomes the nearest integer, NaN 0. */
export const floatToInteger = (
  { machine, helper }: HelperContext,
  from: "f32" | "f64",
  to: "i32" | "i64",
  lanes: LaneCount,
): string => {
  const source = typeName(machine, from, lanes);
  const target = typeName(machine, to, lanes);
  const name = `${target}_of_${source}`;
  const limit = `${to === "i32" ? "2147483648" : "9223372036854775808"}.0${suffix[from]}`;
  const highest = to === "i32" ? "2147483647" : "9223372036854775807LL";
  return helper(name, () => {
    const head = `static inline ${target} ${name}(${source} a)`;
    if (lanes === undefined)
      return `${head} { return a != a ? 0 : a >= ${limit} ? ${highest} : a <= -${limit} ? -${highest} - 1 : (${to})a; }`;
    const mask = (comparison: string): string => `__builtin_convertvector(${comparison}, ${target})`;
    return (
      `${head} { const ${target} high = ${mask(`a >= splat_${source}(${limit})`)}, low = ${mask(`a <= splat_${source}(-${limit})`)}, nan = ${mask("a != a")}; ` +
      `const ${target} r = __builtin_convertvector(a, ${target}); ` +
      `return ~nan & ((high & splat_${target}(${highest})) | (low & splat_${target}(-${highest} - 1)) | (~(high | low) & r)); }`
    );
  });
};

/** Whether parts of vectors can be loaded and stored. */
const hasMaskedAccess = ({ has, vectorBytes }: Machine, bytes: number): boolean =>
  !has("__clang__") &&
  (bytes === 64
    ? has("__AVX512F__") && vectorBytes === 64
    : (bytes === 32 || bytes === 16) && has("__AVX512VL__"));

const maskedSize: Readonly<Record<number, string>> = { 16: "128", 32: "256", 64: "512" };

/** What lies from `pointer` on in the first `active` lanes, zeros in the others. */
export const loadLanes = (
  { machine }: HelperContext,
  stored: string,
  lanes: number,
  active: number,
  pointer: string,
): string => {
  const vector = `${stored}x${String(lanes)}`;
  if (active === lanes) return `*(const ${vector}m *)(${pointer})`;
  const bytes = stored === "u8" ? 0 : (stored.endsWith("64") ? 8 : 4) * lanes;
  if (hasMaskedAccess(machine, bytes)) {
    const kind = stored.endsWith("64") ? "d" : "s";
    const float = `f${stored.slice(1)}`;
    const mask = String(2 ** active - 1);
    return `(${vector})__builtin_ia32_loadup${kind}${maskedSize[bytes]!}_mask((const ${float} *)(${pointer}), (${float}x${String(lanes)}){}, ${mask})`;
  }
  const elements = Array.from({ length: active }, (_, lane) => `(${pointer})[${String(lane)}]`);
  return `(${vector}){${elements.join(", ")}}`;
};

/** Statements that put the first `active` lanes from `pointer` on. */
export const storeLanes = (
  { machine }: HelperContext,
  stored: string,
  lanes: number,
  active: number,
  pointer: string,
  value: string,
): string[] => {
  const vector = `${stored}x${String(lanes)}`;
  if (active === lanes) return [`*(${vector}m *)(${pointer}) = ${value};`];
  const bytes = stored === "u8" ? 0 : (stored.endsWith("64") ? 8 : 4) * lanes;
  if (hasMaskedAccess(machine, bytes)) {
    const kind = stored.endsWith("64") ? "d" : "s";
    const float = `f${stored.slice(1)}`;
    const mask = String(2 ** active - 1);
    return [
      `__builtin_ia32_storeup${kind}${maskedSize[bytes]!}_mask((${float} *)(${pointer}), (${float}x${String(lanes)})${value}, ${mask});`,
    ];
  }
  return Array.from(
    { length: active },
    (_, lane) => `(${pointer})[${String(lane)}] = ${value}[${String(lane)}];`,
  );
};
