import { isInverseRoot } from '../../core/chain/scores.ts';
import type { AttentionParameters } from '../../core/model.ts';
import { compact, fixed } from './format.ts';

type Scaling = Pick<AttentionParameters, 'headDim' | 'scoreScale' | 'positionTerms' | 'softCap'>;

/** The factor of q·k, as a formula writes it: ` ÷ √64`, ` × 0.5`; '' for 1. */
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

/** How q·k becomes a scaled score, in numbers: `32.865 ÷ √64`, with any position term and soft cap. */
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
