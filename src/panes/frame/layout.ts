import type { Pane } from '../kit/pane.ts';

/** A rectangle of the screen, borders included; x and y count cells from the upper left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly widthCells: number;
  readonly heightCells: number;
}

/** What else decides the room of a pane. */
export interface Extras {
  readonly hasPredictions: boolean;
  /** A line for the decoder's text. */
  readonly hasTarget: boolean;
  /** A line for the second sentence. */
  readonly hasOther: boolean;
  /** A line for the changes in the computation. */
  readonly hasChanges: boolean;
  /** The reader wants the pane in front to fill the body. */
  readonly isZoomed: boolean;
}

export const noExtras: Extras = {
  ...{ hasPredictions: false, hasTarget: false, hasOther: false, hasChanges: false },
  isZoomed: false,
};

export interface Region {
  /** A pane; 'chart' if there is room to spare, 'predictions' if the model predicts. */
  readonly name: string;
  readonly rect: Rect;
}

export interface Arrangement {
  /** 'none': too small for anything but a line that says so. */
  readonly kind: 'none' | 'one' | 'all';
  readonly tokenLines: number;
  /** The area between the lines above and below. */
  readonly body: Rect;
  readonly regions: readonly Region[];
  /** Whether the pane in front fills the body: at this size it does, the reader zoomed it, or it does not. */
  readonly fills: 'always' | 'zoomed' | 'no';
}

export const minimumColumns = 60;
export const minimumRows = 16;

/** The part of a pane that the arrangement depends on. */
type Placed = Pick<Pane, 'name' | 'place'>;

const linesBelow = 3;
/** Five predictions, their heading and the border. */
const predictionLines = 8;

/** Arranges a screen of that size: one main pane (with the heads beside it if there is room), or all panes from 100×30 on.
 *  It does not depend on the text, so that nothing moves while the reader types. */
export function arrange(columns: number, rows: number, main: Placed, extras = noExtras): Arrangement {
  const roomy = columns >= 100 && rows >= 30;
  const tokenLines = roomy ? 2 : 1;
  const top = 2 + tokenLines + Number(extras.hasTarget) + Number(extras.hasOther);
  const heightCells = rows - top - linesBelow - Number(extras.hasChanges);
  const body = { x: 0, y: top, widthCells: columns, heightCells };
  if (columns < minimumColumns || rows < minimumRows)
    return { kind: 'none', tokenLines, body, regions: [], fills: 'always' };
  const regions = regionsOf(body, main, roomy, extras);
  const fills = regions.length === 1 ? 'always' : extras.isZoomed ? 'zoomed' : 'no';
  return {
    ...{ kind: roomy ? 'all' : 'one', tokenLines, body, fills },
    regions: fills === 'zoomed' ? [{ name: main.name, rect: body }] : regions,
  };
}

function regionsOf(body: Rect, main: Placed, roomy: boolean, extras: Extras): Region[] {
  if (main.place !== 'core') return besideRegions(body, main, roomy, extras);
  return roomy ? allPanes(body, extras) : onePane(body, main.name, extras);
}

function onePane(body: Rect, main: string, extras: Extras): Region[] {
  if (main === 'maps') return headsAndPredictions(body, extras);
  if (body.widthCells < 76) return [{ name: main, rect: body }];
  const [side, rest] = splitColumns(body, 18);
  return [...headsAndPredictions(side, extras), { name: main, rect: rest }];
}

/** Puts a pane beside what it explains, if there is room and it does not need the whole body. */
function besideRegions(body: Rect, { name, place }: Placed, roomy: boolean, extras: Extras): Region[] {
  if (!roomy || place === 'whole') return [{ name, rect: body }];
  const [left, rest] = splitColumns(body, Math.round(body.widthCells * 0.19));
  const [middle, right] = splitColumns(rest, Math.round(rest.widthCells * 0.42));
  const [attention, qkv] = splitRows(middle, Math.round(body.heightCells * 0.51));
  return [
    ...headsAndPredictions(left, extras),
    { name: 'attention', rect: attention },
    { name: 'qkv', rect: qkv },
    { name, rect: right },
  ];
}

function headsAndPredictions(rect: Rect, { hasPredictions }: Extras): Region[] {
  if (!hasPredictions || rect.heightCells < 2 * predictionLines - 2) return [{ name: 'maps', rect }];
  const [heads, predictions] = splitRows(rect, rect.heightCells - predictionLines);
  return [
    { name: 'maps', rect: heads },
    { name: 'predictions', rect: predictions },
  ];
}

function allPanes(body: Rect, extras: Extras): Region[] {
  const wide = body.widthCells >= 160;
  const leftWidth = Math.round(body.widthCells * (wide ? 0.2 : 0.19));
  const rightWidth = Math.round(body.widthCells * (wide ? 0.34 : 0.37));
  const [left, rest] = splitColumns(body, leftWidth);
  const [middle, right] = splitColumns(rest, rest.widthCells - rightWidth);
  const [attention, qkv] = splitRows(middle, Math.round(body.heightCells * 0.51));
  const [scores, below] = splitRows(right, Math.round(body.heightCells * 0.42));
  const regions: Region[] = [
    ...headsAndPredictions(left, extras),
    { name: 'attention', rect: attention },
    { name: 'qkv', rect: qkv },
    { name: 'scores', rect: scores },
  ];
  if (!wide || body.heightCells < 40) return [...regions, { name: 'context', rect: below }];
  const [context, chart] = splitRows(below, below.heightCells - 9);
  return [...regions, { name: 'context', rect: context }, { name: 'chart', rect: chart }];
}

function splitColumns(rect: Rect, widthCells: number): [Rect, Rect] {
  return [
    { ...rect, widthCells },
    { ...rect, x: rect.x + widthCells, widthCells: rect.widthCells - widthCells },
  ];
}

function splitRows(rect: Rect, heightCells: number): [Rect, Rect] {
  return [
    { ...rect, heightCells },
    { ...rect, y: rect.y + heightCells, heightCells: rect.heightCells - heightCells },
  ];
}
