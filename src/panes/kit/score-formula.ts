import { isInverseRoot } from '../../core/chain/scores.ts';
import type { AttentionParameters } from '../../core/model.ts';
import { compact, fixed } from './format.ts';

type Scaling = Pick<AttentionParameters, 'headDim' | 'scoreScale' | 'positionTerms' | 'softCap'>;

/** What q·k is multiplied by, as it is written behind it: ` ÷ √64`, ` × 0.5`; '' where it stays as it is. */
function scaleText(scaling: Scaling, scaleFactor: number): string {
  const { headDim, scoreScale } = scaling;
  const own = isInverseRoot(scaling) ? ` ÷ √${headDim}` : scoreScale === 1 ? '' : ` × ${fixed(scoreScale, 4)}`;
  return scaleFactor === 1 ? own : `${own} × ${compact(scaleFactor)}`;
}

/** What happens to q·k before the softmax, as a formula writes it: ` ÷ √64 + position`. */
export function scoreFormula(attention: Scaling, scaleFactor: number): string {
  const position = attention.positionTerms === null ? '' : ' + position';
  const cap = attention.softCap === null ? '' : `, capped at ${compact(attention.softCap)}`;
  return `${scaleText(attention, scaleFactor)}${position}${cap}`;
}

/** How a scaled score comes from q·k, with numbers: `32.865 ÷ √64`, with a position term and a soft cap where there are some. */
export function scaledScoreText(score: number, scaled: number, attention: Scaling, scaleFactor: number): string {
  const product = `${fixed(score, 3)}${scaleText(attention, scaleFactor)}`;
  const { softCap, positionTerms, scoreScale } = attention;
  const inner = softCap === null ? scaled : softCap * Math.atanh(scaled / softCap);
  const position = inner - score * scoreScale * scaleFactor;
  const sign = position < 0 ? '−' : '+';
  const sum = positionTerms === null ? product : `${product} ${sign} ${fixed(Math.abs(position), 3)} (position)`;
  if (softCap === null) return sum;
  const cap = compact(softCap);
  return `${cap} × tanh((${sum}) ÷ ${cap})`;
}
