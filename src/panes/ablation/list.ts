import type { HeadIndex } from '../../core/interventions.ts';
import { type AblationMeasure, effectOf, type HeadEffect, rankByEffect } from '../../core/measures/ablation-effect.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { cell, type Row, type Size } from '../kit/cells.ts';
import { fixed, smallNumber } from '../kit/format.ts';
import { headName, isSameHead } from '../kit/names.ts';

export interface AblationListInput {
  /** In any order. */
  readonly effects: readonly HeadEffect[];
  readonly measure: AblationMeasure;
  readonly selection: HeadIndex;
}

interface Column {
  readonly title: string;
  readonly text: (one: HeadEffect) => string;
}

/** The measure first, then the other numbers of a head. */
function listColumns({ effects, measure }: AblationListInput): Column[] {
  const number = (value: number | null | undefined, digits: number) =>
    value === null || value === undefined ? 'n/a' : fixed(value, digits);
  const predictions: Column[] = [
    { title: 'p after', text: ({ prediction }) => number(prediction?.after, 3) },
    { title: 'at rank', text: ({ prediction }) => String(prediction?.rankAfter ?? 'n/a') },
  ];
  const output: Column = {
    title: 'output',
    text: ({ outputChange }) => (outputChange === null ? 'n/a' : smallNumber(outputChange, 1)),
  };
  const effect: Column = {
    title: 'effect',
    text: (one) => {
      const value = effectOf(one, measure);
      return value === null ? 'n/a' : smallNumber(value, 1);
    },
  };
  const hasEmbedding = effects.some(({ embeddingCosine }) => embeddingCosine !== null);
  return [
    effect,
    ...(effects.some(({ prediction }) => prediction !== null) ? predictions : []),
    ...(hasEmbedding ? [{ title: 'cos emb.', text: (one: HeadEffect) => number(one.embeddingCosine, 4) }] : []),
    ...(measure === 'output' ? [] : [output]),
    { title: 'cos out.', text: ({ outputCosine }) => number(outputCosine, 4) },
  ];
}

const nameWidth = 13;
const columnWidth = 9;

export function ablationListCells(input: AblationListInput): number {
  return nameWidth + columnWidth * listColumns(input).length;
}

/** The heads from the largest effect down; the selected head takes the last line if it would be out of view. */
export function ablationList(input: AblationListInput, size: Size): Row[] {
  const { effects, measure, selection } = input;
  if (size.heightCells < 2 || effects.length === 0) return [];
  const columns = listColumns(input).slice(0, Math.max(1, Math.floor((size.widthCells - nameWidth) / columnWidth)));
  const ranked = rankByEffect(effects, measure);
  const selected = ranked.findIndex((one) => isSameHead(one, selection));
  const visible = size.heightCells - 1;
  const places = Array.from({ length: Math.min(visible, ranked.length) }, (_, rank) => rank);
  if (selected >= visible && visible > 1) places[visible - 1] = selected;
  const heading = `${padEnd(' rank head', nameWidth)}${columns.map(({ title }) => padStart(title, columnWidth)).join('')}`;
  return [
    [cell(cutEnd(heading, size.widthCells), 'dim')],
    ...places.map((rank): Row => {
      const one = ranked[rank]!;
      const name = `${rank === selected ? '▸' : ' '}${padStart(String(rank + 1), 3)} ${headName(one)}`;
      const numbers = columns.map(({ text }) => padStart(text(one), columnWidth)).join('');
      const text = cutEnd(padEnd(name, nameWidth) + numbers, size.widthCells);
      return [cell(text, rank === selected ? 'accent' : 'plain')];
    }),
  ];
}
