/** Scalers, encoders and tables of mixed columns. */
import { tensor, type Tensor } from "downhill";
import {
  ColumnTransformer,
  MinMaxScaler,
  NotFittedError,
  OneHotEncoder,
  StandardScaler,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { expectGolden, type Tolerance, toTensor } from "../golden-helpers/golden.ts";
import { golden } from "./golden-pipelines.ts";

const float64 = (values: readonly (readonly number[])[]): Tensor => tensor(values, { dtype: "float64" });

/** A column of 1e8 ± 1 has its deviation to 1e-8, relatively, of what its cells are rounded to: 1.5e-8 each. */
const scaled: Tolerance = { absolute: 1e-12, relative: 1e-9 };
/** What is left of a cell of 1e8 with a rounding of 1.5e-8 when its mean, rounded in another order, has been taken off. */
const shifted: Tolerance = { absolute: 5e-8, relative: 1e-9 };

describe("scalers agree with scikit-learn", () => {
  const X = toTensor(golden.scalers.X);
  test.each(golden.scalers.cases)("$scaler $sampleWeight $featureRange", (expected) => {
    if (expected.scaler === "MinMaxScaler") {
      const scaler = new MinMaxScaler({ featureRange: expected.featureRange! });
      expectGolden(scaler.fitTransform(X), expected.transformed, "transformed", shifted);
      return;
    }
    const scaler = new StandardScaler();
    const { sampleWeight } = expected;
    const found = scaler.fitTransform(X, undefined, sampleWeight ? { sampleWeight } : {});
    expectGolden(scaler.mean, expected.mean!, "mean", scaled);
    expectGolden(scaler.variance, expected.variance!, "variance", { ...scaled, relative: 1e-7 });
    expectGolden(scaler.scale, expected.scale!, "scale", { ...scaled, relative: 1e-7 });
    expectGolden(found, expected.transformed, "transformed", shifted);
  });
});

describe("StandardScaler", () => {
  test("a small spread on a large mean is met to the last digits, and so are constants", () => {
    const spread = [-1.5, -0.5, 0.5, 1.5];
    const X = spread.map((value) => [2 ** 40 + value, 0.1, 7]);
    const scaler = new StandardScaler().fit(X);
    expect(scaler.variance.toArray()).toEqual([1.25, 0, 0]);
    expect(scaler.scale.toArray()).toEqual([Math.sqrt(1.25), 1, 1]);
    const columns = scaler.transform(X).toArray() as number[][];
    expect(columns.map(([first]) => first)).toEqual(spread.map((value) => value / Math.sqrt(1.25)));
    expect(columns.every(([, second, third]) => second === 0 && third === 0)).toBe(true);
  });

  test("weights count rows, and rows of weight 0 do not take part", () => {
    const X = [[1], [2], [5], [1e300]];
    const weighted = new StandardScaler().fit(X, undefined, { sampleWeight: [2, 1, 3, 0] });
    const repeated = new StandardScaler().fit([[1], [1], [2], [5], [5], [5]]);
    expect(weighted.mean.item()).toBeCloseTo(repeated.mean.item(), 14);
    expect(weighted.scale.item()).toBeCloseTo(repeated.scale.item(), 14);
    expect(() => new StandardScaler().fit(X, undefined, { sampleWeight: [1] })).toThrow(
      "StandardScaler.fit: X has 4 rows, but sampleWeight has 1",
    );
  });

  test("goes back, in the dtype of the rows, and may leave out either half", () => {
    const X = float64([
      [1, 10],
      [4, 30],
      [2, -5],
    ]);
    const scaler = new StandardScaler().fit(X);
    const back = scaler.inverseTransform(scaler.transform(X));
    back.data.forEach((value, i) => expect(value).toBeCloseTo(X.data[i]!, 13));
    expect(scaler.transform(tensor([[1, 10]])).dtype).toBe("float32");
    expect(scaler.transform([[1, 10]]).dtype).toBe("float64");
    const centred = new StandardScaler({ withStd: false }).fitTransform([[1], [3]]);
    expect(centred.toArray()).toEqual([[-1], [1]]);
    const divided = new StandardScaler({ withMean: false }).fitTransform([[1], [3]]);
    expect(divided.toArray()).toEqual([[1], [3]]);
  });

  test("what it refuses", () => {
    const scaler = new StandardScaler();
    expect(() => scaler.transform([[1]])).toThrow(NotFittedError);
    expect(() => scaler.mean).toThrow(
      "StandardScaler.mean: this model has not been fitted; call fit(X) first",
    );
    expect(() => new StandardScaler({ with_mean: false } as never)).toThrow('there is no option "with_mean"');
    expect(() => scaler.fit([[1], ["a"]] as never)).toThrow(
      'StandardScaler.fit: X[1][0] is "a", not a number; encode such columns by OneHotEncoder',
    );
    expect(() => scaler.fit([[1], [NaN]])).toThrow("X has NaN in row 1, column 0");
    expect(() => scaler.fit([[1, 2]]).transform([[1]])).toThrow(
      "StandardScaler.transform: X has 1 columns, but the model was fitted with 2",
    );
    expect(scaler.clone().isFitted).toBe(false);
  });
});

describe("MinMaxScaler", () => {
  test("bounds, constants, clipping and back", () => {
    const X = [
      [1, 5, 3],
      [3, 5, -1],
      [2, 5, 1],
    ];
    const scaler = new MinMaxScaler({ clip: true }).fit(X);
    expect(scaler.transform(X).toArray()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0.5, 0, 0.5],
    ]);
    expect(scaler.inverseTransform(scaler.transform(X)).toArray()).toEqual(X);
    expect(scaler.transform([[9, 5, -9]]).toArray()).toEqual([[1, 0, 0]]);
    expect(() => new MinMaxScaler({ featureRange: [1, 1] })).toThrow("write the lower bound first");
  });
});

describe("OneHotEncoder", () => {
  const { rows, unknown, categories, cases } = golden.encoders;

  test.each(cases)("agrees with scikit-learn, drop: $drop", ({ drop, encoded, unknown: expected }) => {
    const encoder = new OneHotEncoder({ drop, handleUnknown: "ignore" }).fit(rows);
    expect(encoder.categories).toEqual(categories);
    expectGolden(encoder.transform(rows), encoded, "encoded");
    expectGolden(encoder.transform(unknown), expected, "unknown");
    expect(encoder.inverseTransform(encoder.transform(rows))).toEqual(rows);
  });

  test("names its columns, takes tensors, and says what it does not know", () => {
    const encoder = new OneHotEncoder({ drop: "first" }).fit(rows);
    expect(encoder.getFeatureNamesOut(["island", "size", "sexed"])).toEqual([
      ...["island_a", "island_b", "island_É"],
      ...["size_3", "size_10", "sexed_true"],
    ]);
    expect(() => encoder.transform(unknown)).toThrow(
      'OneHotEncoder.transform: X[1][0] is "?", which is none of the categories "Z", "a", "b", "É"; ' +
        'with handleUnknown: "ignore" it becomes zeros throughout',
    );
    expect(() => encoder.transform([["a", null, true]] as never)).toThrow("X[0][1] is null");
    expect(() => encoder.fit([["a"], [null]] as never)).toThrow(
      "OneHotEncoder.fit: X[1][0] is null; labels are",
    );
    expect(() => encoder.fit([["a"], [1]])).toThrow(
      "column 0 of X mixes kinds of labels: X[0][0] is a string, X[1][0] a number",
    );
    expect(() => encoder.fit([["a"], ["b", "c"]])).toThrow("X[1] has 2 cells, X[0] has 1");
    const numbers = new OneHotEncoder().fit(tensor([[2], [0], [2]], { dtype: "int32" }));
    expect(numbers.categories).toEqual([[0, 2]]);
    expect(numbers.transform([[0], [2]]).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

test("typed arrays as rows", () => {
  const cells = [
    [1, 2, 1],
    [3, 4, 0],
    [5, 9, 1],
  ];
  const typed = cells.map((row) => Float64Array.from(row));
  for (const make of [
    () => new StandardScaler(),
    () => new OneHotEncoder(),
    () => new ColumnTransformer([["all", new MinMaxScaler(), [2, 0]]], { remainder: "passthrough" }),
  ])
    expect(make().fitTransform(typed).toArray()).toEqual(make().fitTransform(cells).toArray());
  expect(() => new OneHotEncoder().fit([typed[0]!, Float64Array.of(1)])).toThrow(
    "X[1] has 1 cells, X[0] has 3",
  );
});

describe("ColumnTransformer", () => {
  const rows = [
    { mass: 3, island: "Dream", age: 1 },
    { mass: 5, island: "Biscoe", age: 2 },
  ];
  const make = (): ColumnTransformer =>
    new ColumnTransformer(
      [
        ["texts", new OneHotEncoder(), ["island"]],
        ["numbers", new StandardScaler(), ["mass"]],
      ],
      { remainder: "passthrough" },
    );

  test("each column by its transformer, side by side", () => {
    const columns = make().fit(rows);
    expect(columns.transform(rows).toArray()).toEqual([
      [0, 1, -1, 1],
      [1, 0, 1, 2],
    ]);
    expect(columns.getFeatureNamesOut()).toEqual([
      "texts__island_Biscoe",
      "texts__island_Dream",
      "numbers__mass",
      "remainder__age",
    ]);
    const byPosition = new ColumnTransformer([["numbers", new MinMaxScaler(), [1]]]);
    expect(
      byPosition
        .fitTransform([
          ["a", 1],
          ["b", 3],
        ])
        .toArray(),
    ).toEqual([[0], [1]]);
    expect(byPosition.fitTransform(float64([[7, 1], [7, 3]])).toArray()).toEqual([[0], [1]]); // prettier-ignore
  });

  test("errors name the transformer", () => {
    expect(() => make().fit([{ mass: "heavy", island: "Dream", age: 1 }])).toThrow(
      'ColumnTransformer.fit: transformer "numbers" (of the columns mass): StandardScaler.fit: X[0][0] is "heavy"',
    );
    expect(() => make().fit([{ mass: 1, age: 1 }])).toThrow(
      'transformer "texts" (of the columns island): columns: there is no column "island"; the columns are "mass", "age"',
    );
    expect(() => make().fit([[1, 2]])).toThrow("rows that are no objects have columns by number, 0 to 1");
    const twice = [
      ["a", "passthrough", [0]],
      ["a", "passthrough", [1]],
    ] as const;
    expect(() => new ColumnTransformer(twice)).toThrow('two transformers are named "a"');
  });
});
