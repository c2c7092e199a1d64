/** All that is set in the explorer as one line, which the shell takes without quotes: [A-Za-z0-9_-] alone.
 *
 *  Form 1 is `1-`, D, C.  D: base64url of deflateRaw (RFC 1951, with `dictionary`) of compact JSON, one object.
 *  C: six characters, base64url of the CRC-32 of `1-D`, most significant byte first.
 *  The object's keys; what is at its default (`fields`) is left out:
 *
 *    t text                 g part         p pane           c mask            h hiddenKeys [key, …]
 *    o other                l layer        e lens           u isUnscaled      w swappedValues [layer, token, token]
 *    s pair                 n head         i step           f scaleFactor     d edits [[stage, layer, head, row, column, value], …]
 *    y target               q query        r sortBy         a ablatedHeads    z isRenormalised
 *    m model                k key          v traceFrom        [[layer, head], …]
 *                           x matrix       j dimension      b ablation
 *
 *  Keys, names, defaults and dictionary are part of the form: a line of today is to open the same screen in years.
 *  A new field with a default that changes nothing may be added; anything else needs a form 2. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { headScoreNames } from '../core/head-scores.ts';
import { type CellEdit, editableStages, type HeadIndex, type Interventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { layerStages } from '../core/trace.ts';
import { parametersOf } from '../graph/attention-part.ts';
import type { ExplorerInputs } from '../graph/explorer-inputs.ts';
import { attentionParts, lenses, paneNames } from '../view-models/selection.ts';
import { cleanText } from './editor/clean-text.ts';
import { UsageError } from './usage-error.ts';

type SavedInput =
  | ('text' | 'pair' | 'target' | 'part' | 'layer' | 'head' | 'query' | 'key' | 'matrix' | 'dimension')
  | ('pane' | 'lens' | 'step' | 'sortBy' | 'traceFrom');

/** What a line holds: the inputs of the explorer that a reader would miss, and all interventions. */
export type SavedState = Interventions & {
  /** As --model takes it. */
  readonly model: string;
  /** The sentence that `text` is compared with; null: none. */
  readonly other: string | null;
} & { readonly [Name in SavedInput]: ExplorerInputs[Name]['value'] };

interface Field<T> {
  readonly key: string;
  readonly initial: T;
  /** What the value has to be, for messages. */
  readonly expected: string;
  /** The value as JSON has it; the value itself where there is no such function. */
  readonly pack?: (value: T) => unknown;
  /** undefined: it is not what is expected. */
  readonly unpack: (packed: unknown) => T | undefined;
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isFactor = (value: unknown): value is number => isNumber(value) && value >= 0;
const isListOf = <T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.every(isOne);
const isIndexList = (value: unknown): value is number[] => isListOf(value, isIndex);
const isPair = (value: unknown): value is [number, number] => isIndexList(value) && value.length === 2;
const isTriple = (value: unknown): value is [number, number, number] => isIndexList(value) && value.length === 3;
const isModelName = (value: unknown): value is string => typeof value === 'string' && /^\P{Cc}+$/u.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && cleanText(value) === value;

/** A field whose values JSON has as they are; one that can be null has no other way to say so than to be left out. */
function plain<T>(key: string, initial: T, expected: string, isOne: (value: unknown) => value is T & {}): Field<T> {
  return { key, initial, expected, unpack: (packed) => (isOne(packed) ? packed : undefined) };
}

const index = (key: string) => plain<number>(key, 0, 'a whole number from 0', isIndex);
const place = (key: string) => plain<number | null>(key, null, 'a whole number from 0', isIndex);
const flag = (key: string) => plain<boolean>(key, false, 'true or false', (value) => typeof value === 'boolean');

function name<T extends string>(key: string, names: readonly T[], initial: NoInfer<T>): Field<T> {
  const isName = (value: unknown): value is T => names.some((one) => one === value);
  return plain<T>(key, initial, `one of ${names.join(', ')}`, isName);
}

/** Texts are kept as the editor would hold them. */
function text<T extends string | null>(key: string, initial: T): Field<string | T> {
  const expected = 'a text of one line without control characters';
  const pack = (value: string | T) => (value === null ? null : cleanText(value));
  return { ...plain<string | T>(key, initial, expected, isText), pack };
}

const ablatedHeads: Field<readonly HeadIndex[]> = {
  key: 'a',
  initial: [],
  expected: 'a list of [layer, head]',
  pack: (heads) => heads.map(({ layer, head }) => [layer, head]),
  unpack: (packed) => (isListOf(packed, isPair) ? packed.map(([layer, head]) => ({ layer, head })) : undefined),
};

const swappedValues: Field<Interventions['swappedValues']> = {
  key: 'w',
  initial: null,
  expected: '[layer, token, token]',
  pack: (swap) => swap && [swap.layer, ...swap.tokens],
  unpack: (packed) => (isTriple(packed) ? { layer: packed[0], tokens: [packed[1], packed[2]] } : undefined),
};

const edits: Field<readonly CellEdit[]> = {
  key: 'd',
  initial: [],
  expected: `a list of [stage, layer, head, row, column, number], each cell once, of ${editableStages.join(', ')}`,
  pack: (cells) => cells.map((one) => [one.stage, one.layer, one.head, one.row, one.column, one.value]),
  unpack: (packed) => {
    if (!Array.isArray(packed)) return undefined;
    const cells = packed.flatMap((one: unknown) => editOf(one) ?? []);
    const places = new Set(cells.map((one) => [one.stage, one.layer, one.head, one.row, one.column].join()));
    return places.size === packed.length ? cells : undefined;
  },
};

function editOf(packed: unknown): CellEdit | undefined {
  if (!Array.isArray(packed) || packed.length !== 6) return undefined;
  const [given, ...numbers] = packed as unknown[];
  const stage = editableStages.find((one) => one === given);
  if (stage === undefined || !isListOf(numbers, isNumber) || !numbers.slice(0, 4).every(isIndex)) return undefined;
  const [layer, head, row, column, value] = numbers as [number, number, number, number, number];
  return { stage, layer, head, row, column, value };
}

/** In the order in which they are written. */
const fields: { readonly [Name in keyof SavedState]: Field<SavedState[Name]> } = {
  text: text('t', ''),
  other: text('o', null),
  pair: text('s', null),
  target: text('y', null),
  model: plain<string>('m', 'use-lite', 'a name or a folder', isModelName),
  part: name('g', attentionParts, 'encoder'),
  layer: index('l'),
  head: index('n'),
  query: place('q'),
  key: place('k'),
  matrix: name('x', ['q', 'k', 'v'], 'q'),
  dimension: index('j'),
  pane: name('p', paneNames, 'attention'),
  lens: name('e', lenses, 'weights'),
  step: index('i'),
  sortBy: name('r', ['place', ...headScoreNames], 'place'),
  traceFrom: name('v', layerStages, 'attentionWeights'),
  mask: name('c', ['none', 'causal'], 'none'),
  isUnscaled: flag('u'),
  scaleFactor: plain<number>('f', 1, 'a finite number, 0 or more', isFactor),
  ablatedHeads,
  ablation: name('b', ['zero', 'mean'], 'zero'),
  hiddenKeys: plain<readonly number[]>('h', [], 'a list of whole numbers from 0', isIndexList),
  swappedValues,
  edits,
  isRenormalised: flag('z'),
};

const fieldNames = Object.keys(fields) as (keyof SavedState)[];
const nameOfKey: ReadonlyMap<string, keyof SavedState> = new Map(fieldNames.map((one) => [fields[one].key, one]));
const form = 1;
const checksumLength = 6;
/** The most that a line may hold: it stops a few letters from becoming gigabytes. */
const mostBytes = 1e6;

/** What deflate may refer to before the first letter: frequent words, and what the JSON is made of. */
export const dictionary = Buffer.from(
  'people children woman animal house street water world river money bank train tired little good new old young long ' +
    'because after before again through between without under about every never always could should would going ' +
    'please might must think know want make take give find tell ask went came said took made gave saw got like loves ' +
    'while there where which these those their them then than they what when who will with your you our her his him ' +
    'she did does not but can has had have been were was are all any some into over from down out up off on by at as an ' +
    'one two more most very only just also how why here now day time year man men boy girl dog cat this that it its is ' +
    'my me we us he or if so no do be for of to in and a I The the ","m":"example","g":"decoder","g":"cross","x":"v","x":"k"' +
    ',"e":"rollout","e":"no sink","e":"norms","v":"residPost","v":"attentionOutput","v":"maskedScores","v":"scaledScores"' +
    ',"r":"punctuation","r":"induction","r":"duplicate","r":"previous","r":"entropy","p":"steps","p":"curves","p":"mix"' +
    ',"p":"context","p":"scores","p":"trace","p":"grid","p":"roles","p":"qkv","p":"heads","b":"mean","u":true,"z":true' +
    ',"f":0.5,"c":"causal","a":[[0,0],[0,1],[1,2]],"h":[0],"w":[0,1,2],"d":[["attentionWeights",0,0,0,1,0.5],["scores",1,1' +
    '],["q",0,0]],"l":1,"n":1,"q":2,"k":1,"o":"The {"t":"The ',
);

/** The line of a state.  Texts are cleaned as the editor cleans them; −0 becomes 0.
 *  @throws UsageError when the texts are longer than a line may hold */
export function encodeState(state: SavedState): string {
  const json = JSON.stringify(Object.fromEntries(fieldNames.flatMap((one) => packedField(one, state))));
  if (Buffer.byteLength(json) > mostBytes) throw refused('the text is too long for a line');
  const body = deflateRawSync(json, { level: 9, dictionary }).toString('base64url');
  return `${form}-${body}${checksum(body)}`;
}

/** Key and value as they are written; none where the value is the default. */
function packedField<Name extends keyof SavedState>(one: Name, state: SavedState): [string, unknown][] {
  const { key, initial, pack = (value) => value }: Field<SavedState[Name]> = fields[one];
  const packed = pack(state[one]);
  return JSON.stringify(packed) === JSON.stringify(pack(initial)) ? [] : [[key, packed]];
}

/** CRC-32 finds every change within 32 bits that follow one another, and all but one in 4·10⁹ of the others. */
function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(`${form}-${body}`));
  return bytes.toString('base64url');
}

/** The state of a line; blanks around it and a `--state` before it are passed over.
 *  @throws UsageError for anything that `encodeState` does not write */
export function decodeState(line: string): SavedState {
  const given = line.trim().replace(/^--state(?:[\s=]+|$)/, '');
  if (given === '') throw refused('the line is empty');
  const [, madeBy, rest] = /^([1-9]\d{0,2})-(.*)$/s.exec(given) ?? [];
  if (madeBy === undefined || rest === undefined) {
    throw refused(`this is no state of attnscope: such a line begins with ${form}-`);
  }
  if (Number(madeBy) > form) {
    throw refused(`this was made by a newer attnscope (form ${madeBy}; this one reads form ${form}): update attnscope`);
  }
  const body = rest.slice(0, -checksumLength);
  if (rest.slice(-checksumLength) !== checksum(body)) {
    throw refused('the line was cut or mistyped, its checksum does not fit: copy it again as a whole');
  }
  return unpackedState(inflatedObject(body));
}

/** @throws UsageError when there is no object of JSON in it, or a larger one than a line may hold */
function inflatedObject(body: string): object {
  let value: unknown;
  try {
    const bytes = inflateRawSync(Buffer.from(body, 'base64url'), { dictionary, maxOutputLength: mostBytes });
    value = JSON.parse(bytes.toString());
  } catch (error) {
    const isTooLong = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw refused(isTooLong ? `the line holds more than ${mostBytes / 1e6} MB` : 'the line holds no state');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('the line holds no state');
  return value;
}

// What is in a line is anyone's: messages name what is expected, and never repeat it.
function unpackedState(packed: object): SavedState {
  const entries: [string, unknown][] = fieldNames.map((one) => [one, fields[one].initial]);
  for (const [key, value] of Object.entries(packed)) {
    const one = nameOfKey.get(key);
    // Without it the line would open another screen.
    if (one === undefined)
      throw refused('the line holds something that this attnscope does not know: update attnscope');
    const unpacked = fields[one].unpack(value);
    if (unpacked === undefined) throw refused(`${one} is not as expected: ${fields[one].expected}`);
    entries.push([one, unpacked]);
  }
  return Object.fromEntries(entries) as unknown as SavedState;
}

/** Checks a state against the model and the text that it is for.
 *  tokenCount: tokens of the text; targetCount: of what the decoder reads, its start token too, not checked where left out.
 *  @throws UsageError for what the model or the text does not have */
export function checkState(state: SavedState, model: Model, tokenCount: number, targetCount?: number): void {
  checkSelection(state, model, tokenCount, targetCount);
  const { ablatedHeads: heads, hiddenKeys, swappedValues: swap } = state;
  for (const one of heads) checkHead(`switched-off head ${one.layer}.${one.head}`, one, model);
  for (const key of hiddenKeys) checkToken('hidden key', key, tokenCount);
  if (swap !== null) checkLayer(`layer ${swap.layer} of the swapped values`, swap.layer, model);
  for (const token of swap?.tokens ?? []) checkToken('swapped token', token, tokenCount);
  for (const edit of state.edits) checkEdit(edit, model, tokenCount);
}

function checkSelection(state: SavedState, model: Model, tokenCount: number, targetCount = Infinity): void {
  const { part, layer, head, query, key } = state;
  if (part !== 'encoder' && model.decoder === null) {
    throw refused(`part ${part}: ${model.name} (${model.type}) has no decoder; --model t5-small has`);
  }
  const owner = { encoder: '', decoder: 'the decoder of ', cross: 'the cross-attention of ' }[part] + model.name;
  const heads = parametersOf(model, part).map(({ numAttentionHeads }) => numAttentionHeads);
  checkIndex(`layer ${layer}`, layer, heads.length, `${owner} has layers`);
  checkIndex(`head ${head}`, head, heads[layer] ?? 0, `layer ${layer} of ${owner} has heads`);
  checkToken('query', query, part === 'encoder' ? tokenCount : targetCount, part === 'encoder' ? 'text' : 'target');
  checkToken('key', key, part === 'decoder' ? targetCount : tokenCount, part === 'decoder' ? 'target' : 'text');
}

function checkEdit({ stage, layer, head, row, column }: CellEdit, model: Model, tokenCount: number): void {
  checkHead(`head ${layer}.${head} of edited ${stage}`, { layer, head }, model);
  checkToken(`row of edited ${stage},`, row, tokenCount);
  const { headDim = 0, valueDim = 0 } = model.layers[layer]?.attention ?? {};
  const width = stage === 'v' ? valueDim : headDim;
  const what = `column of edited ${stage},`;
  if (stage === 'scores' || stage === 'attentionWeights') checkToken(what, column, tokenCount);
  else checkIndex(`${what} ${column}`, column, width, `${stage} in layer ${layer} of ${model.name} has dimensions`);
}

function checkLayer(what: string, layer: number, { name: owner, layers }: Model): void {
  checkIndex(what, layer, layers.length, `${owner} has layers`);
}

function checkHead(what: string, { layer, head }: HeadIndex, model: Model): void {
  checkLayer(what, layer, model);
  const count = model.layers[layer]?.attention.numAttentionHeads ?? 0;
  checkIndex(what, head, count, `layer ${layer} of ${model.name} has heads`);
}

function checkToken(what: string, token: number | null, count: number, owner = 'text'): void {
  if (token !== null) checkIndex(`${what} ${token}`, token, count, `the ${owner} has tokens`);
}

function checkIndex(what: string, value: number, count: number, range: string): void {
  if (value < count) return;
  throw refused(`${what} is out of range, ${count === 0 ? `${range}: none` : `${range} 0 to ${count - 1}`}`);
}

const refused = (why: string) => new UsageError(`--state: ${why}`);
