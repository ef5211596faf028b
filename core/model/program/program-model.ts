import { MltError } from "../../errors.ts";
import type { FeatureSpec } from "../../features/feature-spec.ts";
import { takeRows } from "../../features/rows.ts";
import { type GraphSignature, readSignature } from "../../onnx/graph-signature.ts";
import type { FrameTools, InferenceSession, OpenSession, TrainProgram } from "../../ports.ts";
import type { MadeModel, Side } from "../made-model.ts";
import { toPredictions } from "../predictions.ts";
import type { Steps } from "../steps.ts";
import type { TrainingData } from "../training-data.ts";
import { type AdaptOptions, adaptGraph } from "./adapt-graph.ts";
import { type Findings, refuseProblems } from "./findings.ts";
import { planInputs } from "./plan-inputs.ts";
import { planOutputs } from "./plan-outputs.ts";
import { classesOf, estimatorOf } from "./program-metadata.ts";
import { scored, verifyProgram } from "./verify-program.ts";

export interface ProgramModelOptions {
  readonly spec: FeatureSpec;
  /** Of the model. */
  readonly name: string;
  readonly program: TrainProgram;
  readonly frames: FrameTools;
  readonly openSession: OpenSession;
  readonly steps: Steps;
}

/**
 * Has a program write the model, and makes of its graph one that can be served.
 *
 * @throws {MltError} when the program fails, or with everything that keeps its model from being served
 */
export async function programModel(data: TrainingData, options: ProgramModelOptions): Promise<MadeModel> {
  const { spec, program, frames, openSession, steps } = options;
  if (spec.task === "regression") checkNumbers(data.target, spec.target);
  const onnx = await steps.run("Fit", () => program.writeModel(frames.take(data.frame, data.split.train)));
  const train = sideOf(data, data.split.train);
  const test = sideOf(data, data.split.test);
  const { signature, findings, adapt } = await steps.run(
    "Check the graph",
    () => readModel(onnx, train, options),
    (model) =>
      `${estimatorOf(model.signature).name}, ${[...model.signature.opsets].map(opsetText).join(", ")}`,
  );
  const adapted = adaptGraph(onnx, adapt);
  const session = await openAdapted(openSession, adapted, signature);
  const { classes } = adapt;
  const label = adapt.outputs.label;
  return {
    estimator: estimatorOf(signature),
    classes,
    train,
    test,
    onnx: adapted,
    predict: async (columns) =>
      toPredictions(
        spec.task,
        classes,
        await scored(session, { task: spec.task, columns, classes, rows: "rows" }),
      ),
    warnings: () => findings.warnings,
    verify: async () => {
      const ownLabels =
        label &&
        (await openAdapted(openSession, adaptGraph(onnx, { ...adapt, withOwnLabel: true }), signature));
      try {
        return await verifyProgram({ spec, classes, train, test, session, ownLabels, findings });
      } finally {
        await ownLabels?.close();
      }
    },
    close: () => session.close(),
  };
}

/** The service answers in float32: a score of such a number would be infinite. */
function checkNumbers(target: readonly unknown[], name: string): void {
  const row = target.findIndex((value) => !Number.isFinite(Math.fround(Number(value))));
  if (row === -1) return;
  throw new MltError(`The target "${name}" is ${target[row]} in row ${row + 1}, which float32 cannot hold`, {
    hint: "Load it in another unit, so that it is under 3.4e38.",
  });
}

function sideOf({ columns, target }: TrainingData, rows: Int32Array): Side {
  return { columns: takeRows(columns, rows), truth: Array.from(rows, (row) => target[row]) };
}

interface ReadModel {
  readonly signature: GraphSignature;
  readonly findings: Findings;
  readonly adapt: AdaptOptions;
}

function readModel(onnx: Uint8Array, train: Side, { spec, name }: ProgramModelOptions): ReadModel {
  const signature = signatureOf(onnx);
  const findings: Findings = { problems: [], warnings: [], hints: [] };
  if (signature.hasExternalData) {
    findings.problems.push("Its weights lie in files of their own");
    findings.hints.push("Save the model as one file, with its weights inside.");
  }
  const classes = spec.task === "regression" ? [] : classesOf(signature, train.truth, findings);
  const inputs = planInputs(signature.inputs, spec.features, findings);
  const outputs = planOutputs(signature, spec.task, classes, findings);
  refuseProblems(findings);
  if (outputs === undefined) throw new RangeError("A model without outputs was not refused");
  return {
    signature,
    findings,
    adapt: { spec, name, signature, inputs, outputs, classes, withOwnLabel: false },
  };
}

function signatureOf(onnx: Uint8Array): GraphSignature {
  try {
    return readSignature(onnx);
  } catch (cause) {
    throw new MltError("What the program wrote to MLT_OUTPUT is no ONNX model", {
      hint: "Write the bytes of the ONNX file there, and end the program when all of them are written.",
      cause,
    });
  }
}

async function openAdapted(
  openSession: OpenSession,
  onnx: Uint8Array,
  { opsets }: GraphSignature,
): Promise<InferenceSession> {
  try {
    return await openSession(onnx);
  } catch (cause) {
    if (!(cause instanceof MltError)) throw cause;
    throw new MltError(`The model that the program wrote cannot be run: ${cause.message}`, {
      hint: `Export it with standard operators, of an older opset than ${[...opsets].map(opsetText).join(", ")} if that is the reason.`,
      cause,
    });
  }
}

function opsetText([domain, version]: readonly [string, number]): string {
  return domain === "" ? `opset ${version}` : `${domain} ${version}`;
}
