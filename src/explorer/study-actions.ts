import { batch } from '@preact/signals-core';
import type { CellPlace } from '../core/derivation/derivation.ts';
import type { HeadIndex } from '../core/interventions.ts';
import { defaultMeasure, measuresOf, rankByEffect } from '../core/measures/ablation-effect.ts';
import type { LayerStage } from '../core/trace.ts';
import type { Explorer } from './explorer.ts';
import type { Lens, PaneName } from './selection.ts';

/** What a reader can do in the panes that explain. */
export interface StudyActions {
  /** Explains the number that is selected in the pane in front. */
  traceSelected(): void;
  /** Chooses another operand of the explanation. */
  moveOperand(steps: number): void;
  /** Explains the chosen operand; false where it is a parameter or a constant. */
  traceOperand(): boolean;
  /** Back to the number that the operand is part of; false where that is where it began. */
  traceBack(): boolean;
  /** Explains the number of another stage, for the same query. */
  moveStage(steps: number): void;
  moveStep(steps: number): void;
  /** Looks through a lens, and where it is looked through already, at the weights again. */
  toggleLens(lens: Lens): void;
  /** Sorts the heads by the next of their scores. */
  moveSort(steps: number): void;
  /** Along the heads as they are sorted. */
  moveRanked(steps: number): void;
  /** Along the heads by how much they change between two sentences. */
  moveChanged(steps: number): void;
  /** Along the heads by the effect of switching them off. */
  moveSwept(steps: number): void;
  /** What the effect is measured by. */
  moveMeasure(steps: number): void;
  /** The difference of two sentences in the place of both, and back. */
  toggleDifference(): void;
}

/** What is selected in a pane. */
function stageOfPane(pane: PaneName, matrix: 'q' | 'k' | 'v'): LayerStage {
  if (pane === 'qkv') return matrix;
  if (pane === 'context') return 'context';
  return pane === 'mix' ? 'attentionOutput' : 'attentionWeights';
}

export function createStudyActions(explorer: Explorer): StudyActions {
  const { inputs, studies, selection } = explorer;
  const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  const moveAlong = (heads: readonly HeadIndex[], steps: number) => {
    const { layer, head } = selection.peek();
    const now = heads.findIndex((one) => one.layer === layer && one.head === head);
    const next = heads[clamp(now + steps, heads.length)];
    if (next === undefined) return;
    batch(() => {
      inputs.layer.value = next.layer;
      inputs.head.value = next.head;
    });
  };
  return {
    traceSelected: () =>
      batch(() => {
        const { pane } = inputs;
        if (pane.value !== 'trace') {
          inputs.traceFrom.value = stageOfPane(pane.value, selection.value.matrix);
        }
        inputs.tracePath.value = [];
        inputs.traceOperand.value = 0;
        pane.value = 'trace';
      }),
    moveOperand: (steps) => {
      inputs.traceOperand.value = clamp(inputs.traceOperand.peek() + steps, studies.operands.peek().length);
    },
    traceOperand: () => {
      const place: CellPlace | null = studies.operands.peek()[inputs.traceOperand.peek()]?.place ?? null;
      if (place === null) return false;
      batch(() => {
        inputs.tracePath.value = [...inputs.tracePath.peek(), place];
        inputs.traceOperand.value = 0;
      });
      return true;
    },
    traceBack: () => {
      if (inputs.tracePath.peek().length === 0) return false;
      batch(() => {
        inputs.tracePath.value = inputs.tracePath.peek().slice(0, -1);
        inputs.traceOperand.value = 0;
      });
      return true;
    },
    moveStage: (steps) => {
      const { stages } = studies;
      const now = stages.peek().indexOf(inputs.traceFrom.peek());
      const next = stages.peek()[clamp(now + steps, stages.peek().length)];
      if (next === undefined) return;
      batch(() => {
        inputs.traceFrom.value = next;
        inputs.tracePath.value = [];
        inputs.traceOperand.value = 0;
      });
    },
    moveStep: (steps) => {
      inputs.step.value = clamp(studies.step.peek() + steps, studies.stepCount.peek());
    },
    toggleLens: (lens) => {
      inputs.lens.value = inputs.lens.peek() === lens ? 'weights' : lens;
    },
    moveSort: (steps) => {
      const names = studies.sortNames;
      const at = names.indexOf(inputs.sortBy.peek()) + steps;
      inputs.sortBy.value = names[(at + names.length) % names.length] ?? 'place';
    },
    moveRanked: (steps) => moveAlong(studies.ranked.peek(), steps),
    moveChanged: (steps) => moveAlong(explorer.comparison.ranked.peek(), steps),
    moveSwept: (steps) => {
      const measure = inputs.sweepMeasure.peek() ?? defaultMeasure(inputs.loaded.peek().model);
      moveAlong(rankByEffect(explorer.sweep.state.peek().effects, measure), steps);
    },
    moveMeasure: (steps) => {
      const { model } = inputs.loaded.peek();
      const measures = measuresOf(model);
      const at = measures.indexOf(inputs.sweepMeasure.peek() ?? defaultMeasure(model)) + steps;
      inputs.sweepMeasure.value = measures[(at + measures.length) % measures.length] ?? null;
    },
    toggleDifference: () => {
      inputs.isDifferenceInFront.value = !inputs.isDifferenceInFront.peek();
    },
  };
}
