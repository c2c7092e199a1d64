import type { HeadIndex } from '../../core/interventions.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { cutMiddle, visibleText } from '../../text/fitted-text.ts';

/** Position and label, the label cut to `labelCells`: `7 bank`. */
export function tokenName(tokens: readonly TokenView[], position: number, labelCells = 16): string {
  return `${position} ${cutMiddle(labelAt(tokens, position), labelCells)}`;
}

/** A token of the vocabulary with its leading blank visible. */
export function predictedToken(text: string): string {
  return visibleText(text.replace(/^[▁Ġ ](?=.)/u, '␣'));
}

export function isSameHead(one: HeadIndex, other: HeadIndex): boolean {
  return one.layer === other.layer && one.head === other.head;
}

/** The numbers of the heads in the layer in view, from 0: `0-3`; '' for a single head. */
export function headNumbers({ headCounts, place }: Pick<Explorer, 'headCounts' | 'place'>): string {
  const count = headCounts.value[place.value.layer] ?? 1;
  return count === 1 ? '' : `0-${count - 1}`;
}

/** `L0 H3` */
export function headName({ layer, head }: HeadIndex): string {
  return `L${layer} H${head}`;
}
