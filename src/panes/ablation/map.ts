import type { HeadIndex } from '../../core/interventions.ts';
import { type AblationMeasure, effectOf, type HeadEffect, isSigned } from '../../core/measures/ablation-effect.ts';
import { cutEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, labelCell, type Row, rowWidth, type Size, valueCell, weightRamp } from '../kit/cells.ts';
import { smallNumber } from '../kit/format.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { signedPosition } from '../kit/robust-scale.ts';
import { indicesIn, type Window, windowAround, windowText } from '../kit/viewport.ts';
import { effectText } from './numbers.ts';

export interface AblationMapInput {
  /** The effects measured so far, in any order. */
  readonly effects: readonly HeadEffect[];
  readonly measure: AblationMeasure;
  readonly selection: HeadIndex;
  readonly headCounts: readonly number[];
  readonly isAblated: (layer: number, head: number) => boolean;
}

/** Widths of a head in the map: for the effect, or for its percentage of the largest. */
const cellWidths = [8, 7, 5, 4] as const;
const narrowest = 4;

/** The width of a map of all heads: the least, or with a blank between percentages even if they have a sign. */
export function mapCells({ headCounts }: Pick<AblationMapInput, 'headCounts'>, kind: 'least' | 'spaced'): number {
  const widthCells = kind === 'least' ? narrowest : narrowest + 1;
  return layerLabelWidth(headCounts) + widthCells * Math.max(1, ...headCounts);
}

/** A row per layer, a column per head, coloured from 0 to the largest effect, or from −largest to +largest if effects have a sign; the
 *  legend below. */
export function ablationMap(input: AblationMapInput, size: Size): Row[] {
  const { effects, measure, selection, headCounts } = input;
  const widest = Math.max(1, ...headCounts);
  const labelWidth = layerLabelWidth(headCounts);
  const room = size.widthCells - labelWidth;
  const width = cellWidths.find((one) => one * widest <= room) ?? narrowest;
  const heads = windowAround(widest, Math.max(1, Math.floor(room / width)), selection.head);
  const layers = windowAround(headCounts.length, Math.max(1, size.heightCells - 2), selection.layer);
  const found = new Map(effects.map((one) => [headName(one), effectOf(one, measure)]));
  const largest = Math.max(0, ...[...found.values()].map((effect) => Math.abs(effect ?? 0)));
  const plan = { width, heads, layers, largest, found, hasSign: isSigned(measure) };
  const header: Row = [
    cell(' '.repeat(labelWidth)),
    ...indicesIn(heads).map((head) => cell(columnName(head, plan), head === selection.head ? 'accent' : 'dim')),
  ];
  const rows = indicesIn(layers).map(
    (layer): Row => [
      labelCell(`L${layer}`, layer === selection.layer, labelWidth, 'dim'),
      ...indicesIn(heads).map((head) => mapCell(input, layer, head, plan)),
    ],
  );
  return [header, ...rows, legend(input, size.widthCells, plan)].slice(0, Math.max(1, size.heightCells));
}

interface MapPlan {
  readonly width: number;
  readonly heads: Window;
  readonly layers: Window;
  readonly largest: number;
  readonly found: ReadonlyMap<string, number | null>;
  readonly hasSign: boolean;
}

function mapCell(input: AblationMapInput, layer: number, head: number, plan: MapPlan): Cell {
  const { width, found } = plan;
  const { headCounts, isAblated, selection } = input;
  if (head >= (headCounts[layer] ?? 0)) return cell(' '.repeat(width));
  const isSelected = isSameHead({ layer, head }, selection);
  const effect = found.get(headName({ layer, head }));
  const label = mapLabel(effect, isAblated(layer, head), plan);
  const forms = [...(isSelected && width >= 7 ? [`[${label}]`, `▸${label} `] : []), label + endOf(plan), label];
  const text = padStart(forms.find((form) => widthOf(form) <= width) ?? label, width);
  const value = effect === undefined || effect === null ? {} : colourOf(effect, plan);
  return valueCell(text, value, isSelected, effect === undefined ? 'dim' : 'plain');
}

function colourOf(effect: number, { largest, hasSign }: MapPlan): Pick<Cell, 'weight' | 'signed'> {
  const share = largest === 0 ? 0 : signedPosition(effect, largest);
  // A cosine that rounds to just over 1 is no effect.
  return hasSign ? { signed: share } : { weight: Math.max(0, share) };
}

/** The label of an effect; undefined: not measured yet, or the head is already off. */
function mapLabel(effect: number | null | undefined, isOff: boolean, { width, largest, hasSign }: MapPlan): string {
  if (effect === undefined) return isOff ? 'off' : '·';
  if (effect === null) return 'n/a';
  if (width >= 7) return effectText(effect, hasSign);
  const percent = largest === 0 ? 0 : Math.round((100 * Math.abs(effect)) / largest);
  return `${hasSign && percent > 0 ? (effect < 0 ? '−' : '+') : ''}${percent}`;
}

function legend({ headCounts }: AblationMapInput, widthCells: number, plan: MapPlan): Row {
  const { width, heads, layers, largest, hasSign } = plan;
  const steps = 8;
  const unit = width >= 7 ? '' : ' = 100 %';
  const cuts = windowText('layers', layers, headCounts.length) + windowText('heads', heads, Math.max(1, ...headCounts));
  const most = smallNumber(largest, 1);
  const start = hasSign ? ` −${most} ` : ' 0 ';
  const ramp = hasSign ? signedRamp(steps / 2) : weightRamp(steps);
  const words = ` ${hasSign ? '+' : ''}${most}${unit}${cuts}`;
  const room = Math.max(0, widthCells - widthOf(start) - rowWidth(ramp));
  return [cell(start, 'dim'), ...ramp, cell(cutEnd(words, room), 'dim')];
}

/** The diverging ramp from −1 to 1, with 0 in the middle. */
function signedRamp(steps: number): Row {
  return Array.from({ length: 2 * steps + 1 }, (_, at) => {
    return { text: at === steps ? '0' : ' ', tone: 'plain', signed: (at - steps) / steps };
  });
}

function columnName(head: number, plan: MapPlan): string {
  const name = `H${head}${endOf(plan)}`;
  return padStart(widthOf(name) <= plan.width ? name : head + endOf(plan), plan.width);
}

/** The blank after a number; a sign takes its place where there is no room for both. */
function endOf({ width, hasSign }: MapPlan): string {
  return hasSign && width === narrowest ? '' : ' ';
}

function layerLabelWidth(headCounts: readonly number[]): number {
  return 3 + String(Math.max(0, headCounts.length - 1)).length;
}
