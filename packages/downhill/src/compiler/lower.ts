/** From groups of equations to kernels of loop code. */
import type { LoopOperand } from "../program/primitive.ts";
import { sizeOf } from "../tensor/shape.ts";
import { cutReduction } from "./cut-reductions.ts";
import { cutContraction } from "./deep-contractions.ts";
import type { FusedProgram, Group } from "./groups.ts";
import { joinRows } from "./join-rows.ts";
import { KernelBuilder } from "./kernel-builder.ts";
import { lowerContraction } from "./lower-contraction.ts";
import { lowerInsertion } from "./lower-insertion.ts";
import { lowerMap } from "./lower-map.ts";
import { lowerChoice, lowerRepeat } from "./lower-repeat.ts";
import type { LoweredKernel, LoweredStep } from "./schedule.ts";
import { inStretches } from "./tall-strides.ts";
import type { Storage } from "./views.ts";

const lowerLoops = (fused: FusedProgram, { root }: Group): LoweredKernel => {
  const { primitive, inputs, params, outputs } = root!;
  if (primitive.lowering.form !== "loops") throw new Error("internal: not a loops group");
  const builder = new KernelBuilder(fused);
  const operands = inputs.map((input) => {
    const view = builder.viewOf(input);
    if (view.kind === "splat") throw new Error("internal: a splat operand was not copied");
    return { buffer: builder.buffer(view.storage, "read"), type: input };
  });
  const [output] = outputs;
  const target = builder.storedView(output!);
  if (target === undefined) throw new Error("internal: loops without a stored result");
  const result = { buffer: builder.buffer(target.storage, "readwrite"), type: output! };
  const scratch = (primitive.lowering.scratch?.(inputs, outputs) ?? []).map((type, i): LoopOperand => {
    const storage: Storage = {
      dtype: type.dtype,
      size: sizeOf(type.shape),
      name: `${target.storage.name}s${String(i)}`,
    };
    return { buffer: builder.buffer(storage, "readwrite"), type };
  });
  const { isDivisible = false } = primitive.lowering;
  return {
    ...builder.finish(primitive.name, primitive.lowering.statements(operands, result, params, scratch)),
    isDivisible,
  };
};

/** What a group does; nothing if nobody needs its results. */
const lowerGroup = (fused: FusedProgram, group: Group): LoweredStep[] => {
  const kernel = ((): LoweredKernel | undefined => {
    switch (group.form) {
      case "map":
        return lowerMap(fused, group);
      case "contract":
        return lowerContraction(fused, group);
      case "insert":
        return lowerInsertion(fused, group);
      case "loops":
        return lowerLoops(fused, group);
      case "repeat":
      case "choose":
        return undefined;
    }
  })();
  if (group.form === "repeat") return lowerRepeat(fused, group, lower);
  if (group.form === "choose") return lowerChoice(fused, group, lower);
  return kernel === undefined ? [] : cutContraction(kernel).flatMap(cutReduction).flatMap(inStretches);
};

/** All that the program does, in order. */
export const lower = (fused: FusedProgram): LoweredStep[] => {
  const steps = fused.groups.flatMap((group) => lowerGroup(fused, group));
  const needed = new Set<Storage>(fused.inputs);
  for (const output of fused.program.outputs) {
    const view = output.kind === "variable" ? fused.views.get(output) : undefined;
    if (view?.kind === "view") needed.add(view.storage);
  }
  return joinRows(steps, (storage) => needed.has(storage));
};
