import type { Model } from '../core/model.ts';
import { createLazyRun } from './lazy-run.ts';
import type { Connect, Run, RunInputs } from './run.ts';
import type { StageRecorder } from './stage-recorder.ts';

/** A run of a model: elsewhere where it is connected to another thread, else here. */
export function openRun<Texts>(
  { model, connect }: { readonly model: Model; readonly connect?: Connect },
  inputs: RunInputs<Texts>,
  recorder: StageRecorder,
): Run<Texts> {
  return connect === undefined ? createLazyRun(model, inputs, recorder) : connect(inputs);
}
