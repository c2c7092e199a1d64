import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { builtInSenseSets } from '../../src/app/built-in-sense-sets.ts';
import { contextualityCommand } from '../../src/app/commands/contextuality.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { FormatError } from '../../src/loaders/errors.ts';
import { temporaryFolder, written } from '../loaders/temporary-folder.ts';
import { copyHfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { rowsOf } from '../support/tensors.ts';

const folder = temporaryFolder();
const directoryOf = new Map(['bert', 'gpt2', 't5'].map((name) => [name, copyHfModel(name, folder)]));
type Options = Parameters<typeof contextualityCommand>[0];

const measures = ['same', 'other', 'triples', 'auc', 'baseline', 'shuffled'] as const;
type Stage = { readonly stage: string } & Readonly<Record<(typeof measures)[number], number | null>>;
interface Answer {
  readonly format: string;
  readonly model: object;
  readonly sets: readonly { readonly word: string; readonly sentences: number; readonly stages: readonly Stage[] }[];
  readonly all: { readonly words: number; readonly sentences: number; readonly stages: readonly Stage[] } | null;
}

function run(options: Options = {}): string {
  const model = options.model ?? 'use-lite';
  return contextualityCommand({ ...options, model: directoryOf.get(model) ?? model });
}

const json = (options: Options = {}): Answer => JSON.parse(run({ ...options, json: true }));
const stagesOf = (options: Options) => json(options).sets[0]!.stages;
const stageNamed = (stages: readonly Stage[], name: string) => stages.find(({ stage }) => stage === name)!;

const useLiteStages = ['static embedding', 'input', 'L0 attention', 'L0 output', 'L1 attention', 'L1 output'];

let made = 0;
function setFile(word: string, ...senses: readonly (readonly string[])[]): string {
  made += 1;
  const content = { word, senses: senses.map((sentences, index) => ({ name: `sense ${index}`, sentences })) };
  return written(folder, `set-${made}.json`, JSON.stringify(content));
}

describe('use-lite', () => {
  const answer = json();

  test('every set has every stage', () => {
    expect(answer.format).toBe('attnscope-contextuality/1');
    expect(answer.model).toMatchObject({ name: 'use-lite', layers: 2, heads: 4, hiddenSize: 512 });
    expect(answer.sets.map(({ word }) => word)).toEqual(builtInSenseSets.map(({ word }) => word));
    for (const { stages, sentences } of answer.sets) {
      expect(sentences).toBe(10);
      expect(stages.map(({ stage }) => stage)).toEqual(useLiteStages);
      for (const stage of stages) expect(Object.keys(stage)).toEqual(['stage', ...measures]);
    }
  });

  test('static vectors of one spelling are one vector, shuffled or not', () => {
    for (const { stages, word } of answer.sets) {
      const { same, other, triples, auc, shuffled } = stages[0]!;
      expect(Math.abs(same! - 1), word).toBeLessThan(1e-6);
      expect(Math.abs(other! - 1), word).toBeLessThan(1e-6);
      expect([triples, auc, shuffled]).toEqual([0.5, 0.5, 0.5]);
    }
  });

  test('all is the mean of the sets', () => {
    expect(answer.all).toMatchObject({ words: 9, sentences: 90 });
    for (const [index, stage] of answer.all!.stages.entries()) {
      for (const name of measures) {
        const mean = answer.sets.reduce((sum, set) => sum + set.stages[index]![name]! / answer.sets.length, 0);
        expect(stage[name], `${stage.stage} ${name}`).toBeCloseTo(mean, 12);
      }
    }
  });

  test('after layer 1 the senses are further apart than by chance, with shuffled words, and than at the input', () => {
    const last = stageNamed(answer.all!.stages, 'L1 output');
    const input = stageNamed(answer.all!.stages, 'input');
    expect(last.triples).toBeGreaterThan(0.7);
    expect(last.triples).toBeGreaterThan(last.shuffled! + 0.05);
    expect(last.triples).toBeGreaterThan(input.triples! + 0.1);
    expect(last.same! - last.other!).toBeGreaterThan(0.05);
    expect(last.other).toBeGreaterThan(last.baseline!);
  });

  test.each(['spring', 'play'])('%s agrees with plain loops over the last layer', (word) => {
    const { model, tokenizer } = builtInModel('use-lite');
    const set = builtInSenseSets.find((one) => one.word === word)!;
    const explorer = createExplorer({
      loaded: { model, tokenizer },
      text: '',
      segmentB: null,
      target: null,
      layer: 0,
      head: 0,
    });
    const sentences = set.senses.flatMap(({ sentences: texts }, sense) => texts.map((text) => ({ text, sense })));
    const words: { sense: number; vector: number[] }[] = [];
    const tokens: { sentence: number; vector: number[] }[] = [];
    for (const [sentence, { text, sense }] of sentences.entries()) {
      explorer.inputs.text.value = text;
      const rows = rowsOf(explorer.trace.value.layers[1]!.residPost!);
      tokens.push(...rows.map((vector) => ({ sentence, vector })));
      const place = explorer.tokenized.value.tokens.findIndex((token) => token.text.replace(/^\W/, '') === word);
      expect(place, text).toBeGreaterThan(0);
      words.push({ sense, vector: rows[place]! });
    }
    const cos = (a: number[], b: number[]) =>
      a.reduce((sum, x, i) => sum + x * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
    let [right, count, same, sames, other, others] = [0, 0, 0, 0, 0, 0];
    for (const a of words)
      for (const b of words) {
        if (a === b) continue;
        const ab = cos(a.vector, b.vector);
        if (a.sense === b.sense) [same, sames] = [same + ab, sames + 1];
        else [other, others] = [other + ab, others + 1];
        for (const c of words) {
          if (a.sense !== b.sense || a.sense === c.sense) continue;
          right += Number(ab > cos(a.vector, c.vector));
          count += 1;
        }
      }
    let [random, randoms] = [0, 0];
    for (const a of tokens)
      for (const b of tokens) {
        if (a.sentence >= b.sentence) continue;
        random += cos(a.vector, b.vector);
        randoms += 1;
      }
    const stage = stageNamed(answer.sets.find((one) => one.word === word)!.stages, 'L1 output');
    expect(count).toBe(200);
    expect(stage.triples).toBeGreaterThan(0.5);
    expect(stage.triples).toBe(right / count);
    expect(stage.same).toBeCloseTo(same / sames, 6);
    expect(stage.other).toBeCloseTo(other / others, 6);
    expect(stage.baseline).toBeCloseTo(random / randoms, 6);
  });

  test('one set is the same alone, and again', () => {
    const alone = json({ set: 'spring' });
    expect(alone.all).toBeNull();
    expect(alone.sets).toEqual(answer.sets.filter(({ word }) => word === 'spring'));
  });

  test('options that change the numbers count', () => {
    const triples = (options: Options) => stageNamed(stagesOf({ set: 'spring', ...options }), 'L1 output').same;
    expect(triples({ mask: 'causal' })).not.toBe(triples({}));
    expect(triples({ ablatedHeads: '1.0' })).not.toBe(triples({}));
  });

  test('a word of several tokens, in any case', () => {
    const set = setFile(
      'zorblatt',
      ['A Zorblatt ran.', 'The zorblatt sat.'],
      ['My zorblatt cost.', 'I ate a zorblatt.'],
    );
    const stages = stagesOf({ set });
    expect(stages.map(({ stage }) => stage)).toEqual(useLiteStages);
    // One is in capitals: other tokens.
    expect(stages[0]!.same).toBeLessThan(1);
    expect(stages.every((stage) => measures.every((name) => Number.isFinite(stage[name])))).toBe(true);
  });
});

describe('table and CSV', () => {
  test('the table has a line a stage, and the mean at the end', () => {
    const table = run();
    const { sets, all } = json();
    const blocks = table.split('\n\n').map((block) => block.split('\n'));
    expect(blocks).toHaveLength(sets.length + 2);
    expect(blocks[0]![0]).toBe('bank: 10 sentences, money / river');
    expect(blocks[9]![0]).toBe('all: mean of 9 words, 90 sentences');
    for (const [index, stages] of [...sets.map((set) => set.stages), all!.stages].entries()) {
      const [, heading, ...rows] = blocks[index]!.map((line) => line.split(/\s{2,}/));
      expect(heading).toEqual(['stage', 'same', 'other', 'triples', 'AUC', 'baseline', 'shuffled']);
      expect(rows).toEqual(stages.map((stage) => [stage.stage, ...measures.map((name) => stage[name]!.toFixed(3))]));
    }
    expect(table).toContain('the same token always has cosine 1');
    expect(table.split('\n').every((line) => line.length <= 120)).toBe(true);
    expect(run({ set: 'bank' })).not.toContain('all:');
  });

  test('CSV has the same numbers', () => {
    const [names, ...lines] = run({ csv: true }).trimEnd().split('\n');
    const { sets, all } = json();
    expect(names).toBe('word,stage,same,other,triples,auc,baseline,shuffled');
    const expected = [...sets, { word: 'all', stages: all!.stages }].flatMap(({ word, stages }) =>
      stages.map((stage) => [word, stage.stage, ...measures.map((name) => stage[name])].join(',')),
    );
    expect(lines).toEqual(expected);
  });
});

describe('kinds of models', () => {
  test.each(['bert', 'gpt2', 't5'])('%s', (model) => {
    const stages = stagesOf({ model, set: 'bank' });
    expect(stages.slice(0, 4).map(({ stage }) => stage)).toEqual(useLiteStages.slice(0, 4));
    expect(stages.at(-1)!.stage).toMatch(/^L\d output$/);
    expect(stages[0]).toMatchObject({ same: 1, other: 1, triples: 0.5, shuffled: 0.5 });
    for (const stage of stages) expect(measures.every((name) => Number.isFinite(stage[name]))).toBe(true);
  });

  test('the example has no numbers for words that it does not know', () => {
    const [first] = stagesOf({ model: 'example', set: 'bank' });
    expect(first).toEqual({ stage: 'static embedding', ...Object.fromEntries(measures.map((name) => [name, null])) });
    expect(run({ model: 'example', set: 'bank' })).toContain('n/a');
    const set = setFile('study', ['please study', 'study man'], ['please study man', 'man study please']);
    expect(stagesOf({ model: 'example', set }).map(({ same }) => same)).toEqual([1, 1, expect.closeTo(0.98, 1)]);
  });
});

describe('what cannot be used is refused in one line', () => {
  const long = 'the cat sat on the mat and '.repeat(60);
  test.each([
    [['the bank'], "contextuality takes no TEXT, not 'the bank'"],
    [['--csv', '--json'], "option '--json' cannot be used with option '--csv'"],
    [['--pair', 'a'], '--pair is for the explorer, show, trace, ablation-sweep, heads and generate only'],
    [['--target', 'a'], '--target is for the explorer, show, trace, ablation-sweep, heads and generate only'],
  ])('%j', (argv, message) => {
    expectRefused(() => parseArguments(['contextuality', ...argv], '1.0.0'), message, UsageError);
  });

  test.each<[string, Options, string]>([
    ['an unknown set', { set: 'bamk' }, '--set bamk: there is no such set; there are bank, bat, can,'],
    [
      'a text that is cut before its word',
      { set: setFile('bank', ['a bank', 'the bank'], [`${long} bank`, 'my bank']) },
      'and "bank" is cut off, in the sentence "the cat sat',
    ],
  ])('%s', (_, options, message) => {
    expectRefused(() => contextualityCommand(options), message, UsageError);
  });

  test('a text that is cut after its word is used', () => {
    const set = setFile('bank', ['a bank', 'the bank'], [`my bank ${long}`, 'our bank']);
    // Shuffled, the word would be somewhere in the part that is cut off.
    expect(stagesOf({ set }).map(({ other }) => Number.isFinite(other))).toEqual(useLiteStages.map(() => true));
  });

  test('a bad file', () => {
    expectRefused(() => run({ set: './nowhere.json' }), './nowhere.json is missing', FormatError);
    const path = written(folder, 'broken.json', '{"word": ');
    expectRefused(() => run({ set: path }), 'is not valid JSON', FormatError);
    expectRefused(() => run({ set: setFile('bank', ['a bank', 'the bank']) }), 'at least two senses', FormatError);
    expectRefused(() => run({ set: setFile('bank', ['a bank', 'x'], ['a', 'b']) }), 'does not have the', FormatError);
  });

  test('--set is for this command', () => {
    expect(parseArguments(['contextuality', '--set', 'bank'], '1.0.0')).toMatchObject({
      command: 'contextuality',
      text: null,
      options: { set: 'bank' },
    });
    expectRefused(() => parseArguments(['show', 'a', '--set', 'bank'], '1.0.0'), 'for contextuality only', UsageError);
  });
});

function expectRefused(action: () => unknown, message: string, kind: typeof UsageError | typeof FormatError) {
  expect(action).toThrow(kind);
  expect(action).toThrow(message);
  expect(action).not.toThrow(/\n/);
}
