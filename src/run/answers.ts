import type { TokenInput } from '../core/chain/embedding.ts';
import { type Explanation, explain } from '../core/derivation/explain.ts';
import type { Interventions } from '../core/interventions.ts';
import { type HeadContributions, headContributions } from '../core/measures/head-contributions.ts';
import { runChanges, runParts } from '../core/measures/run-changes.ts';
import { type TokenSteps, tokenSteps } from '../core/measures/token-steps.ts';
import { valueNorms } from '../core/measures/value-norms.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import { layersOfPart, parametersOf } from '../core/parts.ts';
import type { AttentionPart, AttentionTrace } from '../core/trace.ts';
import { dim, row, type Tensor } from '../tensor/tensor.ts';
import type { Answers, AskedPlaces, CellPath, ChangesAnswer, ChangesPlace, Need } from './run.ts';
import { createStageRecorder } from './stage-recorder.ts';
import { createTraceGraph } from './trace-graph.ts';
import { createTraceInputs } from './trace-inputs.ts';
import { contrastOf, unknownSides, type WordQuestion, type WordRuns, wordSteps } from './word-answer.ts';

/** A run and its inputs. */
export interface AnsweredRun {
  readonly model: Model;
  readonly trace: AttentionTrace;
  readonly tokens: TokenInput;
  readonly targetTokens: TokenInput;
  readonly part: AttentionPart;
  readonly interventions: Interventions;
  /** The second sentence; null if there is none. */
  readonly other: AttentionTrace | null;
  /** The same without interventions. */
  readonly unaltered: AttentionTrace;
}

/** ‖α·f(x)‖ of a layer, [head, query, key]; null if there is no such layer. */
export function normsOf(run: AnsweredRun, layer: number): Tensor | null {
  const at = attentionOf(run, layer);
  return at && valueNorms(at.numbers.attentionWeights, at.numbers.v, at.attention.wO);
}

function attentionOf({ model, trace, part }: AnsweredRun, layer: number) {
  const numbers = layersOfPart(trace, part)[layer];
  const attention = parametersOf(model, part)[layer];
  return numbers === undefined || attention === undefined ? null : { numbers, attention };
}

/** The attention output of a token, split by head; null if there is no such layer or token. */
export function contributionsOf(run: AnsweredRun, layer: number, token: number): HeadContributions | null {
  const at = attentionOf(run, layer);
  if (at === null || token >= dim(at.numbers.concat, 0)) return null;
  const { context, attentionOutput } = at.numbers;
  return headContributions(context, token, at.attention.wO, attentionOutput && row(attentionOutput, token));
}

/** How the last number of a path was made; null if the run has no first one. */
export function derivationOf(run: AnsweredRun, path: CellPath): Explanation | null {
  return orNull(() => explain(run, path));
}

/** What happens to the vector of a token in a layer; null if there is no such layer or token. */
export function tokenStepsOf(run: AnsweredRun, layer: number, token: number): TokenSteps | null {
  return orNull(() => tokenSteps(run, run.part, layer, token));
}

function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    // The place can lie beyond a text that became shorter.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** How the run differs from the unaltered one; null if there is no such place. */
export function changesOf(run: AnsweredRun, layer: number, { head, query, token }: ChangesPlace): ChangesAnswer | null {
  const { model, trace, unaltered, part } = run;
  const [after, before] = [trace, unaltered].map((one) => layersOfPart(one, part)[layer]);
  if (after === undefined || before === undefined) return null;
  const [heads = 0, queries = 0] = after.attentionWeights.shape;
  if (head >= heads || query >= queries || token < 0) return null;
  return {
    changes: runChanges(
      runParts(unaltered, { layer: before, head, query, token }, model),
      runParts(trace, { layer: after, head, query, token }, model),
    ),
    unalteredWeights: before.attentionWeights,
  };
}

/** What answers questions about a word; each run of a control has its own graph. null without a second sentence. */
function wordRuns({ model, trace, interventions, other }: AnsweredRun): WordRuns | null {
  if (other === null) return null;
  const run: WordRuns['run'] = (tokens, its) => {
    const inputs = createTraceInputs(model, { tokens });
    inputs.interventions.value = its;
    return createTraceGraph(inputs, createStageRecorder()).trace.value;
  };
  return { model, interventions, a: trace, b: other, run };
}

/** Steps to the answer about a word in two sentences; null without a second sentence. */
export function wordStepsOf(run: AnsweredRun, question: WordQuestion): Generator<void, WordContrast, void> | null {
  const runs = wordRuns(run);
  return runs && wordSteps(runs, question);
}

/** One word in two sentences; null without a second sentence, undefined if `isOutdated` stopped it.
 *  `isPlain`: skips the runs of controls. */
export function wordOf(
  run: AnsweredRun,
  question: WordQuestion,
  { isPlain = false, isOutdated = () => false }: { isPlain?: boolean; isOutdated?: () => boolean },
): WordContrast | null | undefined {
  const runs = wordRuns(run);
  if (runs === null) return null;
  if (isPlain) return contrastOf(runs, question);
  const steps = wordSteps(runs, question);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (isOutdated()) return undefined;
  }
}

/** A frame waits for the runs of controls if they have no more tokens in total. */
const fewTokens = 200;

/** Whether the runs of controls that are still to come take too long for a frame. */
export function takesLong(run: Pick<AnsweredRun, 'model' | 'interventions'>, question: WordQuestion): boolean {
  return unknownSides(run, question).reduce((sum, { tokens }) => sum + tokens.ids.length, 0) > fewTokens;
}

/** The needed answers except `word`, which takes further runs. */
export function answersOf(run: AnsweredRun, needs: readonly Need[], places: Partial<AskedPlaces>): Answers {
  const { layer = 0, query, cell, changes } = places;
  return {
    norms: needs.includes('norms') ? normsOf(run, layer) : null,
    contributions: query === undefined || !needs.includes('contributions') ? null : contributionsOf(run, layer, query),
    derivation: cell == null ? null : derivationOf(run, cell),
    changes: changes === undefined ? null : changesOf(run, layer, changes),
    word: null,
    tokenSteps: query === undefined || !needs.includes('tokenSteps') ? null : tokenStepsOf(run, layer, query),
  };
}
