import { distinctLabel } from '../../explorer/token-view.ts';
import { listed } from '../../text/list.ts';
import { percent } from '../kit/format.ts';
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
  const nameOf = ({ key }: Term) => keyName(input, key);
  const [first, second] = sorted;
  if (first === undefined) return '';
  const share = (term: Term) => percent(term.weight);
  const ties = sorted.filter((term) => share(term) === share(first));
  if (ties.length === terms.length && terms.length > 1)
    return `All ${terms.length} weigh the same, ${share(first)} each.`;
  if (ties.length > 1) return `${share(first)} each from ${listed(ties.map(nameOf))}: they dominate equally.`;
  if (first.weight >= 0.5) return `Mostly ${nameOf(first)} (${share(first)}).`;
  const next = second === undefined ? '' : `, before ${nameOf(second)} (${share(second)})`;
  return `The largest share, ${share(first)}, comes from ${nameOf(first)}${next}.`;
}
