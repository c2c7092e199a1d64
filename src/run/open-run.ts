import type { Model } from '../core/model.ts';
import { createLazyRun } from './lazy-run.ts';
import type { Connect, Run, RunInputs } from './run.ts';
import type { StageRecorder } from './stage-recorder.ts';

/** A run of a model: in another thread if `connect` leads there, else in this one. */
export function openRun<Texts>(
  { model, connect }: { readonly model: Model; readonly connect?: Connect },
  inputs: RunInputs<Texts>,
  recorder: StageRecorder,
): Run<Texts> {
  return connect === undefined ? createLazyRun(model, inputs, recorder) : connect(inputs);
}
