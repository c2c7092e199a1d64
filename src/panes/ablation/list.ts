import type { HeadIndex } from '../../core/interventions.ts';
import {
  type AblationMeasure,
  effectOf,
  type HeadEffect,
  isSigned,
  logProbabilityChange,
  rankByEffect,
} from '../../core/measures/ablation-effect.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size } from '../kit/cells.ts';
import { counted } from '../kit/format.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { alignedText, digitsFor } from './numbers.ts';

export interface AblationListInput {
  /** In any order. */
  readonly effects: readonly HeadEffect[];
  readonly measure: AblationMeasure;
  readonly selection: HeadIndex;
}

interface Column {
  readonly title: string;
  readonly value: (one: HeadEffect) => number | null;
  /** Digits after the point; null: as many as the numbers in view need. */
  readonly digits: number | null;
  readonly hasSign?: boolean;
  /** What it is, if the definition of the effect does not say it. */
  readonly note?: string;
}

/** The numbers beside the effect, by measure. */
export const otherColumns: Readonly<Record<AblationMeasure, readonly Column[]>> = {
  embedding: [
    { title: 'cosine', value: ({ embeddingCosine }) => embeddingCosine, digits: 4 },
    {
      title: 'output',
      value: ({ outputChange }) => outputChange,
      digits: null,
      note: 'output: ‖x′ − x‖ / ‖x‖, x: the vector of the selected query after the last layer',
    },
  ],
  prediction: [
    { title: 'p without', value: ({ prediction }) => prediction?.after ?? null, digits: null },
    {
      title: 'log ratio',
      value: logProbabilityChange,
      digits: 3,
      hasSign: true,
      note: 'log ratio: ln(p without / p with)',
    },
    {
      title: 'place',
      value: ({ prediction }) => prediction?.rankAfter ?? null,
      digits: 0,
      note: 'place: of the token among all tokens, without the head',
    },
  ],
  logits: [{ title: 'without', value: ({ logits }) => logits?.after ?? null, digits: 3 }],
  output: [
    { title: 'cosine', value: ({ outputCosine }) => outputCosine, digits: 4 },
    {
      title: '‖x′ − x‖',
      value: ({ outputChange, outputNorm }) =>
        outputChange === null || outputNorm === null ? null : outputChange * outputNorm,
      digits: null,
    },
  ],
};

function listColumns({ measure }: Pick<AblationListInput, 'measure'>): readonly Column[] {
  const effect = (one: HeadEffect) => effectOf(one, measure);
  return [{ title: 'effect', value: effect, digits: null, hasSign: isSigned(measure) }, ...otherColumns[measure]];
}

/** The texts of a column, with their points below each other. */
function columnTexts({ value, digits, hasSign = false }: Column, heads: readonly HeadEffect[]): string[] {
  const values = heads.map(value);
  const shown = digits ?? digitsFor(values);
  return values.map((one) => (one === null || Number.isNaN(one) ? 'n/a' : alignedText(one, shown, hasSign)));
}

const nameWidth = 13;
/** Blanks before a title, and where only so the second column has room. */
const [wideGap, narrowGap] = [2, 1];
const columnWidth = ({ title }: Column, gap: number) => Math.max(9, widthOf(title) + gap);
const cellsOf = (columns: readonly Column[], gap = wideGap) =>
  columns.reduce((sum, column) => sum + columnWidth(column, gap), nameWidth);

export function ablationListCells(input: Pick<AblationListInput, 'measure'>): number {
  return cellsOf(listColumns(input));
}

/** The heads from the largest effect down, and how many more there are; the selected head takes the last line if it would be out of view. */
export function ablationList(input: AblationListInput, size: Size): Row[] {
  const { effects, measure, selection } = input;
  if (size.heightCells < 2 || effects.length === 0) return [];
  const all = listColumns(input);
  const fits = (count: number, gap: number) => cellsOf(all.slice(0, count), gap) <= size.widthCells;
  const gap = !fits(2, wideGap) && fits(2, narrowGap) ? narrowGap : wideGap;
  const columns = all.filter((_, at) => at === 0 || fits(at + 1, gap));
  const ranked = rankByEffect(effects, measure);
  const selected = ranked.findIndex((one) => isSameHead(one, selection));
  const room = size.heightCells - 1;
  // The last line counts the heads without a line, where there is room for both.
  const visible = ranked.length <= room || room < 2 ? room : room - 1;
  const places = Array.from({ length: Math.min(visible, ranked.length) }, (_, rank) => rank);
  if (selected >= visible && visible > 1) places[visible - 1] = selected;
  const titles = columns.map((column) => padStart(column.title, columnWidth(column, gap))).join('');
  const heads = places.map((rank) => ranked[rank]!);
  const texts = columns.map((column) => columnTexts(column, heads));
  const rows = places.map((rank, at): Row => {
    const name = `${rank === selected ? '▸' : ' '}${padStart(String(rank + 1), 3)} ${headName(heads[at]!)}`;
    const numbers = columns
      .map((column, index) => padStart(texts[index]?.[at] ?? '', columnWidth(column, gap)))
      .join('');
    const text = cutEnd(padEnd(name, nameWidth) + numbers, size.widthCells);
    return [cell(text, rank === selected ? 'accent' : 'plain')];
  });
  const more = ranked.length - places.length;
  return [
    [cell(cutEnd(padEnd(' rank head', nameWidth) + titles, size.widthCells), 'dim')],
    ...rows,
    ...(more === 0 || visible === room
      ? []
      : [[cell(cutEnd(`     and ${counted(more, 'more head')}`, size.widthCells), 'dim')]]),
  ];
}
