import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/app/explorer-session.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { layerStages } from '../../src/core/chain/forward.ts';
import { editableStages } from '../../src/core/interventions.ts';
import { ablationMeasures } from '../../src/core/measures/ablation-effect.ts';
import { headScoreNames } from '../../src/core/measures/head-scores.ts';
import { attentionParts } from '../../src/core/trace.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import { lenses } from '../../src/explorer/selection.ts';
import { SettingError } from '../../src/explorer/settings/setting.ts';
import {
  type GivenSettings,
  readSettings,
  type State,
  settings,
  writeSettings,
} from '../../src/explorer/settings/settings.ts';
import { themeChoices } from '../../src/explorer/settings/view-settings.ts';
import { lensOf, paneOf, viewNames, viewOf } from '../../src/explorer/settings/views.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { thrownBy } from '../support/thrown.ts';

const index = fc.nat({ max: 2000 });
// −0 is not told from 0.
const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((one) => one + 0);
const sentence = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.lorem({ maxCount: 12 }));
const place = { layer: index, head: index, row: index, column: index };
const edit = fc.record({ stage: fc.constantFrom(...editableStages), ...place, value });
const appended = fc.array(
  fc.record({ id: index, start: index, more: index }).map(({ id, start, more }) => ({ id, start, end: start + more })),
  { maxLength: 3 },
);
const anyOf: { readonly [Name in keyof State]: fc.Arbitrary<State[Name]> } = {
  ...{
    text: sentence,
    sentenceB: fc.option(sentence),
    control: fc.option(sentence),
    segmentB: fc.option(sentence),
    target: fc.option(sentence),
  },
  ...{
    layer: fc.option(index),
    queryB: fc.option(index),
    head: index,
    dimension: index,
    step: index,
    traceOperand: index,
  },
  ...{ query: fc.option(index), key: fc.option(index) },
  ...{ isUnscaled: fc.boolean(), isRenormalised: fc.boolean(), isRankedByRow: fc.boolean(), isZoomed: fc.boolean() },
  pairInFront: fc.constantFrom('A', 'B', 'difference'),
  ...{ appended, appendedTarget: appended },
  sweepMeasure: fc.option(fc.constantFrom(...ablationMeasures)),
  targetToken: fc.option(sentence),
  againstToken: fc.option(sentence),
  tracePath: fc.array(
    fc.record({
      part: fc.constantFrom(...attentionParts),
      stage: fc.constantFrom('embedding', ...layerStages, 'finalNorm'),
      ...place,
      head: fc.option(index),
    }),
    { maxLength: 2 },
  ),
  model: fc.constantFrom('use-lite', 'example', './models/größe 2', 'org/name'),
  part: fc.constantFrom(...attentionParts),
  matrix: fc.constantFrom('q', 'k', 'v'),
  pane: fc.constantFrom(...paneNames),
  lens: fc.constantFrom(...lenses),
  sortBy: fc.constantFrom('place', ...headScoreNames),
  traceFrom: fc.constantFrom(...layerStages),
  theme: fc.constantFrom(...themeChoices),
  focus: fc.constantFrom('sentence', 'panes'),
  mask: fc.constantFrom('none', 'causal'),
  scaleFactor: value.map(Math.abs),
  ablatedHeads: fc.uniqueArray(fc.record({ layer: index, head: index }), { maxLength: 5, selector: JSON.stringify }),
  ablation: fc.constantFrom('zero', 'mean'),
  hiddenKeys: fc.uniqueArray(index, { maxLength: 5 }),
  swappedValues: fc.option(fc.record({ layer: index, tokens: fc.tuple(index, index).filter(([a, b]) => a !== b) })),
  edits: fc.uniqueArray(edit, { maxLength: 4, selector: (one) => JSON.stringify({ ...one, value: 0 }) }),
};

describe('the table', () => {
  test('reads what it writes, whatever the values are', () => {
    const comesBack = (state: State) => {
      expect(readSettings(writeSettings(state))).toEqual(state);
    };
    fc.assert(fc.property(fc.record(anyOf), comesBack), { numRuns: 500 });
  });

  test('writes nothing of what is as it is at first', () => {
    const initial = readSettings({});
    expect(writeSettings(initial)).toEqual({});
    for (const [name, one] of Object.entries(anyOf)) {
      const written = writeSettings({
        ...initial,
        [name]: fc.sample<unknown>(one as fc.Arbitrary<unknown>, { numRuns: 20 })[19],
      } as State);
      expect(Object.keys(written).length, name).toBeLessThanOrEqual(1);
    }
  });

  test('has each option once, of one command at least', () => {
    const flags = Object.values(settings).map(({ flag }) => flag);
    expect(new Set(flags).size).toBe(flags.length);
    for (const { commands, help } of Object.values(settings)) {
      expect(commands.length).toBeGreaterThan(0);
      expect(help).not.toBe('');
    }
  });

  test('every pane and every lens has a view', () => {
    for (const pane of paneNames) expect(paneOf(viewOf(pane, 'weights'))).toBe(pane);
    for (const lens of lenses) expect(lensOf(viewOf('attention', lens))).toBe(lens);
    expect(viewNames.map((view) => viewOf(paneOf(view) ?? 'attention', lensOf(view)))).toEqual(viewNames);
  });

  test('a lens is a view of its own, or is set while another one is in front', () => {
    expect(readSettings({ pane: 'no-sink' })).toMatchObject({ pane: 'attention', lens: 'no sink' });
    expect(readSettings({ pane: 'qkv', lens: 'norms' })).toMatchObject({ pane: 'qkv', lens: 'norms' });
    expect(() => readSettings({ pane: 'norms', lens: 'rollout' })).toThrow('leave out --lens rollout');
  });
});

describe('what is no value is refused in one line', () => {
  test.each<[keyof State, readonly string[], string]>([
    ['part', ['both', ''], '--part both: one of encoder, decoder, cross is expected'],
    ['step', ['-1', '0.5', 'x', '', '1e300', '99999999999999999999'], '--step -1: a whole number from 0 is expected'],
    ['pane', ['toString', 'heads ', 'attention'], '--view toString: one of weights, norms, no-sink'],
    ['sortBy', ['size'], '--sort size: one of place, entropy'],
    ['traceFrom', ['attentionWeights', 'x'], '--stage attentionWeights: one of residPre, q, k'],
    ['ablatedHeads', ['0', '0.1.2', '0.-1', '0.1,', ''], '--ablate 0: layer.head is expected'],
    ['hiddenKeys', ['0.5', '-1', 'a', '1,,2', ''], '--hide-key 0.5: tokens from 0 are expected'],
    ['swappedValues', ['0:1', '0,1,2', '0:1,x', ''], '--swap-values 0:1: a layer and two tokens are expected'],
    ['swappedValues', ['0:1,1', '0:1,01'], '--swap-values 0:1,1: two different tokens are expected, such as 1:0,2'],
    ['edits', ['q:0.0.0=1', 'q:0.0.0.0', ''], 'a cell and a number are expected, such as weights:1.1.8.7=0.5'],
    ['edits', ['q:0.0.0.0=x'], '--cell q:0.0.0.0=x: x is not a number; it must be from -1000000 to 1000000'],
    ['edits', ['q:0.0.0.0=1e7'], '--cell q:0.0.0.0=1e7: 1e7 is out of range; it must be from -1000000 to 1000000'],
    [
      'scaleFactor',
      ['one', '0,5', '1..2', '1.2.3e5', ''],
      '--scale-factor one: not a number; it must be finite, 0 or more',
    ],
    ['scaleFactor', ['-1', '1e999'], '--scale-factor -1: out of range; it must be finite, 0 or more'],
    [
      'edits',
      ['context:0.0.0.0=1'],
      '--cell context:0.0.0.0=1: there is no stage context to change; there are q, k, v,',
    ],
    ['edits', ['q:0.0.0.0=1,k:0.0.0.0=1,q:0.0.0.0=2'], '--cell q:0.0.0.0: this cell is given twice'],
    ['tracePath', ['weights:1.1.8', 'x:1.1.8.7', 'both:q:0.0.0.0', ''], 'PART:STAGE:L.H.ROW.COLUMN is expected'],
    ['appended', ['5', '5:3', '5:4-3', '-1:0-1', ''], 'ID:START-END is expected, such as 262:9-13'],
  ])('--%s', (name, values, message) => {
    for (const [at, given] of values.entries()) {
      const error = thrownBy(() => readSettings({ [name]: given }));
      expect(error, given).toBeInstanceOf(SettingError);
      expect(error.message, given).toContain(at === 0 ? message : message.replace(/^--.*?: /, ': '));
      expect(error.message).toMatch(/^--[a-z-]+ ?\P{Cc}*: \P{Cc}+$/u);
    }
  });
});

describe('values for a model and a text', () => {
  const useLite = builtInModel('use-lite');
  const check = (given: GivenSettings, text = 'please study man') => createSession(useLite, text, given);
  const width = useLite.model.layers[0]!.attention.headDim;

  test('are taken to the last layer, head, token and dimension', () => {
    check({}, '');
    check({
      layer: '1',
      head: '3',
      query: '2',
      key: '2',
      hiddenKeys: '0,2',
      ablatedHeads: '1.3',
      swappedValues: '1:0,2',
    });
    for (const stage of ['q', 'k', 'v']) check({ edits: `${stage}:0.3.2.${width - 1}=1` });
    for (const stage of ['scores', 'weights']) check({ edits: `${stage}:1.3.2.2=1` });
  });

  const [layers, tokens] = ['use-lite has layers 0 to 1', 'the text has tokens 0 to 2'];
  const heads = (layer: number) => `layer ${layer} of use-lite has heads 0 to 3`;
  test.each<[GivenSettings, string]>([
    [{ layer: '5' }, `--layer 5: out of range, ${layers}`],
    [{ layer: '1', head: '4' }, `--head 4: out of range, ${heads(1)}`],
    [{ query: '3' }, `--query 3: out of range, ${tokens}`],
    [{ query: 'man' }, `--query man: not a whole number from 0, ${tokens}`],
    [{ layer: '1', head: 'one' }, `--head one: not a whole number from 0, ${heads(1)}`],
    [{ layer: '0.5' }, `--layer 0.5: not a whole number from 0, ${layers}`],
    [{ key: '-1' }, `--key -1: not a whole number from 0, ${tokens}`],
    [{ key: '7' }, `--key 7: out of range, ${tokens}`],
    [{ ablatedHeads: '2.0' }, '--ablate 2.0: there is no such head, use-lite has layers 0 to 1 with heads 0 to 3'],
    [{ ablatedHeads: '0.1,0.4' }, '--ablate 0.4: there is no such head'],
    [{ hiddenKeys: '0,3' }, `--hide-key 3: out of range, ${tokens}`],
    [{ swappedValues: '2:0,1' }, `--swap-values 2:0,1: layer 2 is out of range, ${layers}`],
    [{ swappedValues: '0:0,3' }, `--swap-values 0:0,3: token 3 is out of range, ${tokens}`],
    [{ edits: 'q:2.0.0.0=1' }, `--cell q:2.0.0.0: layer 2 is out of range, ${layers}`],
    [{ edits: 'k:0.0.0.0=1,q:1.4.0.0=1' }, `--cell q:1.4.0.0: head 4 is out of range, ${heads(1)}`],
    [{ edits: 'scores:0.0.3.0=1' }, `--cell scores:0.0.3.0: row 3 is out of range, ${tokens}`],
    [{ edits: 'weights:0.0.0.3=1' }, `--cell weights:0.0.0.3: column 3 is out of range, ${tokens}`],
    [{ edits: `v:0.0.0.${width}=1` }, `column ${width} is out of range, v in layer 0 of use-lite has dimensions 0 to`],
    [{ tracePath: 'weights:2.0.0.0' }, `--path weights:2.0.0.0: layer 2 is out of range, ${layers}`],
    [{ tracePath: 'weights:0.0.3.0' }, `--path weights:0.0.3.0: row 3 is out of range, ${tokens}`],
    [{ tracePath: 'cross:weights:0.0.0.0' }, 'the cross-attention of use-lite has layers: none'],
    [{ appended: '99999:0-1' }, '--appended 99999:0-1: token 99999 is out of range, the vocabulary of use-lite has'],
    [{ appended: '5:3-99' }, '--appended 5:3-99: end 99 is out of range, the text has'],
    [{ part: 'cross' }, '--part cross: use-lite (use-lite) has no decoder; --model t5-small has one'],
    [{ target: 'a' }, '--target: use-lite (use-lite) has no decoder to read it; --model t5-small has one'],
    [{ segmentB: 'a' }, '--pair: use-lite (use-lite) reads only one text'],
  ])('are refused with %j', (given, message) => {
    expect(() => check(given)).toThrow(UsageError);
    expect(() => check(given)).toThrow(message);
    expect(() => check(given)).toThrow(/^[^\n]*$/);
  });

  test('no token is in an empty text', () => {
    expect(() => check({ query: '0' }, '')).toThrow('--query 0: out of range, the text has tokens: none');
  });

  test('point at the tokens that a part asks and answers with', () => {
    const t5 = hfModel('t5');
    const last = createSession(t5, 'the cat sat', {}).tokenized.value.tokens.length - 1;
    const of = (given: GivenSettings) => () => createSession(t5, 'the cat sat', { target: 'a', ...given });
    const lastTarget = of({})().targetTokenized.value.tokens.length - 1;
    expect(of({ part: 'decoder', query: `${lastTarget}`, key: `${lastTarget}` })).not.toThrow();
    expect(of({ part: 'cross', query: `${lastTarget}`, key: `${last}` })).not.toThrow();
    const target = `out of range, the target has tokens 0 to ${lastTarget}`;
    expect(of({ part: 'decoder', query: '99' })).toThrow(`--query 99: ${target}`);
    expect(of({ part: 'decoder', key: '99' })).toThrow(`--key 99: ${target}`);
    expect(of({ part: 'cross', query: '99' })).toThrow(`--query 99: ${target}`);
    expect(of({ part: 'cross', key: '99' })).toThrow(`--key 99: out of range, the text has tokens 0 to ${last}`);
    expect(of({ part: 'cross', layer: '2' })).toThrow('the cross-attention of t5 has layers 0 to 1');
  });
});
