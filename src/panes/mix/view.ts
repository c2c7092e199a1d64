import type { HeadContributions } from '../../core/measures/head-contributions.ts';
import { padEnd, padStart } from '../../text/fitted-text.ts';
import { awaited, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { bar, compact, percent } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { tokenName } from '../kit/names.ts';
import { pageOf } from '../kit/viewport.ts';

export interface MixInput extends CommonInput {
  /** Of the selected query; null: they are still to come. */
  readonly contributions: HeadContributions | null;
  /** Whether the model mixes its heads by a matrix. */
  readonly hasOutputMatrix: boolean;
  readonly isAblated: (head: number) => boolean;
}

/** What each head brings to the selected token's attention output through W_O: norms, and shares that sum to the whole. */
export function mixView(input: MixInput): Row[] {
  const { contributions, hasOutputMatrix, isAblated, queries, selection, size } = input;
  if (contributions === null) return [awaited];
  const name = tokenName(queries, selection.query);
  const formula = hasOutputMatrix
    ? `attention output of ${name} = Σ over heads of context × W_O${contributions.bias === null ? '' : ' + b_O'}`
    : `this model has no W_O: it concatenates the heads of ${name}`;
  const { heads, bias, outputNorm } = contributions;
  const head: Row[] = [
    ...wrappedRows(formula, size.widthCells, 'strong'),
    [cell(`${padEnd('head', 8)}${padStart('norm', 8)}${padStart('share', 10)}`, 'dim')],
  ];
  const tail: Row[] = [
    ...(bias === null ? [] : [line('b_O', bias.norm, bias.share, 'plain', size)]),
    [
      cell(padEnd('all', 8) + padStart(compact(outputNorm), 8), 'strong'),
      cell(padStart(percent(total(contributions)), 10), 'strong'),
    ],
  ];
  const words = wrappedRows(explanation, size.widthCells, 'dim');
  // The heads come before what is said of them.
  const below =
    head.length + heads.length + tail.length + words.length <= size.heightCells ? [...tail, ...words] : tail;
  const shown = pageOf(heads.length, Math.max(1, size.heightCells - head.length - below.length), selection.head);
  const lines = heads.slice(shown.start, shown.end).map(({ head: index, norm, share }): Row => {
    const isSelected = index === selection.head;
    const label = `${isSelected ? '▸' : ' '}H${index}${isAblated(index) ? ' off' : ''}`;
    return line(label, norm, share, isSelected ? 'accent' : 'plain', size);
  });
  return [...head, ...lines, ...below].slice(0, size.heightCells);
}

const explanation =
  'share: how much a part lies along the output, (part · output) / ‖output‖². Shares sum to 100 %; a negative share opposes the output.';

function total({ heads, bias }: HeadContributions): number {
  return heads.reduce((sum, { share }) => sum + share, bias?.share ?? 0);
}

function line(label: string, norm: number, share: number, tone: 'plain' | 'accent', size: Size): Row {
  const text = padEnd(label, 8) + padStart(compact(norm), 8) + padStart(percent(share), 10);
  return [cell(text, tone), cell(` ${bar(share, Math.max(0, size.widthCells - 28))}`, 'dim')];
}
