/** Rows in folds: each is held out once, and learnt from otherwise. */
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Label, type LabelData, labelsOf } from "../labels.ts";
import { requireNumber, withDefaults } from "../options.ts";
import { permutation, randomSource } from "../random.ts";

/** Numbers of the rows to learn from and of those to be judged by, rising. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** What divides rows into folds. */
export interface Splitter {
  split(X: ArrayLike<unknown> | Tensor, y?: LabelData): readonly Fold[];
}

export interface KFoldOptions {
  /** How many folds, from 2. */
  readonly nSplits: number;
  /** Whether rows are put in random order first; otherwise folds are made of neighbours. */
  readonly shuffle: boolean;
  /** The seed of that order. */
  readonly randomState: number;
}

const defaults: KFoldOptions = { nSplits: 5, shuffle: false, randomState: 0 };

const checked = (kind: string, options: Partial<KFoldOptions>): KFoldOptions => {
  const all = withDefaults(kind, defaults, options);
  requireNumber(kind, "nSplits", all.nSplits, (x) => Number.isInteger(x) && x >= 2, "a whole number from 2");
  return all;
};

export const rowsOf = (data: ArrayLike<unknown> | Tensor): number =>
  data instanceof Tensor ? (data.shape[0] ?? 0) : data.length;

/** @param foldOf the fold of each row. */
const foldsOf = (foldOf: Int32Array, nSplits: number): Fold[] => {
  const rows = Int32Array.from(foldOf.keys());
  return Array.from({ length: nSplits }, (_, fold) => ({
    train: rows.filter((row) => foldOf[row] !== fold),
    test: rows.filter((row) => foldOf[row] === fold),
  }));
};

/** Folds of equal size, or one row more in the first of them; of neighbouring rows unless they are shuffled. */
export class KFold implements Splitter {
  readonly options: KFoldOptions;

  constructor(options: Partial<KFoldOptions> = {}) {
    this.options = checked("KFold", options);
  }

  /** @throws ArgumentError if there are fewer rows than folds. */
  split(X: ArrayLike<unknown> | Tensor): Fold[] {
    const { nSplits, shuffle, randomState } = this.options;
    const rows = rowsOf(X);
    if (rows < nSplits)
      throw new ArgumentError(
        "KFold.split",
        `${rows} rows do not make ${nSplits} folds; write a smaller nSplits`,
      );
    const order = shuffle
      ? permutation(randomSource("KFold", randomState), rows)
      : Int32Array.from({ length: rows }, (_, row) => row);
    const foldOf = new Int32Array(rows);
    const size = Math.floor(rows / nSplits);
    const longer = (rows % nSplits) * (size + 1);
    order.forEach((row, place) => {
      foldOf[row] =
        place < longer
          ? Math.floor(place / (size + 1))
          : (rows % nSplits) + Math.floor((place - longer) / size);
    });
    return foldsOf(foldOf, nSplits);
  }
}

/**
 * Folds that have every class in the same share, as nearly as can be; scikit-learn's, row for row, unless they are shuffled. A
 * class of fewer rows than folds is missing from some.
 */
export class StratifiedKFold implements Splitter {
  readonly options: KFoldOptions;

  constructor(options: Partial<KFoldOptions> = {}) {
    this.options = checked("StratifiedKFold", options);
  }

  /** @throws ArgumentError without y, and if every class has fewer rows than there are folds. */
  split(X: ArrayLike<unknown> | Tensor, y?: LabelData): Fold[] {
    const operation = "StratifiedKFold.split";
    const { nSplits, shuffle, randomState } = this.options;
    if (y === undefined) throw new ArgumentError(operation, "y is missing; it tells the classes");
    const labels = labelsOf(y);
    if (labels.length !== rowsOf(X))
      throw new ArgumentError(operation, `X has ${rowsOf(X)} rows, but y has ${labels.length}`);
    // In the order in which they appear.
    const rowsOfClass = new Map<Label, number[]>(labels.map((label) => [label, []]));
    labels.forEach((label, row) => rowsOfClass.get(label)!.push(row));
    const byClass = [...rowsOfClass.values()];
    const largest = Math.max(...byClass.map((rows) => rows.length));
    if (largest < nSplits)
      throw new ArgumentError(
        operation,
        `no class has more than ${largest} rows, which do not make ${nSplits} folds; write a smaller nSplits`,
      );
    // Dealt out like cards, class after class: so many of each class every fold gets.
    const share = byClass.map(() => new Int32Array(nSplits));
    let dealt = 0;
    byClass.forEach((rows, which) => rows.forEach(() => share[which]![dealt++ % nSplits]!++));
    const random = randomSource(operation, randomState);
    const foldOf = new Int32Array(labels.length);
    byClass.forEach((rows, which) => {
      const folds = Array.from(share[which]!).flatMap((count, fold) => new Array<number>(count).fill(fold));
      const order = shuffle ? permutation(random, rows.length) : rows.keys();
      for (const [place, from] of [...order].entries()) foldOf[rows[place]!] = folds[from]!;
    });
    return foldsOf(foldOf, nSplits);
  }
}
