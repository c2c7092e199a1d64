/** All that is set in the explorer as one line, which the shell takes without quotes: [A-Za-z0-9_-] alone.
 *
 *  Form 1 is `1-`, D, C.  D: base64url of deflateRaw (RFC 1951, with `dictionary`) of compact JSON, one object.
 *  C: six characters, base64url of the CRC-32 of `1-D`, most significant byte first.
 *  The object's keys; what is at its default (`state-fields.ts`) is left out:
 *
 *    t text                 g part         p pane           c mask            h hiddenKeys [key, …]
 *    o other                l layer        e lens           u isUnscaled      w swappedValues [layer, token, token]
 *    s pair                 n head         i step           f scaleFactor     d edits [[stage, layer, head, row, column, value], …]
 *    y target               q query        r sortBy         a ablatedHeads    z isRenormalised
 *    m model                k key          v traceFrom        [[layer, head], …]
 *                           x matrix       j dimension      b ablation
 *    A appended, B appendedTarget [[id, start, end], …]       D isDifferenceInFront    S sweepMeasure
 *    T tracePath [[part, stage, layer, head, row, column], …] O traceOperand
 *
 *  Keys, names, defaults and dictionary are part of the form: a line of today is to open the same screen in years.
 *  A new field with a default that changes nothing may be added; anything else needs a form 2. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Field, fields, type SavedState } from './state-fields.ts';
import { UsageError } from './usage-error.ts';

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

export const refused = (why: string) => new UsageError(`--state: ${why}`);
