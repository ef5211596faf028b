import type { FeatureSpec } from "../features/feature-spec.ts";
import type { ProjectCode, TrainProgram } from "../ports.ts";
import { codeModel } from "./code-model.ts";
import type { MadeModel } from "./made-model.ts";
import { programModel } from "./program/program-model.ts";
import type { ServingParts } from "./served-model.ts";
import type { Steps } from "./steps.ts";
import type { TrainingData } from "./training-data.ts";

/** What trains and serves; `code` is a program where `train.command` names one. */
export interface TrainingParts extends Omit<ServingParts, "code"> {
  readonly code: ProjectCode | TrainProgram;
}

export interface MakeModelOptions {
  readonly spec: FeatureSpec;
  /** Of the model. */
  readonly name: string;
  readonly parts: TrainingParts;
  readonly steps: Steps;
}

/** Makes the model by the project's code, or has its program write it. @throws {MltError} as these do */
export function makeModel(data: TrainingData, { parts, ...options }: MakeModelOptions): Promise<MadeModel> {
  const { code, ...runtime } = parts;
  if (isProgram(code)) return programModel(data, { ...options, ...runtime, program: code });
  return codeModel(data, { ...options, parts: { ...runtime, code } });
}

export function isProgram(code: TrainingParts["code"]): code is TrainProgram {
  return "writeModel" in code;
}
