import type { Derivation, Operand, Term } from '../../core/derivation/derivation.ts';

/** A line of the operands. */
export interface TermLine {
  readonly operands: readonly Operand[];
  /** The term that it shows; null: a parameter of a norm. */
  readonly term: Term | null;
}

/** The operands in the order of the screen: the selected cell's own, a norm's parameters, then the largest; numbers that are missing are
 *  left out.  key: the selected key, whose term leads a sum over the keys */
export function termLines(derivation: Derivation, key: number): readonly TermLine[] {
  const { terms } = derivation;
  const known = terms.filter(({ value }) => !Number.isNaN(value));
  const line = (term: Term): TermLine => ({ operands: term.operands, term });
  const own = ownTerm(derivation, key);
  if (derivation.kind === 'scaled' || derivation.kind === 'rotation') return known.map(line);
  const sizes = new Map(terms.map((term, index) => [term, Math.abs(sizeOf(derivation, term, index))]));
  const rest = known.filter((term) => term !== own).toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const parameters =
    derivation.kind === 'norm' ? [derivation.scale, ...(derivation.bias === null ? [] : [derivation.bias])] : [];
  return [
    ...(own === undefined || Number.isNaN(own.value) ? [] : [line(own)]),
    ...parameters.map((one) => ({ operands: [one], term: null })),
    ...rest.map(line),
  ];
}

export function operandsIn(lines: readonly TermLine[]): readonly Operand[] {
  return lines.flatMap(({ operands }) => operands);
}

function sizeOf(derivation: Derivation, term: Term, index: number): number {
  return derivation.kind === 'softmax' ? (derivation.exponentials[index] ?? 0) : term.value;
}

function ownTerm(derivation: Derivation, key: number): Term | undefined {
  if ('index' in derivation) return derivation.terms[derivation.index];
  const { stage } = derivation.place;
  if (stage !== 'context' && stage !== 'weightedValues') return undefined;
  return derivation.terms.find(({ operands }) =>
    operands.some(({ place }) => place?.stage === 'v' && place.row === key),
  );
}
