import { expect, test } from 'vitest';
import { cleanText } from '../../../src/explorer/editor/clean-text.ts';

const ESC = '\u001b';

test.each([
  ['plain text stays, with its blanks', '  two  blanks ', '  two  blanks '],
  ['lines become one', 'one\r\ntwo\rthree\nfour', 'one two three four'],
  ['blanks around line breaks and tabs go with them', 'one  \r\n \t two\t\tthree', 'one two three'],
  ['empty lines leave one space', 'one\n\n\ntwo', 'one two'],
  ['line breaks at the ends leave nothing', '\r\none\n', 'one'],
  ['line and paragraph separators count as breaks', 'one\u2028two\u2029three\u0085four', 'one two three four'],
  ['other control characters go', 'a\u0000b\u0007c\u007fd\u009be', 'abcde'],
  ['colours go', `a${ESC}[1;31mred${ESC}[0m`, 'ared'],
  ['titles and links go', `${ESC}]0;title\u0007x${ESC}]8;;http://a.b${ESC}\\y`, 'xy'],
  ['a string without end takes only its beginning', `a${ESC}]rest of the line`, 'arest of the line'],
  ['an Escape at the end goes', `a${ESC}`, 'a'],
  ['half a surrogate pair is replaced', 'a\ud83d', 'a\ufffd'],
  ['joiners and combining marks stay', '👩‍🚀 e\u0301', '👩‍🚀 e\u0301'],
])('%s', (_name, text, line) => {
  expect(cleanText(text)).toBe(line);
});

test('a megabyte of blanks or escapes takes no long time', () => {
  const start = performance.now();
  cleanText(`x${' '.repeat(1_000_000)}y`);
  cleanText(`${ESC}]`.repeat(500_000));
  expect(performance.now() - start).toBeLessThan(2000);
});
