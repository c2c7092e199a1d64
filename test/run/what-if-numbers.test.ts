import { describe, expect, test } from 'vitest';
import { layerStages } from '../../src/core/chain/forward.ts';
import {
  type CellEdit,
  type EditableStage,
  type Interventions,
  noInterventions,
} from '../../src/core/interventions.ts';
import type { AttentionParameters, Model } from '../../src/core/model.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel } from '../../src/explorer/explorer-inputs.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocksOf } from '../support/tensors.ts';

const builtIn = (['use-lite', 'example'] as const).map((name) => [name, builtInModel(name)] as const);
const fixtures = ['bert', 'gpt2', 'llama', 't5'].map((name) => [name, hfModel(name)] as const);
const models = new Map([...builtIn, ...fixtures]);

/** The run with interventions, and the unaltered one. */
function runs(loaded: ExplorerModel, text: string, made: Partial<Interventions>) {
  const target = loaded.model.decoder === null ? null : 'a dog';
  const explorer = createExplorer({ loaded, text, target, interventions: { ...noInterventions, ...made } });
  return { changed: explorer.trace.value, unaltered: explorer.unaltered.value };
}

function runsOf(name: string, made: Partial<Interventions>) {
  return runs(models.get(name)!, name === 'example' ? 'please study man' : 'The cat sat on the mat.', made);
}

type Block = number[][];

/** What is known of an attention before anything is changed: its q, k and v, and what its positions add to each score. */
interface Known {
  readonly q: readonly Block[];
  readonly k: readonly Block[];
  readonly v: readonly Block[];
  readonly parameters: AttentionParameters;
  readonly positions: (head: number, query: number, key: number) => number;
}

/** How the plain computation is changed. */
interface Plan {
  readonly factor?: number;
  readonly sees?: (query: number, key: number) => boolean;
  readonly inScores?: (scores: readonly Block[]) => void;
  readonly inWeights?: (weights: readonly Block[]) => void;
  readonly inContext?: (context: readonly Block[]) => void;
}

function knownOf({ unaltered }: ReturnType<typeof runs>, { layers }: Model): Known {
  const { q, k, v, scores, scaledScores } = unaltered.layers[0]!;
  const { attention: parameters } = layers[0]!;
  const [own, scaled] = [blocksOf(scores), blocksOf(scaledScores)];
  const positions = (head: number, query: number, key: number) =>
    parameters.positionTerms === null
      ? 0
      : scaled[head]![query]![key]! - parameters.scoreScale * own[head]![query]![key]!;
  return { q: blocksOf(q), k: blocksOf(k), v: blocksOf(v), parameters, positions };
}

/** Rotation in float64: dimension i with i + d/2, by the angle of the place.  @see Su et al. 2021, eq. 34 */
function turned(vector: readonly number[], place: number, { rotary }: AttentionParameters): number[] {
  if (rotary === null) return [...vector];
  const half = vector.length / 2;
  return vector.map((value, i) => {
    const angle = place * rotary.frequencies.data[i % half]!;
    const other = i < half ? -vector[i + half]! : vector[i - half]!;
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

/** softmax(factor · q·kᵀ + positions) · V in plain loops over float64. */
function plainAttention({ q, k, v, parameters, positions }: Known, plan: Plan = {}) {
  const { factor = parameters.scoreScale, sees = (i, j) => !parameters.isCausal || j <= i } = plan;
  const scores = q.map((rows, head) =>
    rows.map((query, i) => {
      const rotatedQ = turned(query, i, parameters);
      return k[head]!.map((key, j) => turned(key, j, parameters).reduce((sum, x, d) => sum + x * rotatedQ[d]!, 0));
    }),
  );
  plan.inScores?.(scores);
  const scaled = scores.map((rows, head) =>
    rows.map((row, i) => row.map((score, j) => factor * score + positions(head, i, j))),
  );
  const masked = scaled.map((rows) =>
    rows.map((row, i) => row.map((score, j) => (sees(i, j) ? score : Number.NEGATIVE_INFINITY))),
  );
  const weights = masked.map((rows) =>
    rows.map((row) => {
      const largest = Math.max(...row);
      const powers = row.map((score) => Math.exp(score - largest));
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / sum);
    }),
  );
  plan.inWeights?.(weights);
  const context = weights.map((rows, head) =>
    rows.map((row) => v[head]![0]!.map((_, d) => row.reduce((sum, weight, j) => sum + weight * v[head]![j]![d]!, 0))),
  );
  plan.inContext?.(context);
  return { scores, scaled, masked, weights, context };
}

/** Largest |actual − expected|, of numbers above 1 as a share; infinite where only one of them is infinite or NaN. */
function error(actual: Tensor, expected: readonly Block[]): number {
  const numbers = expected.flat(2);
  if (numbers.length !== actual.data.length) return Number.POSITIVE_INFINITY;
  return numbers.reduce((largest, number, i) => {
    const value = actual.data[i]!;
    if (Object.is(value, number)) return largest;
    const one = Math.abs(value - number) / Math.max(1, Math.abs(number));
    return Math.max(largest, Number.isNaN(one) ? Number.POSITIVE_INFINITY : one);
  }, 0);
}

function edit(stage: EditableStage, value: number): CellEdit {
  return { stage, layer: 0, head: 0, row: 2, column: 1, value };
}

const put = (rows: readonly Block[], value: number) => {
  rows[0]![2]![1] = value;
};
const putInto = (name: 'q' | 'k' | 'v', known: Known): Known => {
  const copy = structuredClone(known[name]) as Block[];
  put(copy, 3);
  return { ...known, [name]: copy };
};
const meanOf = (rows: Block) => rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]! / rows.length, 0));

interface Case {
  readonly made: Partial<Interventions>;
  readonly plan?: (known: Known) => Plan;
  readonly known?: (known: Known) => Known;
  /** The first stage that differs from the unaltered run's; null: none does. */
  readonly from: (
    model: Model,
  ) => 'q' | 'k' | 'v' | 'scores' | 'scaledScores' | 'maskedScores' | 'attentionWeights' | 'context' | null;
}

const ifScaled = ({ layers }: Model) => (layers[0]!.attention.scoreScale === 1 ? null : 'scaledScores');
const seenWithout =
  (hidden: number) =>
  ({ parameters: { isCausal } }: Known): Plan => ({ sees: (i, j) => (!isCausal || j <= i) && j !== hidden });

const cases: Readonly<Record<string, Case>> = {
  'no √d_k': { made: { isUnscaled: true }, plan: () => ({ factor: 1 }), from: ifScaled },
  'a factor': {
    made: { scaleFactor: 0.5 },
    plan: ({ parameters }) => ({ factor: 0.5 * parameters.scoreScale }),
    from: () => 'scaledScores',
  },
  'a factor without √d_k': {
    made: { scaleFactor: 0.75, isUnscaled: true },
    plan: () => ({ factor: 0.75 }),
    from: () => 'scaledScores',
  },
  'a factor of 0': { made: { scaleFactor: 0 }, plan: () => ({ factor: 0 }), from: () => 'scaledScores' },
  'a causal mask': {
    made: { mask: 'causal' },
    plan: () => ({ sees: (i, j) => j <= i }),
    from: ({ layers }) => (layers[0]!.attention.isCausal ? null : 'maskedScores'),
  },
  'a hidden key': { made: { hiddenKeys: [1] }, plan: seenWithout(1), from: () => 'maskedScores' },
  'values exchanged': {
    made: { swappedValues: { layer: 0, tokens: [0, 2] } },
    known: (known) => ({ ...known, v: known.v.map(([a, b, c, ...rest]) => [c!, b!, a!, ...rest]) }),
    from: () => 'v',
  },
  'an edited q': { made: { edits: [edit('q', 3)] }, known: (known) => putInto('q', known), from: () => 'q' },
  'an edited k': { made: { edits: [edit('k', 3)] }, known: (known) => putInto('k', known), from: () => 'k' },
  'an edited v': { made: { edits: [edit('v', 3)] }, known: (known) => putInto('v', known), from: () => 'v' },
  'values exchanged, then one edited': {
    made: { swappedValues: { layer: 0, tokens: [0, 2] }, edits: [edit('v', 3)] },
    known: (known) => putInto('v', { ...known, v: known.v.map(([a, b, c, ...rest]) => [c!, b!, a!, ...rest]) }),
    from: () => 'v',
  },
  'an edited score': {
    made: { edits: [edit('scores', 4.5)] },
    plan: () => ({ inScores: (scores) => put(scores, 4.5) }),
    from: () => 'scores',
  },
  'an edited score and q, whose rows are no shares to be divided': {
    made: { edits: [edit('q', 3), edit('scores', 4.5)], isRenormalised: true },
    known: (known) => putInto('q', known),
    plan: () => ({ inScores: (scores) => put(scores, 4.5) }),
    from: () => 'q',
  },
  'an edited weight': {
    made: { edits: [edit('attentionWeights', 1.75)] },
    plan: () => ({ inWeights: (weights) => put(weights, 1.75) }),
    from: () => 'attentionWeights',
  },
  'an edited weight, its row divided by its sum': {
    made: { edits: [edit('attentionWeights', 1.75)], isRenormalised: true },
    plan: () => ({
      inWeights: (weights) => {
        put(weights, 1.75);
        const row = weights[0]![2]!;
        const sum = row.reduce((a, b) => a + b, 0);
        for (let j = 0; j < row.length; j++) row[j]! /= sum;
      },
    }),
    from: () => 'attentionWeights',
  },
  'a head that is zeros': {
    made: { ablatedHeads: [{ layer: 0, head: 0 }] },
    plan: () => ({ inContext: (context) => context[0]!.forEach((row) => void row.fill(0)) }),
    from: () => 'context',
  },
  'a head that is its mean': {
    made: { ablatedHeads: [{ layer: 0, head: 0 }], ablation: 'mean' },
    plan: () => ({
      inContext: (context) => {
        const mean = meanOf(context[0]!);
        for (const row of context[0]!) row.splice(0, row.length, ...mean);
      },
    }),
    from: () => 'context',
  },
};

describe.each([...models.keys()])('%s: layer 0 has the numbers of a plain computation from its own q, k, v', (name) => {
  const { model } = models.get(name)!;

  test.each(Object.entries({ nothing: { made: {}, from: () => null } as Case, ...cases }))('%s', (_, one) => {
    const both = runsOf(name, one.made);
    const known = knownOf(both, model);
    const expected = plainAttention(one.known?.(known) ?? known, one.plan?.(known) ?? {});
    const layer = both.changed.layers[0]!;
    expect(error(layer.scores, expected.scores)).toBeLessThan(1e-5);
    expect(error(layer.scaledScores, expected.scaled)).toBeLessThan(1e-5);
    expect(error(layer.maskedScores, expected.masked)).toBeLessThan(1e-5);
    expect(error(layer.attentionWeights, expected.weights)).toBeLessThan(1e-5);
    expect(error(layer.context, expected.context)).toBeLessThan(1e-5);
    const concat = expected.context[0]!.map((_row, token) => expected.context.flatMap((head) => head[token]!));
    expect(error(layer.concat, [concat])).toBeLessThan(1e-5);
    const from = one.from(model);
    const before = from === null ? layerStages : layerStages.slice(0, layerStages.indexOf(from));
    const unaltered = both.unaltered.layers[0]!;
    for (const stage of before) expect(layer[stage] === unaltered[stage], stage).toBe(true);
    // The change is one that can be seen.
    if (from !== null) expect(error(layer[from], blocksOf(unaltered[from]))).toBeGreaterThan(1e-3);
  });

  test('all of it at once', () => {
    const made: Interventions = {
      mask: 'causal',
      isUnscaled: true,
      scaleFactor: 0.5,
      ablatedHeads: name === 'example' ? [] : [{ layer: 0, head: 1 }],
      ablation: 'mean',
      hiddenKeys: [0],
      swappedValues: { layer: 0, tokens: [1, 2] },
      edits: [edit('q', 3), edit('scores', 4.5), edit('attentionWeights', 1.75)],
      isRenormalised: false,
    };
    const both = runsOf(name, made);
    const known = knownOf(both, model);
    const v = known.v.map(([a, b, c, ...rest]) => [a!, c!, b!, ...rest]);
    const { weights, context } = plainAttention(putInto('q', { ...known, v }), {
      factor: 0.5,
      // The first query would see nothing else than the hidden key: it keeps that.
      sees: (i, j) => j <= i && (j > 0 || i === 0),
      inScores: (scores) => put(scores, 4.5),
      inWeights: (rows) => put(rows, 1.75),
      inContext: (heads) => {
        const mean = heads[1] === undefined ? [] : meanOf(heads[1]);
        for (const row of heads[1] ?? []) row.splice(0, row.length, ...mean);
      },
    });
    const layer = both.changed.layers[0]!;
    expect(error(layer.attentionWeights, weights)).toBeLessThan(1e-5);
    expect(error(layer.context, context)).toBeLessThan(1e-5);
  });
});
