import { type AlignedText, prependText } from './aligned-text.ts';
import { toByteSymbols } from './byte-symbols.ts';
import {
  type Fields,
  fieldsAt,
  flagAt,
  makeStep,
  makeSteps,
  named,
  type StepMakers,
  stringAt,
  TokenizerFormatError,
} from './json-fields.ts';
import { behaviorAt, patternAt, replaceMatches, splitText } from './patterns.ts';

/** Splits a piece of normalised text into the pieces for the model; it may rewrite them. */
export type PreTokenizer = (source: AlignedText) => AlignedText[];

const whitespace = /\p{White_Space}/gu;
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;
const wordOrSymbols =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
/** GPT-2's pattern, with Unicode's white space, which differs from JavaScript's \s. */
const byteLevelWords =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The pre-tokenizer of a tokenizer.json; null leaves the text in one piece.
 *  @throws TokenizerFormatError when a step is unknown or lacks a field. */
export function createPreTokenizer(value: unknown): PreTokenizer {
  if (value === null || value === undefined) return (source) => [source];
  return makeStep(makers, fieldsAt(value, 'pre_tokenizer'), 'pre_tokenizer');
}

const makers: StepMakers<PreTokenizer> = {
  BertPreTokenizer: () => (source) =>
    splitText(source, whitespace, 'Removed').flatMap((word) => splitText(word, punctuation, 'Isolated')),
  ByteLevel: (fields, where) =>
    byteLevel(flagAt(fields, 'add_prefix_space', where, false), flagAt(fields, 'use_regex', where, true)),
  Metaspace: metaspace,
  Whitespace: () => (source) => splitText(source, wordOrSymbols, 'Removed', true),
  WhitespaceSplit: () => (source) => splitText(source, whitespace, 'Removed'),
  Split: (fields, where) => {
    const pattern = patternAt(fields.pattern, `${where}.pattern`);
    const behavior = behaviorAt(fields, where);
    const invert = flagAt(fields, 'invert', where, false);
    return (source) => splitText(source, pattern, behavior, invert);
  },
  Digits: (fields, where) => {
    const behavior = flagAt(fields, 'individual_digits', where, false) ? 'Isolated' : 'Contiguous';
    return (source) => splitText(source, /\p{N}/gu, behavior);
  },
  Punctuation: (fields, where) => {
    const behavior = behaviorAt(fields, where, 'Isolated');
    return (source) => splitText(source, punctuation, behavior);
  },
  Sequence: (fields, where) => {
    const steps = makeSteps(makers, fields, 'pretokenizers', where);
    return (source) => steps.reduce((pieces, step) => pieces.flatMap((piece) => step(piece)), [source]);
  },
};

function byteLevel(addPrefixSpace: boolean, useRegex: boolean): PreTokenizer {
  return (source) => {
    const prefixed = addPrefixSpace && !source.text.startsWith(' ') ? prependText(source, ' ') : source;
    const words = useRegex ? splitText(prefixed, byteLevelWords, 'Isolated') : [prefixed];
    return words.map(toByteSymbols);
  };
}

/** Replaces spaces by ▁. The scheme may also put ▁ before every piece, or before the first piece of the text. */
function metaspace(fields: Fields, where: string): PreTokenizer {
  const mark = stringAt(fields, 'replacement', where, '▁');
  if ([...mark].length !== 1) throw new TokenizerFormatError(`${where}.replacement must be one character`);
  const scheme = prependScheme(fields, where);
  const split = flagAt(fields, 'split', where, true);
  const markPattern = patternAt({ String: mark }, where);
  return (source) => {
    const marked = replaceMatches(source, / /g, mark);
    const prepends = scheme === 'always' || (scheme === 'first' && marked.origin === 0);
    const prefixed = prepends && !marked.text.startsWith(mark) ? prependText(marked, mark) : marked;
    return split ? splitText(prefixed, markPattern, 'MergedWithNext') : [prefixed];
  };
}

/** Old files have add_prefix_space instead of prepend_scheme. */
export function prependScheme(fields: Fields, where: string): 'first' | 'always' | 'never' {
  const addsPrefix = flagAt(fields, 'add_prefix_space', where, true);
  const scheme = fields.prepend_scheme ?? (addsPrefix ? 'always' : 'never');
  if (scheme !== 'first' && scheme !== 'always' && scheme !== 'never') {
    throw new TokenizerFormatError(`${where}.prepend_scheme must be first, always or never; it is ${named(scheme)}`);
  }
  return scheme;
}
