import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { hasSameJson, type Interventions, noInterventions } from '../interventions.ts';
import type { LayerParameters } from '../model.ts';
import type { LayerStage, LayerTrace } from '../trace.ts';
import { attentionStages, layerEndStages } from './chain.ts';
import type { AttentionOfLayer, ChainStage, StageName } from './stage.ts';

/** Every stage of the chain by name, in the order of the computation. */
export const chainStages: Readonly<Record<LayerStage, ChainStage>> = { ...attentionStages, ...layerEndStages };

/** Names of the stages of a layer's trace, in the order of the computation. */
export const layerStages = (Object.keys(chainStages) as LayerStage[]).filter((name) => chainStages[name].isShown);

/** A result, or something that computes it when `value` is read. */
type Cell = { readonly value: unknown };

type Cells<C> = { readonly [Name in StageName]?: C };

/** Makes the cell of one stage from the cells of the stages that it reads; an input that does not exist is null. */
export type MakeCell<C> = (
  name: StageName,
  stage: ChainStage,
  inputs: readonly (C | null)[],
  of: AttentionOfLayer,
  isCross: boolean,
) => C;

/** Connects the cells of a layer: self-attention, cross-attention if there is one, then feed-forward and convolution. */
export function connectLayer<C extends Cell>(
  layer: LayerParameters,
  entering: C,
  encoded: C | null,
  make: MakeCell<C>,
): { attention: Cells<C>; cross: Cells<C> | null; leaving: C } {
  const connect = (
    stages: Readonly<Record<string, ChainStage>>,
    given: Cells<C>,
    of: AttentionOfLayer,
    isCross: boolean,
  ) => {
    const cells: { [Name in StageName]?: C } = { ...given };
    for (const [name, stage] of Object.entries(stages) as [StageName, ChainStage][])
      cells[name] = make(
        name,
        stage,
        stage.reads.map((read) => cells[read] ?? null),
        of,
        isCross,
      );
    return cells;
  };
  const own = { attention: layer.attention, layer };
  const attention = connect(attentionStages, { entering }, own, false);
  const cross =
    layer.crossAttention === null || encoded === null
      ? null
      : connect(
          attentionStages,
          { entering: attention.attended!, encoded },
          { ...own, attention: layer.crossAttention },
          true,
        );
  const end = connect(layerEndStages, { entering, attended: (cross ?? attention).attended! }, own, false);
  return { attention: { ...attention, residPost: end.residPost! }, cross, leaving: end.leaving! };
}

/** A trace whose fields read the cells; a stage without a cell is null. */
export function traceOfCells(cells: Cells<Cell>): LayerTrace {
  const trace = {};
  for (const name of layerStages) {
    Object.defineProperty(trace, name, { get: () => cells[name]?.value ?? null, enumerable: true });
  }
  return trace as LayerTrace;
}

/** The forward pass of one layer: reading a stage computes it and what it needs.
 *  entering [token, in], encoded [key, hidden] or null -> its traces, and what the next layer reads, [token, hidden]
 *  `changes` are those that act on this layer, see `changesOfLayer`.
 *  `isAlone`: the model reads each token as a text of its own. The one key has weight 1, so the context is v. */
export function runLayer(
  layer: LayerParameters,
  entering: Tensor,
  {
    encoded = null,
    changes = noInterventions,
    isAlone = false,
  }: { encoded?: Tensor | null; changes?: Interventions; isAlone?: boolean } = {},
): { attention: LayerTrace; cross: LayerTrace | null; readonly leaving: Tensor } {
  const run: MakeCell<Cell> = (name, stage, inputs, of) =>
    lazyCell(() => {
      if (!stage.has(of)) return null;
      if (isAlone && name === 'context') return inputs[stage.reads.indexOf('v')]!.value;
      const values = inputs.map((input) => input?.value ?? null);
      const result = stage.compute(values, of, stage.setting?.(changes, of) ?? null, tensor);
      const { change } = stage;
      if (change === null) return result;
      const setting = change.setting(changes, of);
      const isChanged = !hasSameJson(setting, change.setting(noInterventions, of));
      return isChanged ? change.apply(result as Tensor, setting) : result;
    });
  const { attention, cross, leaving } = connectLayer(
    layer,
    { value: entering },
    encoded === null ? null : { value: encoded },
    run,
  );
  return {
    attention: traceOfCells(attention),
    cross: cross === null ? null : traceOfCells(cross),
    get leaving() {
      return leaving.value as Tensor;
    },
  };
}

/** A cell that computes its value once, when it is first read. */
function lazyCell(compute: () => unknown): Cell {
  let made: Cell | null = null;
  return {
    get value() {
      made ??= { value: compute() };
      return made.value;
    },
  };
}
