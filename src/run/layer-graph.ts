import type { ReadonlySignal } from '@preact/signals-core';
import { connectLayer, type MakeCell, traceOfCells } from '../core/chain/forward.ts';
import type { SettingOf } from '../core/chain/stage.ts';
import { changesOfLayer, hasSameJson, type Interventions, noInterventions } from '../core/interventions.ts';
import { recycledTensors } from '../core/memo/recycled.ts';
import { type Computation, remember } from '../core/memo/remember.ts';
import type { LayerParameters } from '../core/model.ts';
import type { LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { StageRecorder } from './stage-recorder.ts';
import { constant, type Stage, type StageMaker, stable } from './stages.ts';

export interface LayerPlace {
  /** Begins the names of its stages. */
  readonly name: string;
  readonly index: number;
  /** The interventions on its stack. */
  readonly interventions: ReadonlySignal<Interventions>;
  readonly recorder: StageRecorder;
  readonly make: StageMaker;
}

export interface LayerGraph {
  readonly attention: LayerTrace;
  readonly cross: LayerTrace | null;
  readonly leaves: Stage<Tensor>;
}

const absent = constant(null);

/** The stages of a layer as lazy signals, each with a memo of its last run. */
export function layerGraph(
  layer: LayerParameters,
  entering: Stage<Tensor>,
  encoded: Stage<Tensor> | null,
  { name: layerName, index, interventions, recorder, make }: LayerPlace,
): LayerGraph {
  const changes = stable(() => changesOfLayer(interventions.value, index));
  const cell: MakeCell<Stage<unknown>> = (stageName, stage, inputs, of, isCross) => {
    if (!stage.has(of)) return absent;
    const prefix = isCross ? `${layerName} cross` : layerName;
    const given = <T>(settingOf: SettingOf<T>) => {
      const setting = stable(() => settingOf(changes.value, of));
      const unaltered = settingOf(noInterventions, of);
      return { setting, isChanged: () => !hasSameJson(setting.value, unaltered) };
    };
    const plain: Computation = (values, setting, out) => stage.compute(values, of, setting, out) as Tensor;
    const compute = remember[stageName]?.(plain) ?? plain;
    const out = recycledTensors();
    const own = stage.setting === null ? null : given(stage.setting);
    const result = make(
      `${prefix} ${stageName}`,
      inputs.map((input) => input ?? absent),
      (...values) => compute(values as Tensor[], own?.setting.value ?? null, out),
      { isCounted: stage.isCounted, ...(own === null ? {} : { isChanged: own.isChanged }) },
    );
    const { change } = stage;
    if (change === null) return result;
    const changed = given(change.setting);
    return make(
      `${prefix} changed ${stageName}`,
      [result],
      (x) => {
        if (!changed.isChanged()) return x;
        const apply = () => change.apply(x, changed.setting.value);
        return change.countedAs === null ? apply() : recorder.run(`${prefix} ${change.countedAs}`, apply);
      },
      { isCounted: false, isChanged: changed.isChanged },
    );
  };
  const { attention, cross, leaving } = connectLayer<Stage<unknown>>(layer, entering, encoded, cell);
  return {
    attention: traceOfCells(attention),
    cross: cross === null ? null : traceOfCells(cross),
    leaves: leaving as Stage<Tensor>,
  };
}
