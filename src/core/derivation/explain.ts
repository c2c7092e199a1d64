import type { CellPlace, Derivation } from './derivation.ts';
import { derive } from './derive.ts';
import { rowSource } from './row-source.ts';
import type { DerivationSource } from './source.ts';
import { stageTitle } from './titles.ts';

/** An explanation that followed operands from a number to one that it was made of. */
export interface Explanation {
  /** From the first number to the explained one. */
  readonly path: readonly [CellPlace, ...CellPlace[]];
  /** The names of their stages. */
  readonly titles: readonly string[];
  /** Of the last number of the path. */
  readonly derivation: Derivation;
  /** Whether the wanted path has a step that is no operand any more, so that it ends at its start. */
  readonly isCut: boolean;
}

/** Explains the last number of a path, if each number is an operand of the one before it; else the first.
 *  @throws RangeError when the run has no first number. */
export function explain(source: DerivationSource, wanted: readonly [CellPlace, ...CellPlace[]]): Explanation {
  const rows = rowSource(source);
  const [first, ...steps] = wanted;
  const start = derive(rows, first);
  let derivation: Derivation | null = start;
  for (const step of steps)
    derivation = derivation !== null && hasOperand(derivation, step) ? derive(rows, step) : null;
  const path: Explanation['path'] = derivation === null ? [first] : wanted;
  const titles = path.map((place) => stageTitle(rows, place));
  return { path, titles, derivation: derivation ?? start, isCut: derivation === null };
}

function hasOperand({ terms }: Derivation, place: CellPlace): boolean {
  return terms.some(({ operands }) => operands.some((one) => one.place !== null && isSamePlace(one.place, place)));
}

export function isSamePlace(a: CellPlace, b: CellPlace): boolean {
  const isSameRow =
    a.part === b.part && a.stage === b.stage && a.layer === b.layer && a.head === b.head && a.row === b.row;
  return isSameRow && a.column === b.column;
}
