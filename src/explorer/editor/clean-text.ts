const ESC = '\u001b';
const BEL = '\u0007';

// Control strings with their content, control sequences with their parameters, two-character escapes.
const escapeSequence = new RegExp(
  [`${ESC}[\\]P_^X][^${ESC}${BEL}]*(?:${BEL}|${ESC}\\\\)`, `${ESC}\\[[0-?]*[ -/]*[@-~]?`, `${ESC}[ -/]*[0-~]`].join(
    '|',
  ),
  'g',
);
const blanks = /[\s\u0085]+/gu;
const lineOrColumnBreak = /[\t\n\v\f\r\u0085\u2028\u2029]/u;

/** Makes one line of typed or pasted text: line breaks and tabs with the blanks around them become one
 *  space, at either end nothing; terminal sequences and other control characters go. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(escapeSequence, '')
    .replace(blanks, (run, offset: number, whole: string) => {
      if (!lineOrColumnBreak.test(run)) return run;
      return offset === 0 || offset + run.length === whole.length ? '' : ' ';
    })
    .replace(/\p{Cc}/gu, '');
}
