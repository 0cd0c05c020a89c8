/** The operations as methods of tensors. Importing this module installs them. */
import { Tensor } from "../tensor/tensor.ts";
import type { TensorMethods } from "../tensor/tensor.ts";
import { relu, sigmoid } from "./activations.ts";
import { cumsum } from "./cumulative.ts";
import * as e from "./elementwise.ts";
import { take } from "./picking.ts";
import { dot, matmul } from "./products.ts";
import * as r from "./reductions.ts";
import * as shapes from "./shapes.ts";

const methods: Omit<TensorMethods, "T"> & ThisType<Tensor> = {
  add(other) {
    return e.add(this, other);
  },
  sub(other) {
    return e.sub(this, other);
  },
  mul(other) {
    return e.mul(this, other);
  },
  div(other) {
    return e.div(this, other);
  },
  pow(exponent) {
    return e.pow(this, exponent);
  },
  mod(divisor) {
    return e.mod(this, divisor);
  },
  neg() {
    return e.neg(this);
  },
  abs() {
    return e.abs(this);
  },
  square() {
    return e.square(this);
  },
  sqrt() {
    return e.sqrt(this);
  },
  exp() {
    return e.exp(this);
  },
  log() {
    return e.log(this);
  },
  sin() {
    return e.sin(this);
  },
  cos() {
    return e.cos(this);
  },
  tanh() {
    return e.tanh(this);
  },
  sigmoid() {
    return sigmoid(this);
  },
  relu() {
    return relu(this);
  },
  maximum(other) {
    return e.maximum(this, other);
  },
  minimum(other) {
    return e.minimum(this, other);
  },
  equal(other) {
    return e.equal(this, other);
  },
  notEqual(other) {
    return e.notEqual(this, other);
  },
  less(other) {
    return e.less(this, other);
  },
  lessEqual(other) {
    return e.lessEqual(this, other);
  },
  greater(other) {
    return e.greater(this, other);
  },
  greaterEqual(other) {
    return e.greaterEqual(this, other);
  },
  sum(options) {
    return r.sum(this, options);
  },
  mean(options) {
    return r.mean(this, options);
  },
  prod(options) {
    return r.prod(this, options);
  },
  max(options) {
    return r.max(this, options);
  },
  min(options) {
    return r.min(this, options);
  },
  var(options) {
    return r.variance(this, options);
  },
  std(options) {
    return r.std(this, options);
  },
  argmax(axis) {
    return r.argmax(this, axis);
  },
  argmin(axis) {
    return r.argmin(this, axis);
  },
  cumsum(axis) {
    return cumsum(this, axis);
  },
  matmul(other) {
    return matmul(this, other);
  },
  dot(other) {
    return dot(this, other);
  },
  reshape(...shape) {
    const [first] = shape;
    return shapes.reshape(this, typeof first === "object" ? first : (shape as readonly number[]));
  },
  transpose(permutation) {
    return shapes.transpose(this, permutation);
  },
  broadcastTo(shape) {
    return shapes.broadcastTo(this, shape);
  },
  flip(axis) {
    return shapes.flip(this, axis);
  },
  slice(...slices) {
    return shapes.slice(this, ...slices);
  },
  take(indices, axis) {
    return take(this, indices, axis);
  },
  squeeze(axis) {
    return shapes.squeeze(this, axis);
  },
  expandDims(axis) {
    return shapes.expandDims(this, axis);
  },
  astype(dtype) {
    return shapes.astype(this, dtype);
  },
};

Object.assign(Tensor.prototype, methods);
Object.defineProperty(Tensor.prototype, "T", {
  get(this: Tensor) {
    return shapes.transpose(this);
  },
});
