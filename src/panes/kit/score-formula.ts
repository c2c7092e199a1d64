import { isInverseRoot } from '../../core/chain/scores.ts';
import type { AttentionParameters } from '../../core/model.ts';
import { operandsFor } from './equation.ts';
import { compact } from './format.ts';
import { typedNumber } from './intervention-sentences.ts';

type Scaling = Pick<AttentionParameters, 'headDim' | 'scoreScale' | 'positionTerms' | 'softCap'>;

/** The factor of q·k, as a formula writes it: ` ÷ √64`, ` × 0.5`; '' for 1. */
function scaleText(scaling: Scaling, scaleFactor: number, write = typedNumber): string {
  const { headDim, scoreScale } = scaling;
  const own = isInverseRoot(scaling) ? ` ÷ √${headDim}` : scoreScale === 1 ? '' : ` × ${write(scoreScale)}`;
  return scaleFactor === 1 ? own : `${own} × ${typedNumber(scaleFactor)}`;
}

/** What happens to q·k before the softmax, as a formula writes it: ` ÷ √64 + position`. */
export function scoreFormula(attention: Scaling, scaleFactor: number): string {
  const position = attention.positionTerms === null ? '' : ' + position';
  const cap = attention.softCap === null ? '' : `, capped at ${compact(attention.softCap)}`;
  return `${scaleText(attention, scaleFactor)}${position}${cap}`;
}

/** How q·k becomes a scaled score, in numbers: `32.865 ÷ √64` with any position term and soft cap, and q·k as written there. */
export function scaledScoreText(score: number, scaled: number, attention: Scaling, scaleFactor: number) {
  const { softCap, positionTerms, scoreScale, headDim } = attention;
  const inner = softCap === null ? scaled : softCap * Math.atanh(scaled / softCap);
  const position = positionTerms === null ? 0 : inner - score * scoreScale * scaleFactor;
  const factor = Number(typedNumber(scaleFactor).replaceAll('−', '-'));
  const { sign, write } = operandsFor([scaled], 3, (round) => {
    const scale = isInverseRoot(attention) ? 1 / Math.sqrt(headDim) : round(scoreScale);
    const sum = round(score) * scale * factor + round(position);
    return [softCap === null ? sum : softCap * Math.tanh(sum / softCap)];
  });
  const product = `${write(score)}${scaleText(attention, scaleFactor, write)}`;
  const sum =
    positionTerms === null ? product : `${product} ${position < 0 ? '−' : '+'} ${write(Math.abs(position))} (position)`;
  const cap = softCap === null ? '' : typedNumber(softCap);
  return { sign, score: write(score), text: softCap === null ? sum : `${cap} × tanh((${sum}) ÷ ${cap})` };
}
