import { type AlignedText, prependText, replaceRanges } from './aligned-text.ts';
import { toByteSymbols } from './byte-symbols.ts';
import {
  type Fields,
  fieldsAt,
  flagAt,
  named,
  refuseType,
  stepsOf,
  stringAt,
  TokenizerFormatError,
} from './json-fields.ts';
import { behaviorAt, patternAt, splitText, stretchesOf } from './patterns.ts';

/** Splits one piece of normalised text into the pieces that the model sees; it may rewrite them. */
export type PreTokenizer = (source: AlignedText) => AlignedText[];

const whitespace = /\p{White_Space}/gu;
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;
const wordOrSymbols =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
/** GPT-2's, with Unicode's white space, which JavaScript's \s is not. */
const byteLevelWords =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const known = [
  'BertPreTokenizer',
  'ByteLevel',
  'Metaspace',
  'Whitespace',
  'WhitespaceSplit',
  'Split',
  'Digits',
  'Punctuation',
  'Sequence',
];

/** The pre-tokenizer of a tokenizer.json; null leaves the text in one piece.
 *  @throws TokenizerFormatError when a step is unknown or lacks what it needs. */
export function createPreTokenizer(value: unknown): PreTokenizer {
  if (value === null || value === undefined) return (source) => [source];
  return preTokenizerOf(fieldsAt(value, 'pre_tokenizer'), 'pre_tokenizer');
}

function preTokenizerOf(fields: Fields, where: string): PreTokenizer {
  switch (fields.type) {
    case 'Sequence':
      return sequence(stepsOf(fields, 'pretokenizers', where).map((step) => preTokenizerOf(step.fields, step.where)));
    case 'BertPreTokenizer':
      return (source) =>
        splitText(source, whitespace, 'Removed').flatMap((word) => splitText(word, punctuation, 'Isolated'));
    case 'Whitespace':
      return (source) => splitText(source, wordOrSymbols, 'Removed', true);
    case 'WhitespaceSplit':
      return (source) => splitText(source, whitespace, 'Removed');
    case 'Punctuation': {
      const behavior = behaviorAt(fields, where, 'Isolated');
      return (source) => splitText(source, punctuation, behavior);
    }
    case 'Digits': {
      const behavior = flagAt(fields, 'individual_digits', where, false) ? 'Isolated' : 'Contiguous';
      return (source) => splitText(source, /\p{N}/gu, behavior);
    }
    case 'Split': {
      const pattern = patternAt(fields.pattern, `${where}.pattern`);
      const behavior = behaviorAt(fields, where);
      const invert = flagAt(fields, 'invert', where, false);
      return (source) => splitText(source, pattern, behavior, invert);
    }
    case 'ByteLevel':
      return byteLevel(flagAt(fields, 'add_prefix_space', where, false), flagAt(fields, 'use_regex', where, true));
    case 'Metaspace':
      return metaspace(fields, where);
    default:
      return refuseType(where, fields.type, known);
  }
}

function sequence(steps: readonly PreTokenizer[]): PreTokenizer {
  return (source) => steps.reduce((pieces, step) => pieces.flatMap((piece) => step(piece)), [source]);
}

function byteLevel(addPrefixSpace: boolean, useRegex: boolean): PreTokenizer {
  return (source) => {
    const prefixed = addPrefixSpace && !source.text.startsWith(' ') ? prependText(source, ' ') : source;
    const words = useRegex ? splitText(prefixed, byteLevelWords, 'Isolated') : [prefixed];
    return words.map(toByteSymbols);
  };
}

/** Writes ▁ for spaces and, by the scheme, before every piece or before the one that begins the text. */
function metaspace(fields: Fields, where: string): PreTokenizer {
  const mark = stringAt(fields, 'replacement', where, '▁');
  if ([...mark].length !== 1) throw new TokenizerFormatError(`${where}.replacement must be one character`);
  const scheme = prependScheme(fields, where);
  const split = flagAt(fields, 'split', where, true);
  const markPattern = patternAt({ String: mark }, where);
  return (source) => {
    const spaces = stretchesOf(source.text, / /g).filter(({ isMatch }) => isMatch);
    const marked = replaceRanges(source, spaces, mark);
    const prepends = scheme === 'always' || (scheme === 'first' && marked.origin === 0);
    const prefixed = prepends && !marked.text.startsWith(mark) ? prependText(marked, mark) : marked;
    return split ? splitText(prefixed, markPattern, 'MergedWithNext') : [prefixed];
  };
}

/** Old files have add_prefix_space in place of prepend_scheme. */
export function prependScheme(fields: Fields, where: string): 'first' | 'always' | 'never' {
  const addsPrefix = flagAt(fields, 'add_prefix_space', where, true);
  const scheme = fields.prepend_scheme ?? (addsPrefix ? 'always' : 'never');
  if (scheme !== 'first' && scheme !== 'always' && scheme !== 'never') {
    throw new TokenizerFormatError(`${where}.prepend_scheme must be first, always or never; it is ${named(scheme)}`);
  }
  return scheme;
}
