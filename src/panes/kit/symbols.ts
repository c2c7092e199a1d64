/** The signs that are not plain ASCII, in one place, so that `--ascii` can do without them. */
export interface Symbols {
  readonly pointer: string;
  readonly prompt: string;
  readonly ellipsis: string;
  readonly times: string;
  readonly minus: string;
  readonly dot: string;
  readonly arrow: string;
  readonly sum: string;
  readonly divide: string;
  readonly none: string;
  /** A blank that has to be seen. */
  readonly blank: string;
  readonly range: string;
  /** A square root: √128 or sqrt(128). */
  readonly root: (text: string) => string;
  readonly qk: string;
  /** Eighths of a filled cell, emptiest first. */
  readonly bar: readonly string[];
  /** Two pixels in one cell, or null where there is no such character. */
  readonly halfBlock: string | null;
  readonly upDown: string;
  readonly leftRight: string;
}

export const unicodeSymbols: Symbols = {
  pointer: '▸',
  prompt: '›',
  ellipsis: '…',
  times: '×',
  minus: '−',
  dot: '·',
  arrow: '→',
  sum: 'Σ',
  divide: '÷',
  none: '—',
  blank: '␣',
  range: '–',
  root: (text) => `√${text}`,
  qk: 'q·k',
  bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  halfBlock: '▀',
  upDown: '↑↓',
  leftRight: '←→',
};

export const asciiSymbols: Symbols = {
  pointer: '>',
  prompt: '>',
  ellipsis: '~',
  times: 'x',
  minus: '-',
  dot: '|',
  arrow: '->',
  sum: 'sum',
  divide: '/',
  none: '?',
  blank: '_',
  range: '-',
  root: (text) => `sqrt(${text})`,
  qk: 'q.k',
  bar: ['#'],
  halfBlock: null,
  upDown: 'up/down',
  leftRight: 'left/right',
};
