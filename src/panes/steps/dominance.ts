import { distinctLabel } from '../../explorer/token-view.ts';
import { listed } from '../../text/list.ts';
import { percent } from '../kit/format.ts';
import { percentages } from '../kit/shares.ts';
import type { StepsInput } from './steps.ts';

/** A key's part in the weighted sum: weight × value [d_v]. */
export interface Term {
  readonly key: number;
  readonly weight: number;
  readonly value: Float32Array;
}

/** The terms with the largest weights; on a tie, earlier keys first. */
export function largest(terms: readonly Term[], count: number): readonly Term[] {
  return terms.toSorted((a, b) => b.weight - a.weight).slice(0, count);
}

/** A key's label; `itself` for the query's own. */
export function keyName({ keys, queries, selection }: StepsInput, key: number): string {
  return queries === keys && key === selection.query ? 'itself' : distinctLabel(keys, key);
}

/** Names what dominates the sum; weights that print alike dominate equally. */
export function dominance(terms: readonly Term[], input: StepsInput): string {
  const sorted = largest(terms, terms.length);
  const texts = percentages(terms.map(({ weight }) => weight));
  const share = (term: Term) => texts[terms.indexOf(term)] ?? '';
  const nameOf = ({ key }: Term) => keyName(input, key);
  const [first, second] = sorted;
  if (first === undefined) return '';
  // Of equal weights, one may print a tenth more, so that all sum to 100.0 %.
  const ties = sorted.filter((term) => percent(term.weight) === percent(first.weight));
  if (ties.length === terms.length && terms.length > 1)
    return `All ${terms.length} weigh the same, ${percent(first.weight)} each.`;
  if (ties.length > 1) return `${percent(first.weight)} each from ${listed(ties.map(nameOf))}: they dominate equally.`;
  if (first.weight >= 0.5) return `Mostly ${nameOf(first)} (${share(first)}).`;
  const next = second === undefined ? '' : `, before ${nameOf(second)} (${share(second)})`;
  return `The largest share, ${share(first)}, comes from ${nameOf(first)}${next}.`;
}
