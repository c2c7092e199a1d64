import type { CellPlace, Derivation, Operand, Term } from '../../core/derivation/derivation.ts';
import { byQueryAndKey } from '../../core/derivation/names.ts';
import { cutEnd, padStart } from '../../text/fitted-text.ts';
import { type Cell, cell, type Row, rowText, rowWidth, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { tokenName } from '../kit/names.ts';
import { pageOf } from '../kit/viewport.ts';
import { arithmeticText, derivedNumber, statisticsText } from './arithmetic.ts';

export interface DerivationInput extends CommonInput {
  /** null: not computed yet. */
  readonly derivation: Derivation | null;
  /** How many operands the reader has opened on the way here. */
  readonly depth: number;
  /** The chosen operand, in the order of `operandsOf`. */
  readonly chosen: number;
}

/** The terms, largest first; a softmax orders them by exp(score). */
export function orderedTerms(derivation: Derivation): readonly Term[] {
  const sizes = new Map(
    derivation.terms.map((term, index) => [
      term,
      Math.abs(derivation.kind === 'softmax' ? (derivation.exponentials[index] ?? 0) : term.value),
    ]),
  );
  const known = derivation.terms.filter((term) => !Number.isNaN(term.value));
  return known.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
}

/** All operands, in display order. */
export function operandsOf(derivation: Derivation): readonly Operand[] {
  return orderedTerms(derivation).flatMap(({ operands }) => operands);
}

/** Shows how a number was made: the formula in symbols and numbers, the operands with their places, and the result. */
export function derivationView(input: DerivationInput): Row[] {
  const { derivation, depth, size } = input;
  if (derivation === null) return [[cell('this model has no such number, or it is not computed yet', 'dim')]];
  const write = (text: string, tone: Cell['tone']) => wrappedRows(text, size.widthCells, tone);
  const trail = depth === 0 ? '' : '→ '.repeat(Math.min(depth, 5));
  const head: Row[] = [
    [cell(cutEnd(trail + placeText(derivation.place, input), size.widthCells), 'accent')],
    ...write(`= ${derivation.symbols}`, 'strong').slice(0, 3),
    ...write(`= ${arithmeticText(derivation)}`, 'plain').slice(0, 4),
    ...(derivation.kind === 'softmax' ? [[cell('  weight  exp(…)   score', 'dim')]] : []),
  ];
  const tail: Row[] = [
    [cell(`= ${derivedNumber(derivation.value)}`, 'strong'), cell('  the number in its cell', 'dim')],
    ...(derivation.inputNorm === null
      ? []
      : write(`norm(x) = ${statisticsText('x', derivation.inputNorm)}, then the norm's own parameters`, 'dim')),
    ...(derivation.note === null ? [] : write(derivation.note, 'dim')),
  ];
  const room = Math.max(1, size.heightCells - head.length - tail.length - 1);
  return [...head, ...termRows(input, derivation, room), ...tail].slice(0, size.heightCells);
}

function termRows(input: DerivationInput, derivation: Derivation, room: number): Row[] {
  const { chosen, size } = input;
  const terms = orderedTerms(derivation);
  const starts: number[] = [];
  let count = 0;
  for (const { operands } of terms) {
    starts.push(count);
    count += operands.length;
  }
  const chosenTerm = Math.max(
    0,
    starts.findLastIndex((start) => start <= chosen),
  );
  const page = pageOf(terms.length, room, chosenTerm);
  const rows = terms.slice(page.start, page.end).map((term, index): Row => {
    const at = page.start + index;
    return termRow(input, derivation, term, chosen - (starts[at] ?? 0), at === chosenTerm);
  });
  const others = terms.filter((_, at) => at < page.start || at >= page.end);
  if (others.length === 0) return rows;
  const rest = others.reduce((sum, { value }) => sum + value, 0);
  const together = derivation.kind === 'softmax' ? '' : `, together ${derivedNumber(rest)}`;
  return [...rows, [cell(cutEnd(`… ${others.length} more${together}`, size.widthCells), 'dim')]];
}

/** One product, its operands and the place of the first that has one. */
function termRow(input: DerivationInput, derivation: Derivation, term: Term, chosen: number, isChosen: boolean): Row {
  const { size } = input;
  const row: Cell[] = [cell(isChosen ? '▸' : ' ', isChosen ? 'accent' : 'dim')];
  row.push(cell(measureText(derivation, term), 'plain'));
  term.operands.forEach((operand, index) => {
    if (index > 0) row.push(cell(' × ', 'dim'));
    const text = `${derivedNumber(operand.value)} ${operand.name}`;
    const isHere = isChosen && index === chosen;
    row.push({
      text,
      tone: isHere ? 'accent' : operand.place === null ? 'dim' : 'plain',
      ...(isHere ? { selected: true } : {}),
    });
  });
  const used = rowWidth(row);
  const place = term.operands.find((one) => one.place !== null)?.place ?? null;
  const where = place === null ? '' : `  ${tokenText(place, input)}`;
  if (used > size.widthCells) return [cell(cutEnd(rowText(row), size.widthCells), isChosen ? 'accent' : 'plain')];
  return [...row, cell(cutEnd(where, Math.max(0, size.widthCells - used)), 'dim')];
}

/** What precedes the operands: their product, or in a softmax the weight and exp(score − maximum). */
function measureText(derivation: Derivation, term: Term): string {
  if (derivation.kind !== 'softmax') return `${padStart(derivedNumber(term.value), 9)} = `;
  const power = derivation.exponentials[derivation.terms.indexOf(term)] ?? Number.NaN;
  return `${padStart(fixed(power / derivation.sum, 4), 7)}${padStart(fixed(power, 4), 9)}   `;
}

const stageTitles: Readonly<Partial<Record<CellPlace['stage'], string>>> = {
  scores: 'score',
  scaledScores: 'scaled score',
  maskedScores: 'masked score',
  attentionWeights: 'weight',
  attentionOutput: 'attention output',
  residPre: "the layer's input",
  residMid: 'after attention',
  residPost: "the layer's output",
  rotatedQ: 'rotated q',
  rotatedK: 'rotated k',
};

/** `weight L0 H2 · 7 bank → 6 river`, `q L0 H2 · 7 bank, dim 3` */
function placeText(place: CellPlace, input: DerivationInput): string {
  const name = stageTitles[place.stage] ?? place.stage;
  const head = place.head === null ? '' : ` H${place.head}`;
  return `${name} L${place.layer}${head} · ${tokenText(place, input)}`;
}

function tokenText({ stage, row, column }: CellPlace, { queries, keys }: DerivationInput): string {
  const isOfKey = stage === 'k' || stage === 'v' || stage === 'rotatedK';
  const token = tokenName(isOfKey ? keys : queries, row, Infinity);
  return byQueryAndKey.has(stage) ? `${token} → ${tokenName(keys, column, Infinity)}` : `${token}, dim ${column}`;
}
