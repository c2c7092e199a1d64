const ESC = '\u001b';
const BEL = '\u0007';

// Control strings, control sequences, and two-character escapes.
const escapeSequence = new RegExp(
  [`${ESC}[\\]P_^X][^${ESC}${BEL}]*(?:${BEL}|${ESC}\\\\)`, `${ESC}\\[[0-?]*[ -/]*[@-~]?`, `${ESC}[ -/]*[0-~]`].join(
    '|',
  ),
  'g',
);
const blanks = /[\s\u0085]+/gu;
const lineOrColumnBreak = /[\t\n\v\f\r\u0085\u2028\u2029]/u;

/** Makes one line of typed or pasted text. A line break or tab becomes one space together with the blanks around it, or
 *  nothing at either end. Terminal sequences and control characters go. */
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
