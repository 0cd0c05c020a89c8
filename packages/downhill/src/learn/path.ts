/** The way of a training through the space of its parameters, kept in little memory. */
import { leavesOf } from "../optim/tree.ts";

/** Where a training was. */
export interface PathPoint {
  /** 0: before the first epoch (or iteration). */
  readonly epoch: number;
  /** Nested and shaped like the estimator's `parameters`. */
  readonly parameters: object;
}

export interface PathOptions {
  /** How many points are kept from an epoch to the one of twice its number; 16 if left out. */
  readonly perDoubling?: number;
  /** Bytes that the points may take together; 64 MB if left out. */
  readonly bytes?: number;
}

export interface ParameterPath {
  /** For `fit`: `model.fit(X, y, { onParameters: path.add })`. */
  readonly add: (parameters: object, epoch: number) => void;
  /** The points kept, in order: the first and the last among them, unless a few points alone would take too much memory. */
  readonly points: () => PathPoint[];
  /** Whether the parameters are so many that no path was kept. */
  readonly isTooLarge: () => boolean;
}

/** Fewer points than this for each doubling of the epochs tell nothing about the way. */
const fewestPerDoubling = 2;

/** Whether an epoch is one of `count` evenly spread ones between a power of two times `count` and its double. */
const isKept = (epoch: number, count: number): boolean => {
  const spacing = 2 ** Math.max(0, Math.floor(Math.log2(epoch / count)));
  return epoch % spacing === 0;
};

/**
 * Records the way of a training: all of the first epochs, of later ones as many for each doubling of their number, since
 * trainings go far at first and little later on. Large models' paths have fewer points, very large ones' none: what is
 * kept is bounded.
 */
export const parameterPath = ({ perDoubling = 16, bytes = 2 ** 26 }: PathOptions = {}): ParameterPath => {
  let count = perDoubling;
  let kept: PathPoint[] = [];
  let last: PathPoint | undefined;
  let tooLarge = false;
  return {
    add: (parameters, epoch) => {
      if (tooLarge) return;
      last = { epoch, parameters };
      if (isKept(epoch, count)) kept.push(last);
      const size = leavesOf("parameterPath", parameters).reduce((sum, { data }) => sum + data.byteLength, 0);
      while (kept.length * size > bytes && !tooLarge) {
        count /= 2;
        tooLarge = count < fewestPerDoubling;
        kept = tooLarge ? [] : kept.filter(({ epoch: at }) => isKept(at, count));
      }
    },
    points: () => (last === undefined || tooLarge || kept.at(-1) === last ? [...kept] : [...kept, last]),
    isTooLarge: () => tooLarge,
  };
};
