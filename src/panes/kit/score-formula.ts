import { isInverseRoot } from '../../core/chain/scores.ts';
import type { AttentionParameters } from '../../core/model.ts';
import { compact, fixed } from './format.ts';
import type { Symbols } from './symbols.ts';

type Scaling = Pick<AttentionParameters, 'headDim' | 'scoreScale' | 'positionTerms' | 'softCap'>;

/** What q·k is multiplied by, as it is written behind it: ` ÷ √64`, ` × 0.5`; '' where it stays as it is. */
function scaleText(scaling: Scaling, scaleFactor: number, symbols: Symbols): string {
  const { headDim, scoreScale } = scaling;
  const own = isInverseRoot(scaling)
    ? ` ${symbols.divide} ${symbols.root(String(headDim))}`
    : scoreScale === 1
      ? ''
      : ` ${symbols.times} ${fixed(scoreScale, 4, symbols)}`;
  return scaleFactor === 1 ? own : `${own} ${symbols.times} ${compact(scaleFactor, symbols)}`;
}

/** What happens to q·k before the softmax, as a formula writes it: ` ÷ √64 + position`. */
export function scoreFormula(attention: Scaling, scaleFactor: number, symbols: Symbols): string {
  const position = attention.positionTerms === null ? '' : ' + position';
  const cap = attention.softCap === null ? '' : `, capped at ${compact(attention.softCap, symbols)}`;
  return `${scaleText(attention, scaleFactor, symbols)}${position}${cap}`;
}

/** How a scaled score comes from q·k, with numbers: `32.865 ÷ √64`, with a position term and a soft cap where there are some. */
export function scaledScoreText(
  score: number,
  scaled: number,
  attention: Scaling,
  scaleFactor: number,
  symbols: Symbols,
): string {
  const product = `${fixed(score, 3, symbols)}${scaleText(attention, scaleFactor, symbols)}`;
  const { softCap, positionTerms, scoreScale } = attention;
  const inner = softCap === null ? scaled : softCap * Math.atanh(scaled / softCap);
  const position = inner - score * scoreScale * scaleFactor;
  const sign = position < 0 ? symbols.minus : '+';
  const sum =
    positionTerms === null ? product : `${product} ${sign} ${fixed(Math.abs(position), 3, symbols)} (position)`;
  if (softCap === null) return sum;
  const cap = compact(softCap, symbols);
  return `${cap} ${symbols.times} tanh((${sum}) ${symbols.divide} ${cap})`;
}
