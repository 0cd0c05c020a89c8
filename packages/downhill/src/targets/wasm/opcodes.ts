/**
 * WebAssembly opcodes under their names in the text format, as the specification's index of instructions has them: each row
 * is a run of instructions whose opcodes follow each other from its first on. An opcode is one byte, or for the families 0xfc
 * (saturating truncation, bulk memory), 0xfd (vectors) and 0xfe (atomics) the prefix in the third byte and the number behind it
 * in the lower two.
 */

const integerComparisons = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const integerArithmetic = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u";
const floatComparisons = "eq ne lt gt le ge";
const floatRounding = "ceil floor trunc nearest";
const floatArithmetic = "sqrt add sub mul div min max";

const runs = [
  [0x00, "", "unreachable"],
  [0x02, "", "block loop if else"],
  [0x0b, "", "end br br_if"],
  [0x0f, "", "return call"],
  [0x1a, "", "drop select"],
  [0x28, "", "i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u"],
  [0x36, "", "i32.store i64.store f32.store f64.store i32.store8"],

  [0x45, "i32.", "eqz"],
  [0x46, "i32.", integerComparisons],
  [0x50, "i64.", "eqz"],
  [0x51, "i64.", integerComparisons],
  [0x5b, "f32.", floatComparisons],
  [0x61, "f64.", floatComparisons],
  [0x6a, "i32.", integerArithmetic],
  [0x7c, "i64.", integerArithmetic],
  [0x8b, "f32.", "abs neg"],
  [0x8d, "f32.", floatRounding],
  [0x91, "f32.", floatArithmetic],
  [0x98, "f32.", "copysign"],
  [0x99, "f64.", "abs neg"],
  [0x9b, "f64.", floatRounding],
  [0x9f, "f64.", floatArithmetic],
  [0xa6, "f64.", "copysign"],

  [0xa7, "", "i32.wrap_i64"],
  [0xac, "i64.", "extend_i32_s extend_i32_u"],
  [0xb2, "f32.", "convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64"],
  [0xb7, "f64.", "convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32"],
  [0xbc, "", "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64"],
  [0xfc0000, "i32.", "trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u"],
  [0xfc0004, "i64.", "trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u"],
  [0xfc0008, "", "memory.init"],

  [0xfd0000, "", "v128.load"],
  [0xfd0007, "v128.", "load8_splat load16_splat load32_splat load64_splat store const"],
  [0xfd000d, "", "i8x16.shuffle"],
  [0xfd0011, "", "i32x4.splat i64x2.splat f32x4.splat f64x2.splat"],
  [0xfd001b, "", "i32x4.extract_lane i32x4.replace_lane i64x2.extract_lane i64x2.replace_lane"],
  [0xfd001f, "", "f32x4.extract_lane f32x4.replace_lane f64x2.extract_lane f64x2.replace_lane"],
  [0xfd0037, "i32x4.", integerComparisons],
  [0xfd0041, "f32x4.", floatComparisons],
  [0xfd0047, "f64x2.", floatComparisons],
  [0xfd004d, "v128.", "not and andnot or xor bitselect any_true"],
  [0xfd0054, "v128.", "load8_lane load16_lane load32_lane load64_lane"],
  [0xfd0058, "v128.", "store8_lane store16_lane store32_lane store64_lane load32_zero load64_zero"],
  [0xfd005e, "", "f32x4.demote_f64x2_zero f64x2.promote_low_f32x4"],
  [0xfd0067, "f32x4.", floatRounding],
  [0xfd0074, "f64x2.", "ceil floor"],
  [0xfd007a, "f64x2.", "trunc"],
  [0xfd0089, "", "i16x8.extend_low_i8x16_u"],
  [0xfd0094, "f64x2.", "nearest"],
  [0xfd00a0, "i32x4.", "abs neg"],
  [0xfd00a9, "i32x4.", "extend_low_i16x8_u"],
  [0xfd00ab, "i32x4.", "shl shr_s shr_u add"],
  [0xfd00b1, "i32x4.", "sub"],
  [0xfd00b5, "i32x4.", "mul min_s min_u max_s"],
  [0xfd00c0, "i64x2.", "abs neg"],
  [0xfd00c7, "i64x2.", "extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u"],
  [0xfd00cb, "i64x2.", "shl shr_s shr_u add"],
  [0xfd00d1, "i64x2.", "sub"],
  [0xfd00d5, "i64x2.", "mul eq ne lt_s gt_s le_s ge_s"],
  [0xfd00e0, "f32x4.", "abs neg"],
  [0xfd00e3, "f32x4.", floatArithmetic],
  [0xfd00ea, "f32x4.", "pmin pmax"],
  [0xfd00ec, "f64x2.", "abs neg"],
  [0xfd00ef, "f64x2.", floatArithmetic],
  [0xfd00f6, "f64x2.", "pmin pmax"],
  [0xfd00f8, "", "i32x4.trunc_sat_f32x4_s"],
  [0xfd00fa, "", "f32x4.convert_i32x4_s"],
  [0xfd00fc, "", "i32x4.trunc_sat_f64x2_s_zero"],
  [0xfd00fe, "", "f64x2.convert_low_i32x4_s"],
  [0xfd0105, "", "f32x4.relaxed_madd"],
  [0xfd0107, "", "f64x2.relaxed_madd"],

  [0xfe0000, "memory.atomic.", "notify wait32"],
  [0xfe0010, "i32.atomic.", "load"],
  [0xfe001e, "i32.atomic.", "rmw.add"],
] as const;

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
type NamesOf<Run> = Run extends readonly [number, infer Prefix extends string, infer Text extends string]
  ? `${Prefix}${Words<Text>}`
  : never;

export type OpcodeName = NamesOf<(typeof runs)[number]>;

/** Names are often put together, and looked up thousands of times for a module. */
const numbers: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ runs.flatMap(([first, prefix, names]) =>
    names.split(" ").map((name, i) => [prefix + name, first + i] as const),
  ),
);

export const opcodeOf = (name: OpcodeName): number => numbers.get(name)!;
