import type { Model } from '../../core/model.ts';
import type { Selection } from '../../explorer/selection.ts';
import type { RunStatus } from '../../run/run.ts';
import { padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, rowWidth } from '../kit/cells.ts';
import { bar, counted, duration } from '../kit/format.ts';

export interface TitleInput {
  readonly model: Model;
  /** Which attention of an encoder–decoder model; null for other models. */
  readonly part: string | null;
  /** Heads in each layer of the shown part. */
  readonly headCounts: readonly number[];
  readonly headDim: number;
  readonly selection: Pick<Selection, 'layer' | 'head'>;
  readonly tokenCount: number;
  /** Milliseconds of the last computation; null before the first. */
  readonly computeMs: number | null;
  readonly status: RunStatus;
  readonly widthCells: number;
}

/** The model, the place in it and the time of the last computation. */
export function titleView(input: TitleInput): Row {
  const { model, part, headCounts, headDim, selection, widthCells } = input;
  const { isComputing, residentBytes } = input.status;
  const time = isComputing ? computingText(input.status) : input.computeMs === null ? '' : duration(input.computeMs);
  const memory = residentBytes === null || isComputing ? '' : `  ${(residentBytes / 1e9).toFixed(1)} GB`;
  const right = `${counted(input.tokenCount, 'token')}  ${time}${memory} `;
  // The words stay when the time grows by a digit.
  const rightRoom = Math.max(widthOf(right), 24);
  const wordings = widthCells < 120 || part !== null ? places(selection).slice(1) : places(selection);
  const ways = wordings.flatMap((place) =>
    [true, false].map((hasSize): Cell[] => [
      cell(' attnscope ', 'strong'),
      cell(` ${model.name} `, 'plain'),
      cell(` ${counted(headCounts.length, 'layer')} × ${counted(headCounts[selection.layer] ?? 0, 'head')} `, 'dim'),
      cell(` ${part === null ? '' : `${part} `}${place} `, 'accent'),
      ...(hasSize ? [cell(` d_k ${headDim} `, 'dim')] : []),
    ]),
  );
  const left = ways.find((cells) => rowWidth(cells) + rightRoom < widthCells) ?? ways.at(-1) ?? [];
  // A running computation and the key that stops it matter more than sizes.
  while (isComputing && left.length > 2 && rowWidth(left) + widthOf(right) >= widthCells) left.splice(2, 1);
  const gap = widthCells - rowWidth(left) - widthOf(right);
  return gap < 1 ? left : [...left, cell(' '.repeat(gap)), cell(right, 'dim')];
}

/** Ways to write a layer and a head, longest first; each says that they count from 0. */
function places({ layer, head }: Pick<Selection, 'layer' | 'head'>): readonly string[] {
  return [`layer ${layer}, head ${head}, counted from 0 (L${layer} H${head})`, `L${layer} H${head} (from 0)`];
}

const barCells = 10;

/** A bar, if the computation is long enough to report progress. */
function computingText({ progress }: RunStatus): string {
  if (progress === null) return 'computing';
  const percent = padStart(`${Math.floor(100 * progress)} %`, 5);
  return `computing ${padEnd(bar(progress, barCells), barCells)}${percent}  Esc stops`;
}
