/** Mean and spread of the columns of a table. */
import type { Tensor } from "../tensor/tensor.ts";
import { takeRows, total } from "./data.ts";

export interface ColumnStatistics {
  readonly mean: number;
  /** Of the population: divided by the number of rows. */
  readonly variance: number;
  /** Population standard deviation. */
  readonly deviation: number;
  /** √(mean² + deviation²): what its curvature goes by. */
  readonly size: number;
}

/**
 * Of the columns of [rows, columns], or of numbers [rows], in two passes, so that a large mean does not swallow a small deviation:
 * the mean is corrected by the mean of what it leaves over, and so is the variance (Chan, Golub and LeVeque 1983).
 *
 * @param weights [rows]; 1 each if left out.
 */
export const columnStatistics = (
  { data, shape }: Tensor,
  weights?: ArrayLike<number>,
): ColumnStatistics[] => {
  const rows = shape[0]!;
  const columns = data.length / rows;
  const weight = weights === undefined ? rows : total(weights);
  const means = new Float64Array(columns);
  const remainders = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++) {
    const share = weights === undefined ? 1 : weights[row]!;
    // Not even a number that is absurd takes part in a row of weight 0.
    if (share === 0) i += columns;
    else for (let column = 0; column < columns; column++, i++) means[column]! += share * data[i]!;
  }
  for (let column = 0; column < columns; column++) means[column]! /= weight;
  for (let row = 0, i = 0; row < rows; row++) {
    const share = weights === undefined ? 1 : weights[row]!;
    if (share === 0) i += columns;
    else
      for (let column = 0; column < columns; column++, i++) {
        const rest = data[i]! - means[column]!;
        remainders[column]! += share * rest;
        squares[column]! += share * rest * rest;
      }
  }
  return Array.from(means, (first, column) => {
    const rest = remainders[column]! / weight;
    const mean = first + rest;
    const square = squares[column]! / weight;
    // Where squares overflow nothing is known of the difference.
    const variance = square === Infinity ? square : Math.max(0, square - rest * rest);
    const deviation = Math.sqrt(variance);
    return { mean, variance, deviation, size: Math.hypot(mean, deviation) };
  });
};

/** A sample of rows: at least so many, and at least so large a share of all. */
const leastSample = 1024;
const leastShare = 1 / 256;

/** The numbers of rows that are evenly spread, with about their share of the weights; all rows if they have less. */
export const sampleOf = (weights: ArrayLike<number>): Int32Array => {
  const rows = weights.length;
  const step = Math.max(1, Math.min(1 / leastShare, Math.floor(rows / leastSample)));
  const sample = Int32Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
  const weight = sample.reduce((sum, row) => sum + weights[row]!, 0);
  return weight * step >= total(weights) / 2 ? sample : Int32Array.from({ length: rows }, (_, i) => i);
};

/** The statistics of these rows alone. */
export const sampledStatistics = (
  values: Tensor,
  weights: ArrayLike<number>,
  sample: Int32Array,
): ColumnStatistics[] =>
  columnStatistics(
    takeRows(values, sample),
    Float64Array.from(sample, (row) => weights[row]!),
  );

/**
 * What divides a column so that its deviation becomes 1; 1 for a column that is constant apart from rounding (the bound is
 * scikit-learn's, after the error analysis of Chan, Golub and LeVeque).
 */
export const divisorOf = ({ mean, variance, deviation }: ColumnStatistics, rows: number): number => {
  const rounding = rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
  return variance > rounding ? deviation : 1;
};
