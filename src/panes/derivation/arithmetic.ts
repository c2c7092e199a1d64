import type { Derivation, RowStatistics } from '../../core/derivation/derivation.ts';
import { compact, fixed } from '../kit/format.ts';
import type { Symbols } from '../kit/symbols.ts';

/** A number of an explanation: four digits after the point, or about three significant ones where it is large. */
export function derivedNumber(value: number, symbols: Symbols): string {
  if (!Number.isFinite(value)) return fixed(value, 0, symbols);
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return compact(value, symbols);
  if (magnitude !== 0 && magnitude < 0.00005) return (value < 0 ? symbols.minus : '') + magnitude.toExponential(1);
  return Number.isInteger(value) ? fixed(value, 0, symbols) : fixed(value, 4, symbols);
}

/** The formula with its numbers; of a sum how many terms there are, for they follow. */
export function arithmeticText(derivation: Derivation, symbols: Symbols): string {
  const number = (value: number) => derivedNumber(value, symbols);
  const { terms } = derivation;
  const sum = terms.reduce((total, { value }) => total + value, 0);
  switch (derivation.kind) {
    case 'given':
      return 'it comes from outside: here the explanation ends';
    case 'same':
      return 'the same number, in another place';
    case 'ablated':
      return '0, for this head is switched off';
    case 'sum':
      return terms.length === 1 ? 'one term' : `the sum of ${terms.length} terms`;
    case 'rotation':
      return `two dimensions turned by ${number(derivation.angle)}, the position times ${number(derivation.frequency)}`;
    case 'norm': {
      const { scale, bias, statistics } = derivation;
      const scaled = scale === null ? '' : ` ${symbols.times} ${number(scale.value)} (${scale.name})`;
      const shifted = bias === null ? '' : ` + ${number(bias.value)} (${bias.name})`;
      return `${statisticsText(number(sum), statistics, symbols)}${scaled}${shifted}`;
    }
    case 'scaled': {
      const { factor, positionTerm, cap } = derivation;
      const score = terms[0]?.operands[0]?.value ?? Number.NaN;
      const position = positionTerm === null ? '' : ` + ${number(positionTerm)} (position)`;
      const scaled = `${number(score)} ${symbols.times} ${number(factor)}${position}`;
      return cap === null ? scaled : `${number(cap)} ${symbols.times} tanh((${scaled}) / ${number(cap)})`;
    }
    case 'mask':
      return derivation.isVisible ? 'this key may be seen: the score stays' : 'this key may not be seen';
    case 'renormalised':
      return `${number(terms[derivation.index]?.value ?? Number.NaN)} / ${number(derivation.sum)}, the sum of the row`;
    case 'softmax': {
      const own = terms[derivation.index]?.value ?? Number.NaN;
      const { maximum, sum: total } = derivation;
      return `exp(${number(own)} ${symbols.minus} ${number(maximum)}) / ${number(total)}   ${number(maximum)} is the largest score, ${number(total)} the sum of exp(score ${symbols.minus} ${number(maximum)}) over the row`;
    }
  }
}

/** A number of a row after what was measured of the row. */
export function statisticsText(sum: string, statistics: RowStatistics, symbols: Symbols): string {
  const number = (value: number) => derivedNumber(value, symbols);
  switch (statistics.kind) {
    case 'layer':
      return `(${sum} ${symbols.minus} ${number(statistics.mean)} mean) / √(${number(statistics.variance)} variance + ε)`;
    case 'rms':
      return `${sum} / √(${number(statistics.meanSquare)} mean of squares + ε)`;
    case 'factor':
      return `${sum} ${symbols.times} ${number(statistics.factor)}`;
  }
}
