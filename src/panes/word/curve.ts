import type { StageContrast, WordContrast } from '../../core/measures/word-contrast.ts';
import { barChart, chartsBeside } from '../kit/bar-chart.ts';
import type { Row, Size } from '../kit/cells.ts';
import { placeText } from './heading.ts';

/** The word's cosine at each stage, beside that of other tokens if there is room; no rows if a number is missing or room is short. */
export function wordCurve({ stages, a, b }: Pick<WordContrast, 'stages' | 'a' | 'b'>, size: Size): Row[] {
  const cosines = stages.flatMap(({ cosine }) => cosine ?? []);
  if (stages.length < 2 || size.heightCells < 6 || cosines.length < stages.length) return [];
  const baselines = stages.map(({ baseline }) => baseline ?? Number.NaN);
  const names = stages.map(shortName);
  const own = { title: `${placeText('A', a)} and ${placeText('B', b)}`, values: cosines };
  const both = chartsBeside([own, { title: 'other tokens', values: baselines }], size, { names });
  return both.length > 0 ? both : barChart({ ...own, names, selected: null, size });
}

/** static, input, L0 att, L0 out */
function shortName({ stage, layer, part }: StageContrast): string {
  if (layer === null) return part === 'static' ? 'static' : stage;
  return `L${layer} ${part === 'attention' ? 'att' : 'out'}`;
}
