import { type AlignedText, mapSymbols, prependText, sliceText } from './aligned-text.ts';
import { createBertNormalizer, lowerCase } from './bert-normalizer.ts';
import { toByteSymbols } from './byte-symbols.ts';
import { fieldsAt, flagAt, makeStep, makeSteps, type StepMakers, stringAt } from './json-fields.ts';
import { patternAt, replaceMatches, spaceEnd, spaceStart } from './patterns.ts';
import { createPrecompiled } from './precompiled.ts';
import { toUnicodeForm } from './unicode-forms.ts';

/** Rewrites a text and keeps the origin of every character. */
export type Normalizer = (source: AlignedText) => AlignedText;

/** The normalizer of a tokenizer.json; null leaves the text as it is.
 *  @throws TokenizerFormatError when a step is unknown or lacks a field. */
export function createNormalizer(value: unknown): Normalizer {
  if (value === null || value === undefined) return (source) => source;
  return makeStep(makers, fieldsAt(value, 'normalizer'), 'normalizer');
}

const makers: StepMakers<Normalizer> = {
  Sequence: (fields, where) => {
    const steps = makeSteps(makers, fields, 'normalizers', where);
    return (source) => steps.reduce((text, step) => step(text), source);
  },
  BertNormalizer: createBertNormalizer,
  NFC: () => (source) => toUnicodeForm(source, 'NFC'),
  NFD: () => (source) => toUnicodeForm(source, 'NFD'),
  NFKC: () => (source) => toUnicodeForm(source, 'NFKC'),
  NFKD: () => (source) => toUnicodeForm(source, 'NFKD'),
  Lowercase: () => lowerCase,
  StripAccents: () => (source) => mapSymbols(source, (symbol) => (/\p{M}/u.test(symbol) ? null : symbol)),
  Strip: (fields, where) =>
    strip(flagAt(fields, 'strip_left', where, true), flagAt(fields, 'strip_right', where, true)),
  Replace: (fields, where) => {
    const pattern = patternAt(fields.pattern, `${where}.pattern`);
    const content = stringAt(fields, 'content', where);
    return (source) => replaceMatches(source, pattern, content);
  },
  Prepend: (fields, where) => {
    const prefix = stringAt(fields, 'prepend', where);
    return (source) => prependText(source, prefix);
  },
  Precompiled: (fields, where) =>
    createPrecompiled(stringAt(fields, 'precompiled_charsmap', where), `${where}.precompiled_charsmap`),
  Nmt: () => (source) => mapSymbols(source, nmt),
  ByteLevel: () => toByteSymbols,
};

function strip(left: boolean, right: boolean): Normalizer {
  return (source) => {
    const { text, origin } = source;
    const from = left ? spaceEnd(text, 0) : 0;
    const to = right ? spaceStart(text, text.length) : text.length;
    return { ...sliceText(source, from, Math.max(from, to)), origin };
  };
}

/** SentencePiece's nmt rules: remove some control characters and turn other white space into spaces. */
function nmt(symbol: string): string | null {
  if (/[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/.test(symbol)) return ' ';
  const isRemoved = (symbol > '\0' && symbol < ' ') || symbol === '\x7F' || symbol === '\x8F' || symbol === '\x9F';
  return isRemoved ? null : symbol;
}
