import { headMaps } from '../kit/head-maps.ts';
import { moveHead, moveLayer } from '../kit/moves.ts';
import { headNumbers } from '../kit/names.ts';
import { definePane } from '../kit/pane.ts';

export const headMapsPane = definePane({
  name: 'maps',
  title: 'heads',
  order: 5,
  key: '5',
  view: 'maps',
  place: 'core',
  isHeadless: true,
  note: headNumbers,
  upDown: moveLayer,
  leftRight: moveHead,
  rows: (explorer, { size }) => headMaps(explorer, size, 1),
  heightOf: ({ headCounts }) => 12 * headCounts.value.length,
});
