import type { Derivation, RowStatistics } from '../../core/derivation/derivation.ts';
import { compact, fixed } from '../kit/format.ts';

/** Writes a number with four digits after the point, or about three significant digits if it is large. */
export function derivedNumber(value: number): string {
  if (!Number.isFinite(value)) return fixed(value, 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return compact(value);
  if (magnitude !== 0 && magnitude < 0.00005) return (value < 0 ? '−' : '') + magnitude.toExponential(1);
  return Number.isInteger(value) ? fixed(value, 0) : fixed(value, 4);
}

/** The formula with its numbers. A sum gives only the number of its terms, which follow below. */
export function arithmeticText(derivation: Derivation): string {
  const { terms } = derivation;
  const sum = terms.reduce((total, { value }) => total + value, 0);
  switch (derivation.kind) {
    case 'given':
      return 'given: the explanation ends here';
    case 'same':
      return 'the same number from another place';
    case 'ablated':
      return '0, because this head is switched off';
    case 'sum':
      return terms.length === 1 ? 'one term' : `the sum of ${terms.length} terms`;
    case 'rotation':
      return `two dimensions rotated by ${derivedNumber(derivation.angle)}, the position × ${derivedNumber(derivation.frequency)}`;
    case 'norm': {
      const { scale, bias, statistics } = derivation;
      const scaled = scale === null ? '' : ` × ${derivedNumber(scale.value)} (${scale.name})`;
      const shifted = bias === null ? '' : ` + ${derivedNumber(bias.value)} (${bias.name})`;
      return `${statisticsText(derivedNumber(sum), statistics)}${scaled}${shifted}`;
    }
    case 'scaled': {
      const { factor, positionTerm, cap } = derivation;
      const score = terms[0]?.operands[0]?.value ?? Number.NaN;
      const position = positionTerm === null ? '' : ` + ${derivedNumber(positionTerm)} (position)`;
      const scaled = `${derivedNumber(score)} × ${derivedNumber(factor)}${position}`;
      return cap === null ? scaled : `${derivedNumber(cap)} × tanh((${scaled}) / ${derivedNumber(cap)})`;
    }
    case 'mask':
      return derivation.isVisible ? 'the query sees this key: the score stays' : 'the query does not see this key';
    case 'renormalised':
      return `${derivedNumber(terms[derivation.index]?.value ?? Number.NaN)} / ${derivedNumber(derivation.sum)}, the sum of the row`;
    case 'softmax': {
      const own = terms[derivation.index]?.value ?? Number.NaN;
      const { maximum, sum: total } = derivation;
      return `exp(${derivedNumber(own)} − ${derivedNumber(maximum)}) / ${derivedNumber(total)}   ${derivedNumber(maximum)} is the largest score, ${derivedNumber(total)} the sum of exp(score − ${derivedNumber(maximum)}) over the row`;
    }
  }
}

/** A number of a row, normalised by the row's statistics. */
export function statisticsText(sum: string, statistics: RowStatistics): string {
  switch (statistics.kind) {
    case 'layer':
      return `(${sum} − ${derivedNumber(statistics.mean)} mean) / √(${derivedNumber(statistics.variance)} variance + ε)`;
    case 'rms':
      return `${sum} / √(${derivedNumber(statistics.meanSquare)} mean of squares + ε)`;
    case 'factor':
      return `${sum} × ${derivedNumber(statistics.factor)}`;
  }
}
