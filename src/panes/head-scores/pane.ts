import { headScoreNames } from '../../core/measures/head-scores.ts';
import { sortHeads } from '../kit/head-role.ts';
import { ablatedIn } from '../kit/inputs.ts';
import { lookAtHead } from '../kit/look.ts';
import { moveAlong, roundFrom } from '../kit/moves.ts';
import { definePane } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
import { scoredHeads } from '../kit/scored-heads.ts';
import { headScoresView } from './view.ts';

const ranked = perExplorer((explorer, derive) =>
  derive(() => sortHeads(scoredHeads(explorer).value, explorer.inputs.sortBy.value)),
);

const sortNames = ['place', ...headScoreNames] as const;

export const headScoresPane = definePane({
  name: 'roles',
  title: 'what heads do',
  order: 9,
  key: '9',
  view: 'heads',
  place: 'whole',
  isHeadless: true,
  upDown: ['head in the list', (c, steps) => moveAlong(c, ranked(c.explorer).peek(), steps)],
  leftRight: [
    'score to sort by',
    ({ explorer: { inputs } }, steps) => {
      inputs.sortBy.value = roundFrom(sortNames, inputs.sortBy.peek(), steps);
    },
  ],
  keys: [lookAtHead],
  rows: (explorer, { size }) =>
    headScoresView({
      heads: ranked(explorer).value,
      sortBy: explorer.inputs.sortBy.value,
      isAblated: ablatedIn(explorer),
      selection: explorer.place.value,
      size,
    }),
  heightOf: (explorer) => scoredHeads(explorer).value.length + 8,
});
