import { describe, expect, test } from 'vitest';
import { ablationSweepCommand } from '../../src/app/commands/ablation-sweep.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { type HeadIndex, noInterventions } from '../../src/core/interventions.ts';
import { difference, type HeadEffect, resultsOf } from '../../src/core/measures/ablation-effect.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { sweptToken } from '../../src/explorer/sweep.ts';
import { sweepAblations, sweptHeads } from '../../src/run/ablation-sweep.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel, hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const folder = temporaryFolder();
const directoryOf = new Map(['bert', 'gpt2', 't5'].map((name) => [name, copyHfModel(name, folder)]));
const text = 'The boat drifted toward the river bank.';

const cases: readonly (readonly [name: string, inputs: InitialInputs])[] = [
  ['use-lite', { loaded: builtInModel('use-lite'), text }],
  ['use-lite, an earlier token', { loaded: builtInModel('use-lite'), text, query: 2 }],
  ['example', { loaded: builtInModel('example'), text: 'please study man' }],
  ['bert', { loaded: hfModel('bert'), text }],
  ['distilbert', { loaded: hfModel('distilbert'), text }],
  ['gpt2', { loaded: hfModel('gpt2'), text }],
  ['llama', { loaded: hfModel('llama'), text }],
  ['t5', { loaded: hfModel('t5'), text }],
  ['t5 with a target', { loaded: hfModel('t5'), text, target: 'The bank of the river' }],
];

/** The sweep of what an explorer shows. */
function sweep(explorer: ReturnType<typeof createExplorer>) {
  const { inputs, trace } = explorer;
  const run = { model: inputs.loaded.value.model, trace, interventions: inputs.interventions };
  return sweepAblations(run, sweptToken(explorer)?.position ?? Number.NaN);
}

const placeOf = ({ layer, head }: HeadIndex) => `${layer}.${head}`;

/** Plain loops in float64, apart from those of the program. */
function compared(before: ArrayLike<number>, after: ArrayLike<number>) {
  const [x, y] = [Array.from(before), Array.from(after)];
  const norm = (numbers: readonly number[]) => Math.hypot(...numbers);
  const dot = x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return { change: norm(x.map((value, i) => y[i]! - value)) / norm(x), cosine: dot / norm(x) / norm(y) };
}

describe('the sweep', () => {
  test.each(cases)('%s: with no head switched off nothing differs', (_, inputs) => {
    const { model } = inputs.loaded;
    const [one, other] = [createExplorer(inputs), createExplorer(inputs)];
    const { position } = sweptToken(one)!;
    const before = resultsOf(one.trace.value, position, model);
    // The sweep's own explorer too, after its heads have been on and off.
    for (const _head of sweep(one));
    for (const explorer of [one, other]) {
      const found = difference(before, resultsOf(explorer.trace.value, position, model));
      expect(found.outputChange).toBe(0);
      expect(found.outputCosine).toBe(1);
      expect(found.embeddingCosine).toBe(model.sentence === null ? null : 1);
      if (model.head === null) expect(found.prediction).toBeNull();
      else expect(found.prediction).toMatchObject({ after: found.prediction?.before, rankAfter: 1 });
    }
  });

  test.each(cases)('%s: every effect is that of an explorer made with the head off', (_, inputs) => {
    const { model } = inputs.loaded;
    const fresh = (ablatedHeads: readonly HeadIndex[]) =>
      createExplorer({ ...inputs, interventions: { ...noInterventions, ablatedHeads } });
    const plain = fresh([]);
    const { position } = sweptToken(plain)!;
    const outputOf = ({ trace }: ReturnType<typeof fresh>) => {
      const stack = trace.value.decoder ?? trace.value;
      const { residPost, concat } = stack.layers.at(-1)!;
      const all = stack.finalNorm ?? residPost ?? concat;
      const width = all.shape[1]!;
      return all.data.slice(position * width, (position + 1) * width);
    };
    const heads = [...sweep(createExplorer(inputs))];
    expect(heads.map(placeOf).sort()).toEqual(sweptHeads(model, noInterventions).map(placeOf).sort());
    for (const found of heads) {
      const changed = fresh([{ layer: found.layer, head: found.head }]);
      const output = compared(outputOf(plain), outputOf(changed));
      expect(found.outputChange).toBeCloseTo(output.change, 10);
      expect(found.outputChange).toBeGreaterThan(0);
      if (Number.isNaN(output.cosine)) expect(found.outputCosine).toBeNull();
      else expect(found.outputCosine).toBeCloseTo(output.cosine, 10);
      const [unit, changedUnit] = [plain, changed].map(({ trace }) => trace.value.sentenceEmbedding?.data);
      expect(found.embeddingCosine === null).toBe(model.sentence === null);
      if (unit && changedUnit) expect(found.embeddingCosine).toBeCloseTo(compared(unit, changedUnit).cosine, 10);
      expect(found.prediction === null).toBe(model.head === null);
      if (found.prediction !== null) expectPrediction(found.prediction, plain, changed, position);
    }
  });

  function expectPrediction(
    { id, before, after, rankAfter }: NonNullable<HeadEffect['prediction']>,
    plain: ReturnType<typeof createExplorer>,
    changed: ReturnType<typeof createExplorer>,
    position: number,
  ) {
    // The very numbers that a trace gives.
    expect([{ id, probability: before }]).toEqual(plain.trace.value.predictAt!(position, 1));
    expect(changed.trace.value.predictAt!(position, rankAfter).at(-1)).toEqual({ id, probability: after });
  }

  test.each(cases)('%s: only what lies downstream of a head is computed', (_, inputs) => {
    const explorer = createExplorer(inputs);
    const { position } = sweptToken(explorer)!;
    resultsOf(explorer.trace.value, position, inputs.loaded.model);
    explorer.recorder.takeRuns();
    for (const { layer } of sweep(explorer)) {
      const runs = explorer.recorder.takeRuns();
      expect(runs[`L${layer} ablation`]).toBe(1);
      for (const [stage, count] of Object.entries(runs)) {
        expect(count, stage).toBe(1);
        const [, place, name = ''] = /^L(\d+) (.*)$/.exec(stage) ?? [];
        if (place === undefined) expect(stage).toMatch(/^(finalNorm|pooled|sentenceEmbedding|decoder .*)$/);
        else if (Number(place) === layer)
          expect(name).toMatch(/^(ablation|concat|attentionOutput|residMid|residPost|convolution)$/);
        else expect(Number(place)).toBeGreaterThan(layer);
      }
      // A decoder reads the encoder in its cross-attention alone, so its first self-attention stays.
      for (const stage of ['embedding', 'decoder embedding', 'decoder L0 attentionWeights', 'decoder L0 cross q'])
        expect(runs).not.toHaveProperty([stage]);
    }
  });

  test('leaves the explorer as it was, also when it is not read to its end', () => {
    const ablatedHeads = [{ layer: 0, head: 1 }];
    const inputs = { loaded: builtInModel('use-lite'), text, interventions: { ...noInterventions, ablatedHeads } };
    const explorer = createExplorer(inputs);
    const embedding = () => Array.from(explorer.trace.value.sentenceEmbedding!.data);
    const before = embedding();
    const reading = sweep(explorer);
    expect(reading.next().value).toMatchObject({ layer: 1, head: 0 });
    expect(explorer.interventions.value.ablatedHeads).toEqual([...ablatedHeads, { layer: 1, head: 0 }]);
    expect(embedding()).not.toEqual(before);
    for (const _head of reading) break;
    expect(explorer.interventions.value.ablatedHeads).toBe(ablatedHeads);
    expect(embedding()).toEqual(before);
    const heads = [...sweep(explorer)];
    expect(explorer.interventions.value.ablatedHeads).toBe(ablatedHeads);
    expect(embedding()).toEqual(before);
    // What is off already cannot be switched off.
    expect(heads).toHaveLength(7);
    expect(heads.map(placeOf)).not.toContain('0.1');
  });

  test('an unknown word of the example has no effects, and no tokens are refused', () => {
    const loaded = builtInModel('example');
    const undefinedNumbers = { outputNorm: null, outputChange: null, outputCosine: null, embeddingCosine: null };
    expect([...sweep(createExplorer({ loaded, text: 'please xyz' }))]).toMatchObject([
      { layer: 0, head: 0, ...undefinedNumbers, prediction: null, logits: null },
    ]);
    // Its one head is all it has: without it the context is zeros, which have no direction.
    expect([...sweep(createExplorer({ loaded, text: 'please study man' }))]).toMatchObject([
      { outputChange: 1, outputCosine: null },
    ]);
    expect(sweptToken(createExplorer({ loaded, text: '' }))).toBeNull();
  });
});

type Options = Parameters<typeof ablationSweepCommand>[1];

function run(given: string, options: Options = {}): Promise<string> {
  const model = options.model ?? 'use-lite';
  return ablationSweepCommand(given, { ...options, model: directoryOf.get(model) ?? model });
}

const json = async (given: string, options: Options = {}) => JSON.parse(await run(given, { ...options, json: true }));

describe('the command', () => {
  test('prints a table sorted by the effect, then a map of the effects', async () => {
    const [heading, table, legend, map] = (await run(text)).split('\n\n');
    expect(heading).toBe('effects of switching off one head, on token 9 .\nin place of the head: zeros');
    const [names, ...rows] = table!.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(names).toEqual(['rank', 'head', 'embedding', 'output', 'cos']);
    expect(rows.map(([rank]) => Number(rank))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const effects = rows.map((row) => Number(row[2]));
    expect(effects).toEqual(effects.toSorted((a, b) => b - a));
    expect(effects[0]).toBeGreaterThan(effects[7]!);
    expect(legend).toMatch(/^embedding: 1 - cosine .*\noutput: change/);
    const cells = map!
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(cells[0]).toEqual(['embedding', 'H0', 'H1', 'H2', 'H3']);
    expect(cells.slice(1).map(([layer]) => layer)).toEqual(['L0', 'L1']);
    for (const [, head, effect] of rows) {
      const [, layer, place] = /^L(\d) H(\d)$/.exec(head!)!;
      expect(cells[Number(layer) + 1]?.[Number(place) + 1]).toBe(effect);
    }
  });

  test('JSON says what was measured', async () => {
    const answer = await json(text, { query: '1' });
    expect(answer).toMatchObject({ format: 'attnscope-ablation/1', text, truncated: false, sort: 'embedding' });
    expect(answer.model).toMatchObject({ name: 'use-lite', layers: 2, heads: 4 });
    expect(answer.token).toEqual({ position: 1, text: '▁boat' });
    const swept = [...sweep(createExplorer({ loaded: builtInModel('use-lite'), text, query: 1 }))];
    expect(answer).toMatchObject({ replacement: 'zero', ablated: [] });
    const plain = ({ layer, head, outputChange, outputCosine, outputNorm, embeddingCosine }: HeadEffect) => ({
      ...{ layer, head, effect: 1 - embeddingCosine!, outputChange, outputCosine, outputNorm, embeddingCosine },
    });
    expect(answer.heads).toEqual(swept.map(plain).sort((a, b) => (a.embeddingCosine ?? 2) - (b.embeddingCosine ?? 2)));
  });

  test('a model with a language-model head is ranked by its prediction', async () => {
    const { sort, heads } = await json(text, { model: 'gpt2' });
    expect(sort).toBe('prediction');
    const effects = heads.map(({ prediction }: { prediction: { before: number; after: number } }) =>
      Math.abs(prediction.after - prediction.before),
    );
    expect(effects).toEqual(effects.toSorted((a: number, b: number) => b - a));
    expect(Object.keys(heads[0])).toEqual([
      ...['layer', 'head', 'effect', 'outputChange', 'outputCosine', 'outputNorm', 'prediction', 'logits'],
    ]);
    expect(heads[0].effect).toBe(heads[0].prediction.after - heads[0].prediction.before);
    expect(Object.keys(heads[0].prediction)).toEqual(['token', 'before', 'after', 'rankAfter']);
    expect(Object.keys(heads[0].prediction.token)).toEqual(['id', 'text']);
    const table = await run(text, { model: 'gpt2' });
    expect(table).toMatch(/most probable after it: .*, p = 0\.\d{3}\n/);
    expect(table).toMatch(/^rank {2}head +prediction +logits +output +cos +p after +rank after$/m);
  });

  test('--sort ranks by another effect', async () => {
    const changes = (await json(text, { rankBy: 'output' })).heads.map((head: HeadEffect) => head.outputChange);
    expect(changes).toEqual(changes.toSorted((a: number, b: number) => b - a));
    expect(await run(text, { rankBy: 'output' })).toMatch(/^rank {2}head +output +embedding +cos$/m);
  });

  test('CSV has a line of names and empty fields for what there is not', async () => {
    const [names, ...lines] = (await run(text, { csv: true })).trimEnd().split('\n');
    const added = 'againstId,logitsBefore,logitsAfter,effect,outputNorm';
    expect(names).toBe(
      `layer,head,outputChange,outputCosine,embeddingCosine,predictedId,before,after,rankAfter,${added}`,
    );
    expect(lines).toEqual(
      (await json(text)).heads.map(
        (one: HeadEffect & { effect: number }) =>
          `${[one.layer, one.head, one.outputChange, one.outputCosine, one.embeddingCosine].join()},,,,,,,,${one.effect},${one.outputNorm}`,
      ),
    );
    const [first] = (await run(text, { model: 'gpt2', csv: true })).split('\n').slice(1);
    const { prediction } = (await json(text, { model: 'gpt2' })).heads[0];
    expect(first).toContain(`,,${[prediction.token.id, prediction.before, prediction.after, prediction.rankAfter]}`);
  });

  test("an encoder–decoder's effect is that on the decoder's last token", async () => {
    const alone = await json(text, { model: 't5' });
    expect(alone.token).toMatchObject({ part: 'decoder', position: 0 });
    const { token, heads } = await json(text, { model: 't5', target: 'The bank of the river' });
    expect(token.position).toBeGreaterThan(0);
    expect(heads).not.toEqual(alone.heads);
    expect(await run(text, { model: 't5' })).toMatch(/^effects of switching off one head, on the decoder's token 0 /);
  });

  test('heads that are off from the start stay off and are not in the list', async () => {
    const { heads } = await json(text, { ablatedHeads: '0.2' });
    expect(heads).toHaveLength(7);
    expect(heads).not.toEqual((await json(text)).heads.filter((head: HeadEffect) => placeOf(head) !== '0.2'));
    expect(await run(text, { ablatedHeads: '0.2' })).toMatch(/^L0( +[\d.e-]+){2} +off +[\d.e-]+$/m);
  });

  test('a text that does not fit is cut, which is said', async () => {
    const long = 'the cat sat on the mat and '.repeat(60);
    expect(await run(long, { model: 'gpt2' })).toMatch(/\nthe text is cut to the tokens that fit\n$/);
    expect((await json(long, { model: 'gpt2' })).truncated).toBe(true);
  });

  test.each<[string, string, Options, string]>([
    ['no sentence embedding', 'a', { rankBy: 'embedding', model: 'gpt2' }, '(gpt2) has no sentence embedding'],
    ['no language-model head', 'a', { rankBy: 'prediction' }, 'use-lite (use-lite) has no language-model head'],
    ['a text without tokens', '', {}, 'ablation-sweep: the text has no tokens'],
    ['a token that is not there', 'a b', { query: '9' }, '--query 9: out of range'],
    ['a token of the text where a decoder predicts', 'a b', { query: '0', model: 't5' }, '--query does not go with t5'],
    ['no head that is left', 'please', { model: 'example', ablatedHeads: '0.0' }, '--ablate leaves no head'],
  ])('%s is refused in one line', async (_, given, options, message) => {
    const error: unknown = await run(given, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('\n');
  });
});
