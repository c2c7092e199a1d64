import { type AlignedText, mapSymbols } from './aligned-text.ts';
import { type Fields, flagAt } from './json-fields.ts';
import { toUnicodeForm } from './unicode-forms.ts';

const control = /^[\p{Cc}\p{Cf}\p{Co}\uFFFD]$/u;
const space = /^\p{White_Space}$/u;
const chinese =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/u;

/** BERT's normalisation: removes control characters, turns white space into spaces, puts spaces around Chinese characters,
 *  removes accents and lower-cases. A field switches each part.
 *  @throws TokenizerFormatError when a field is not true, false or null. */
export function createBertNormalizer(fields: Fields, where: string): (source: AlignedText) => AlignedText {
  const cleans = flagAt(fields, 'clean_text', where, true);
  const spacesChinese = flagAt(fields, 'handle_chinese_chars', where, true);
  const lowers = flagAt(fields, 'lowercase', where, true);
  const stripsAccents = flagAt(fields, 'strip_accents', where, lowers);
  return (source) => {
    let text = cleans ? mapSymbols(source, cleaned) : source;
    if (spacesChinese) text = mapSymbols(text, (symbol) => (chinese.test(symbol) ? ` ${symbol} ` : symbol));
    if (stripsAccents)
      text = mapSymbols(toUnicodeForm(text, 'NFD'), (symbol) => (/\p{Mn}/u.test(symbol) ? null : symbol));
    return lowers ? lowerCase(text) : text;
  };
}

/** Lower-cases each character separately: unlike in JavaScript, a final Σ becomes σ. */
export function lowerCase(source: AlignedText): AlignedText {
  return mapSymbols(source, (symbol) => symbol.toLowerCase());
}

function cleaned(symbol: string): string | null {
  if (symbol === '\t' || symbol === '\n' || symbol === '\r') return ' ';
  if (control.test(symbol)) return null;
  return space.test(symbol) ? ' ' : symbol;
}
