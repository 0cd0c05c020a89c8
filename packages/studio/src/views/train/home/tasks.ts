/** What a reader takes home of a training, packed in the worker. */
import { strToU8, zipSync } from "fflate";
import type { Course, Ground } from "../recipe.ts";
import { workshopFor } from "../work/ground.ts";
import { trainingTo } from "../work/training.ts";
import { fileOf } from "./bytes.ts";
import { modelFolder } from "./model-folder.ts";
import { manifestOf, programOf } from "./program.ts";

export interface HomeQuestion {
  readonly ground: Ground;
  readonly course: Course;
  /** Not more than it has been trained for. */
  readonly epoch: number;
}

const packed = (folder: string, files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        `${folder}/${name}`,
        typeof content === "string" ? strToU8(content) : content,
      ]),
    ),
  );

/** A zip of the folder that the command writes, with the model of an epoch. */
export const model = async ({ ground, course, epoch }: HomeQuestion): Promise<Uint8Array> => {
  const workshop = await workshopFor(ground);
  const training = trainingTo(workshop, course, epoch);
  return packed(`${ground.data.target}.model`, await modelFolder(workshop, training, epoch));
};

/** A zip with the run as a program and the table that it reads. */
export const program = async ({ ground, course, epoch }: HomeQuestion): Promise<Uint8Array> => {
  const workshop = await workshopFor(ground);
  const training = trainingTo(workshop, course, epoch);
  const file = await fileOf(ground.data.source);
  return packed(`${ground.data.target}-run`, {
    "run.ts": programOf(workshop, training, epoch, file),
    "package.json": manifestOf(file, workshop.prepared.table),
    [file.name]: file.bytes,
  });
};
