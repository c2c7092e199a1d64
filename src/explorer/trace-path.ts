import { followCell, type TokenList } from '../core/derivation/places.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';

type Path = Pick<ExplorerInputs, 'tracePath' | 'traceOperand' | 'isTraceCut'>;

/** Keeps the way of an explanation on its tokens when their text is edited; returns to the start where one of them is gone.
 *  follow: the new place of a token */
export function followTrace(inputs: Path, list: TokenList, follow: (token: number) => number | null): void {
  const path = inputs.tracePath.peek();
  if (path.length === 0) return;
  const kept = path.flatMap((place) => followCell(place, list, follow) ?? []);
  if (kept.length < path.length) {
    restartTrace(inputs);
    inputs.isTraceCut.value = true;
  } else if (kept.some((place, index) => place.row !== path[index]?.row || place.column !== path[index]?.column)) {
    inputs.tracePath.value = kept;
  }
}

/** Explains the first number again. */
export function restartTrace({ tracePath, traceOperand, isTraceCut }: Path): void {
  if (tracePath.peek().length > 0) tracePath.value = [];
  traceOperand.value = 0;
  isTraceCut.value = false;
}
