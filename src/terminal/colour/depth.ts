/** How many colours the output has; `none` still allows bold, underline and inverse. */
export type ColourDepth = 'none' | '16' | '256' | 'truecolor';

interface ColourDepthSource {
  /** The value of `--color`. */
  readonly option?: 'never' | '16' | '256' | 'truecolor' | 'auto' | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

const forced: Readonly<Record<string, ColourDepth>> = {
  '0': 'none',
  false: 'none',
  '': '16',
  '1': '16',
  true: '16',
  '2': '256',
  '3': 'truecolor',
};

const truecolorTerms = /^(xterm-)?(kitty|ghostty)$|^(alacritty|wezterm|foot|contour|rio)\b|-(direct|truecolor)$/;
const sixteenTerms = /^(xterm|screen|tmux|linux|rxvt|konsole|cygwin|ansi|vte|st|putty)\b|color/;

function depthOfTerm(term: string | undefined): ColourDepth {
  if (term === undefined || term === '' || term === 'dumb') return 'none';
  if (truecolorTerms.test(term)) return 'truecolor';
  if (/-256(color)?\b/.test(term)) return '256';
  return sixteenTerms.test(term) ? '16' : 'none';
}

/** Decides by the first of these that is set: `--color`, NO_COLOR, FORCE_COLOR, no terminal, COLORTERM, TERM.
 *  FORCE_COLOR has the values of Node: 0 none, 1 or empty 16, 2 256, 3 truecolor.
 *  @see https://no-color.org */
export function colourDepth({ option = 'auto', env, isTTY }: ColourDepthSource): ColourDepth {
  if (option === 'never') return 'none';
  if (option !== 'auto') return option;
  if (env.NO_COLOR) return 'none';
  const force = env.FORCE_COLOR;
  if (force !== undefined) return forced[force.toLowerCase()] ?? '16';
  if (!isTTY) return 'none';
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 'truecolor';
  // Windows Terminal sets neither COLORTERM nor TERM.
  if (!env.TERM && env.WT_SESSION) return 'truecolor';
  return depthOfTerm(env.TERM);
}
