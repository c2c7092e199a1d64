import { headMaps } from '../kit/head-maps.ts';
import { lookAtHead } from '../kit/look.ts';
import { moveHead, moveLayer } from '../kit/moves.ts';
import { headName } from '../kit/names.ts';
import { definePane } from '../kit/pane.ts';

/** Fewest pixels of a head's map, both ways, so that twelve maps fit on a line. */
const fewestPixels = { wide: 8, narrow: 5, wideCells: 100 } as const;

export const headGridPane = definePane({
  name: 'grid',
  title: 'all heads',
  order: 8,
  key: '8',
  view: 'grid',
  place: 'whole',
  isHeadless: true,
  note: ({ headCounts }) =>
    `from L0 H0 to ${headName({ layer: headCounts.value.length - 1, head: (headCounts.value.at(-1) ?? 1) - 1 })}`,
  upDown: moveLayer,
  leftRight: moveHead,
  keys: [lookAtHead],
  rows: (explorer, { size }) =>
    headMaps(explorer, size, size.widthCells < fewestPixels.wideCells ? fewestPixels.narrow : fewestPixels.wide),
  heightOf: ({ headCounts }) => 12 * headCounts.value.length,
});
