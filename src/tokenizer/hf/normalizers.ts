import { type AlignedText, mapSymbols, prependText, replaceRanges, sliceText } from './aligned-text.ts';
import { createBertNormalizer, lowerCase } from './bert-normalizer.ts';
import { toByteSymbols } from './byte-symbols.ts';
import { type Fields, fieldsAt, flagAt, refuseType, stepsOf, stringAt } from './json-fields.ts';
import { patternAt, stretchesOf } from './patterns.ts';
import { createPrecompiled } from './precompiled.ts';
import { toUnicodeForm } from './unicode-forms.ts';

/** Rewrites a text and keeps where everything comes from. */
export type Normalizer = (source: AlignedText) => AlignedText;

const known = [
  'Sequence',
  'BertNormalizer',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Lowercase',
  'StripAccents',
  'Strip',
  'Replace',
  'Prepend',
  'Precompiled',
  'Nmt',
  'ByteLevel',
];

/** The normalizer of a tokenizer.json; null leaves the text as it is.
 *  @throws TokenizerFormatError when a step is unknown or lacks what it needs. */
export function createNormalizer(value: unknown): Normalizer {
  if (value === null || value === undefined) return (source) => source;
  return normalizerOf(fieldsAt(value, 'normalizer'), 'normalizer');
}

function normalizerOf(fields: Fields, where: string): Normalizer {
  switch (fields.type) {
    case 'Sequence': {
      const steps = stepsOf(fields, 'normalizers', where).map((step) => normalizerOf(step.fields, step.where));
      return (source) => steps.reduce((text, step) => step(text), source);
    }
    case 'BertNormalizer':
      return createBertNormalizer(fields, where);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = fields.type;
      return (source) => toUnicodeForm(source, form);
    }
    case 'Lowercase':
      return lowerCase;
    case 'StripAccents':
      return (source) => mapSymbols(source, (symbol) => (/\p{M}/u.test(symbol) ? null : symbol));
    case 'Strip':
      return strip(flagAt(fields, 'strip_left', where, true), flagAt(fields, 'strip_right', where, true));
    case 'Replace': {
      const pattern = patternAt(fields.pattern, `${where}.pattern`);
      const content = stringAt(fields, 'content', where);
      return (source) =>
        replaceRanges(
          source,
          stretchesOf(source.text, pattern).filter(({ isMatch }) => isMatch),
          content,
        );
    }
    case 'Prepend': {
      const prefix = stringAt(fields, 'prepend', where);
      return (source) => prependText(source, prefix);
    }
    case 'Precompiled':
      return createPrecompiled(stringAt(fields, 'precompiled_charsmap', where), `${where}.precompiled_charsmap`);
    case 'Nmt':
      return (source) => mapSymbols(source, nmt);
    case 'ByteLevel':
      return toByteSymbols;
    default:
      return refuseType(where, fields.type, known);
  }
}

function strip(left: boolean, right: boolean): Normalizer {
  return (source) => {
    const from = left ? source.text.match(/^\p{White_Space}*/u)![0].length : 0;
    const kept = right ? source.text.length - trailingSpace(source.text) : source.text.length;
    return { ...sliceText(source, from, Math.max(from, kept)), origin: source.origin };
  };
}

function trailingSpace(text: string): number {
  let at = text.length;
  while (at > 0 && /\p{White_Space}/u.test(text[at - 1]!)) at -= 1;
  return text.length - at;
}

/** SentencePiece's nmt rules: some control characters go, other kinds of white space become spaces. */
function nmt(symbol: string): string | null {
  if (/[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/.test(symbol)) return ' ';
  const isRemoved = (symbol > '\0' && symbol < ' ') || symbol === '\x7F' || symbol === '\x8F' || symbol === '\x9F';
  return isRemoved ? null : symbol;
}
