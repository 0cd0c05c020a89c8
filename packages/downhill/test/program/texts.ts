/** Valid program texts: each primitive with each of its samples, and derivatives and batches of functions. */
import { grad, hessian, logSoftmax, makeProgram, ones, type Tensor, vmap } from "downhill";
import { printProgram } from "../../src/program/print.ts";
import { buildProgram } from "../../src/program/trace.ts";
import { apply, drawOperands, rows } from "../primitives/op-table/rows.ts";

const ofPrimitives = rows
  .filter(({ primitive, dtype }) => dtype === primitive.dtypes[0])
  .map((row) => printProgram(buildProgram("print", drawOperands(row, "print"), (xs) => apply(row)(...xs))));

const loss = (w: Tensor, x: Tensor): Tensor => logSoftmax(x.matmul(w).tanh()).slice(null, [0, 2]).mean();
const pick = (x: Tensor): Tensor => x.max().mul(x.take([0, -1]).sum());

export const texts: readonly string[] = [
  ...ofPrimitives,
  String(makeProgram(grad(loss))(ones([3, 4]), ones([2, 3]))),
  String(makeProgram(vmap(grad(pick)))(ones([2, 5]))),
  String(makeProgram(hessian(pick))(ones([3], { dtype: "float64" }))),
];
