import { cell, type Row, rowWidth } from './cells.ts';

/** Puts blocks of rows side by side, each padded to its width: one width for all, or one per block. */
export function sideBySide(blocks: readonly (readonly Row[])[], widthCells: number | readonly number[]): Row[] {
  const widthOf = (index: number) => (typeof widthCells === 'number' ? widthCells : (widthCells[index] ?? 0));
  const lines = Math.max(0, ...blocks.map((block) => block.length));
  return Array.from({ length: lines }, (_, line) =>
    blocks.flatMap((block, index): Row => {
      const row = block[line] ?? [];
      return [...row, cell(' '.repeat(Math.max(0, widthOf(index) - rowWidth(row))))];
    }),
  );
}
