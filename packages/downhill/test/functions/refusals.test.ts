/** What JavaScript may give and no operation can take is refused by name, rather than turned into NaN or another number. */
import * as d from "downhill";
import { expect, test } from "vitest";

const { random } = d;
const v = d.tensor([1, 2, 3]);
const key = random.key(0);
/** As a program without types would have it. */
const anything = (value: unknown): never => value as never;

test.each<[string, () => unknown, string]>([
  ["a list as an operand", () => v.add(anything([1, 2, 3])), "1,2,3 is no tensor and no number"],
  ["nothing as an operand", () => d.exp(anything(undefined)), "undefined is no tensor and no number"],
  ["a number as a shape", () => d.zeros(anything(3)), "full: 3 is no shape; write a list"],
  ["an integer that is none of 32 bits", () => d.full([2], 3e9, { dtype: "int32" }), "int32 cannot hold"],
  ["half a bound", () => v.slice([0.5, 2]), "slice: bound 0.5"],
  ["half a cut", () => d.split(v, [0.5]), "bound 0.5"],
  ["half an index", () => v.take([0, 1.5]), "take: index 1.5"],
  ["half a start", () => d.dynamicSlice(v, [0.5], [1]), "dynamicSlice: start 0.5"],
  ["a block of less than nothing", () => d.dynamicSlice(v, [0], [-1]), "dynamicSlice: [-1] is no shape"],
  ["half a diagonal", () => d.diag(v, 0.5), "diag: diagonal 0.5"],
  ["less than no classes", () => d.oneHot([0, 1], -1), "oneHot: [2, -1] is no shape"],
  ["an empty kernel", () => d.conv1d(d.ones([1, 1, 4]), d.ones([1, 1, 0])), "windows of length 0"],
  ["less than no random numbers", () => random.normal(key, [-1]), "random.uniform: [-1] is no shape"],
  ["half a random integer", () => random.randint(key, [1.5], 0, 9), "random.randint: [1.5] is no shape"],
  ["less than no keys", () => random.split(key, -1), "random.split: [-1] is no shape"],
])("%s", (_, refused, message) => {
  expect(refused).toThrow(message);
});

test("a variance with more freedom taken than there are numbers is infinite, as in NumPy", () => {
  expect(d.variance(v, { ddof: 4 }).item()).toBe(Infinity);
});
