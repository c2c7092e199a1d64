import { describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { layerStages } from '../../src/core/chain/forward.ts';
import {
  type CellEdit,
  type EditableStage,
  type Interventions,
  noInterventions,
} from '../../src/core/interventions.ts';
import { type AttentionTrace, attentionParts } from '../../src/core/trace.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const builtIn = (['use-lite', 'example'] as const).map((name) => [name, builtInModel(name)] as const);
const fixtures = ['bert', 'gpt2', 'llama', 't5'].map((name) => [name, hfModel(name)] as const);
const models = new Map([...builtIn, ...fixtures]);

/** A screen with what changed in front, drawn once, and the stages that ran for that; the last layer is selected. */
function opened(name: string, initial: Partial<InitialInputs> = {}) {
  const loaded = models.get(name)!;
  const last = loaded.model.numHiddenLayers - 1;
  const explorer = createExplorer({
    loaded,
    text: name === 'example' ? 'please study man' : 'The cat sat on the mat.',
    target: loaded.model.decoder === null ? null : 'a dog',
    columns: 120,
    rows: 40,
    pane: 'changes',
    layer: last,
    ...initial,
  });
  createScreen(explorer).subscribe(() => {});
  const { recorder, inputs } = explorer;
  const opening = recorder.takeRuns();
  /** The runs that follow from a change of the interventions. */
  const runsOf = (made: Partial<Interventions>) => {
    inputs.interventions.value = { ...noInterventions, ...made };
    return recorder.takeRuns();
  };
  return { explorer, last, opening, runsOf };
}

/** Every number of a run by its name. */
function everyNumber(trace: AttentionTrace): Map<string, unknown> {
  const { decoder } = trace;
  const numbers = new Map<string, unknown>();
  for (const name of ['embedding', 'finalNorm', 'pooled', 'sentenceEmbedding', 'predictAt'] as const)
    numbers.set(name, trace[name]);
  for (const name of ['embedding', 'finalNorm'] as const) numbers.set(`decoder ${name}`, decoder?.[name]);
  const stacks = { own: trace.layers, decoder: decoder?.layers ?? [], cross: decoder?.crossLayers ?? [] };
  for (const [stack, layers] of Object.entries(stacks))
    layers.forEach((layer, index) => {
      for (const stage of layerStages) numbers.set(`${stack} L${index} ${stage}`, layer[stage]);
    });
  return numbers;
}

function expectSameTensors(actual: ReadonlyMap<string, unknown>, expected: ReadonlyMap<string, unknown>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [name, value] of actual) expect(value === expected.get(name), name).toBe(true);
}

/** Copies of the numbers. */
function dataOf(numbers: ReadonlyMap<string, unknown>): Map<string, Float32Array> {
  const copies = new Map<string, Float32Array>();
  for (const [name, value] of numbers)
    if (value != null && typeof value !== 'function') copies.set(name, (value as Tensor).data.slice());
  return copies;
}

function edit(stage: EditableStage, layer: number): CellEdit {
  return { stage, layer, head: 0, row: 2, column: 1, value: 1.5 };
}

/** A change of the computation, and the stages of its layer that it spares. */
interface Change {
  readonly made: (last: number) => Partial<Interventions>;
  readonly at: 'first' | 'last';
  readonly spares: string;
  /** A stage that is there for the change alone. */
  readonly adds?: string;
  /** Models whose run it leaves as it is. */
  readonly changesNothingIn?: readonly string[];
}

const projections = 'norm q rotatedQ k rotatedK v';
const scored = `${projections} scores`;
const weighed = `${scored} scaledScores maskedScores attentionWeights`;
const editOf = (stage: EditableStage) => ({ made: () => ({ edits: [edit(stage, 0)] }), at: 'first' as const });
const headOff = {
  made: (last: number) => ({ ablatedHeads: [{ layer: last, head: 0 }] }),
  at: 'last',
  spares: `${weighed} context`,
  adds: 'ablation',
} as const satisfies Change;

const changes: Readonly<Record<string, Change>> = {
  'a factor': { made: () => ({ scaleFactor: 2 }), at: 'first', spares: scored },
  // T5 does not scale its scores.
  'no √d_k': { made: () => ({ isUnscaled: true }), at: 'first', spares: scored, changesNothingIn: ['t5'] },
  'a causal mask': {
    made: () => ({ mask: 'causal' }),
    at: 'first',
    spares: `${scored} scaledScores`,
    changesNothingIn: ['gpt2', 'llama'],
  },
  'a hidden key': { made: () => ({ hiddenKeys: [1] }), at: 'first', spares: `${scored} scaledScores` },
  'a head off': headOff,
  'a head that is its mean': { ...headOff, made: (last) => ({ ...headOff.made(last), ablation: 'mean' }) },
  'values exchanged': {
    made: (last) => ({ swappedValues: { layer: last, tokens: [0, 2] } }),
    at: 'last',
    spares: weighed,
  },
  'an edited q': { ...editOf('q'), spares: 'norm q k rotatedK v' },
  'an edited k': { ...editOf('k'), spares: 'norm q rotatedQ k v' },
  'an edited v': { ...editOf('v'), spares: weighed },
  'an edited score': { ...editOf('scores'), spares: scored },
  'an edited weight': { ...editOf('attentionWeights'), spares: weighed },
  'an edited weight in the last layer': {
    made: (last) => ({ edits: [edit('attentionWeights', last)], isRenormalised: true }),
    at: 'last',
    spares: weighed,
  },
};

const notBehindAnything = ['tokens', 'target tokens', 'embedding', 'decoder embedding'];

/** Whether a stage is behind a change: of the encoder–decoder, what reads the encoder is; scaling acts on its decoder, too. */
function isBehind(name: string, layer: number, spared: readonly string[], isScaling: boolean): boolean {
  if (notBehindAnything.includes(name)) return false;
  const found = /^(decoder )?L(\d+) (cross )?(\w+)$/.exec(name);
  if (found === null) return true;
  const [, decoder, index, cross, stage = ''] = found;
  if (decoder === undefined) return Number(index) > layer || (Number(index) === layer && !spared.includes(stage));
  if (Number(index) > 0 || stage === 'residPost') return true;
  if (isScaling) return cross !== undefined || !spared.includes(stage);
  return cross !== undefined && stage !== 'norm' && stage !== 'q';
}

describe.each([...models.keys()])('%s', (name) => {
  test('without interventions every number is the one of the unaltered run, also when some were made and taken back', () => {
    const { explorer, last, runsOf } = opened(name);
    const unaltered = everyNumber(explorer.unaltered.value);
    expect([...unaltered.values()].filter((value) => value != null).length).toBeGreaterThan(10);
    expectSameTensors(everyNumber(explorer.trace.value), unaltered);
    const copies = dataOf(unaltered);
    for (const { made } of Object.values(changes)) runsOf(made(last));
    expect(explorer.trace.value.layers[last]!.context).not.toBe(unaltered.get(`own L${last} context`));
    createActions(explorer).resetInterventions();
    expectSameTensors(everyNumber(explorer.trace.value), unaltered);
    expectSameTensors(everyNumber(explorer.unaltered.value), unaltered);
    // The memory that stages use again is not theirs.
    expect(dataOf(unaltered)).toEqual(copies);
    // How something would be replaced is no change.
    runsOf({ ablation: 'mean', isRenormalised: true });
    expectSameTensors(everyNumber(explorer.trace.value), unaltered);
  });

  test('without interventions nothing differs, to the last bit, and to see that runs nothing', () => {
    const { explorer, last, runsOf } = opened(name);
    const { inputs, run, recorder, headCounts, tokens } = explorer;
    expect(recorder.takeRuns()).toEqual({});
    runsOf({ scaleFactor: 3 });
    expect(runsOf({})).toEqual({});
    let places = 0;
    for (const part of attentionParts.slice(0, name === 't5' ? 3 : 1)) {
      inputs.part.value = part;
      for (let layer = 0; layer <= last; layer++)
        for (let head = 0; head < headCounts.value[layer]!; head++)
          for (let query = 0; query < tokens.value.queries.length; query++) {
            [inputs.layer.value, inputs.head.value, inputs.query.value] = [layer, head, query];
            const found = run.value.answers.changes.value!.changes;
            const { largest } = found.weights;
            const same = { distance: 0, relative: 0, cosine: 1 };
            expect(found.weights).toMatchObject({ meanVariation: 0, queryVariation: 0 });
            expect(largest?.after).toBe(largest?.before);
            const { context, layerOutput, output, embedding } = found;
            for (const vector of [context, layerOutput, output]) expect(vector).toEqual(same);
            expect(embedding).toEqual(name === 'use-lite' ? same : null);
            found.predictions?.top.forEach((one, place) => {
              expect(one.after).toBe(one.before);
              expect(one.rankAfter).toBe(place + 1);
            });
            expect(found.predictions?.now.rankBefore ?? 1).toBe(1);
            places += 1;
          }
    }
    expect(places).toBeGreaterThan(2);
    expect(recorder.takeRuns()).toEqual({});
  });

  test.each(Object.entries(changes))('%s runs what is behind it, once, and the unaltered run stays', (_, change) => {
    const { explorer, last, opening, runsOf } = opened(name);
    for (const count of Object.values(opening)) expect(count).toBe(1);
    const unaltered = everyNumber(explorer.unaltered.value);
    explorer.recorder.takeRuns();
    const layer = change.at === 'first' ? 0 : last;
    const made = change.made(last);
    const isScaling = 'scaleFactor' in made || 'isUnscaled' in made;
    const spared = change.spares.split(' ');
    const isNothing = change.changesNothingIn?.includes(name) ?? false;
    const expected = Object.keys(opening).filter((stage) => !isNothing && isBehind(stage, layer, spared, isScaling));
    if (change.adds !== undefined) expected.push(`L${layer} ${change.adds}`);
    expect(runsOf(made)).toEqual(Object.fromEntries(expected.map((stage) => [stage, 1])));
    expect(runsOf({})).toEqual({});
    expectSameTensors(everyNumber(explorer.unaltered.value), unaltered);
    expectSameTensors(everyNumber(explorer.trace.value), unaltered);
  });

  test('opened with a change: what is spared runs once, what is behind it once in each run', () => {
    const { opening, last } = opened(name, {
      interventions: { ...noInterventions, ...headOff.made(opened(name).last) },
    });
    const behind = (stage: string) => isBehind(stage, last, headOff.spares.split(' '), false);
    const { [`L${last} ablation`]: ablations, ...others } = opening;
    expect(ablations).toBe(1);
    expect(others).toEqual(Object.fromEntries(Object.keys(others).map((stage) => [stage, behind(stage) ? 2 : 1])));
  });
});

describe('by hand, in use-lite', () => {
  const behindContext1 = {
    'L1 concat': 1,
    'L1 attentionOutput': 1,
    'L1 residMid': 1,
    'L1 residPost': 1,
    pooled: 1,
    sentenceEmbedding: 1,
  };

  test('a head of layer 1 off, and values of layer 1 exchanged', () => {
    const { runsOf } = opened('use-lite');
    expect(runsOf({ ablatedHeads: [{ layer: 1, head: 0 }] })).toEqual({ 'L1 ablation': 1, ...behindContext1 });
    expect(runsOf({})).toEqual({});
    const swappedValues = { layer: 1, tokens: [0, 2] } as const;
    expect(runsOf({ swappedValues })).toEqual({ 'L1 context': 1, ...behindContext1 });
  });

  test('a second change runs what is behind it alone, and so does taking it back', () => {
    const { runsOf } = opened('use-lite');
    runsOf({ scaleFactor: 2 });
    const both = { scaleFactor: 2, ablatedHeads: [{ layer: 1, head: 3 }] };
    expect(runsOf(both)).toEqual({ 'L1 ablation': 1, ...behindContext1 });
    expect(runsOf({ scaleFactor: 2 })).toEqual(behindContext1);
    expect(runsOf({})).toEqual({});
  });

  test('no √d_k and a factor that makes up for it are no change', () => {
    // 1/√64
    const { runsOf, explorer } = opened('use-lite', { layer: 0 });
    runsOf({ isUnscaled: true, scaleFactor: 0.125 });
    const [changed, own] = [explorer.trace, explorer.unaltered].map((run) => run.value.layers[0]!.context);
    expect(changed).toBe(own);
    expect(explorer.trace.value.layers[1]!.scaledScores).not.toBe(explorer.unaltered.value.layers[1]!.scaledScores);
  });

  test('behind another pane the unaltered run is not made where the changed one does not need it', () => {
    const interventions = { ...noInterventions, hiddenKeys: [1] };
    const { opening, explorer } = opened('use-lite', { pane: 'grid', interventions, columns: 60, rows: 16 });
    for (const [stage, count] of Object.entries(opening)) expect(count, stage).toBe(1);
    void explorer.unaltered.value.layers[0]!.attentionWeights;
    expect(explorer.recorder.takeRuns()).toEqual({ 'L0 maskedScores': 1, 'L0 attentionWeights': 1 });
  });
});
