import { cell, type Row, rowWidth } from './cells.ts';

/** Blocks of rows beside one another, each as wide as said. */
export function sideBySide(blocks: readonly (readonly Row[])[], widthCells: number): Row[] {
  const lines = Math.max(0, ...blocks.map((block) => block.length));
  return Array.from(
    { length: lines },
    (_, line): Row =>
      blocks.flatMap((block) => {
        const row = block[line] ?? [];
        const used = rowWidth(row);
        return [...row, cell(' '.repeat(Math.max(0, widthCells - used)))];
      }),
  );
}
