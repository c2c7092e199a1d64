import type { Derivation, Operand } from '../../core/derivation/derivation.ts';
import { productOf } from '../../core/derivation/terms.ts';
import { cutEnd, cutMiddle, padEnd, padStart } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, rowWidth } from '../kit/cells.ts';
import { operandsFor } from '../kit/equation.ts';
import { pageOf } from '../kit/viewport.ts';
import { derivedNumber, resultDigits } from './arithmetic.ts';
import type { TermLine } from './terms.ts';
import { type StageTokens, whereText } from './words.ts';

export interface TableInput {
  readonly derivation: Derivation;
  readonly lines: readonly TermLine[];
  readonly tokens: StageTokens;
  /** The chosen operand. */
  readonly chosen: number;
  readonly widthCells: number;
  readonly heightCells: number;
}

export interface TermTable {
  readonly rows: Row[];
  /** Whether the printed terms and the rest add up to the printed result. */
  readonly isExact: boolean;
}

/** A page of the operands: their numbers with points that line up, their names, and their tokens. */
export function termTable(input: TableInput): TermTable {
  const { derivation, lines, chosen, widthCells } = input;
  const starts: number[] = [];
  let count = 0;
  for (const { operands } of lines) {
    starts.push(count);
    count += operands.length;
  }
  const chosenLine = Math.max(
    0,
    starts.findLastIndex((start) => start <= chosen),
  );
  const height = input.heightCells - Number(derivation.kind === 'softmax');
  const hasRest = lines.length > height;
  const page = pageOf(lines.length, Math.max(1, height - Number(hasRest)), chosenLine);
  const shown = lines.slice(page.start, page.end);
  const { numbers, heading, printed } = numberColumns(derivation, shown, widthCells);
  const names = nameColumns(shown, widthCells - 1 - Math.max(0, ...numbers.map(widthOf)) - 2);
  const rows = shown.map(({ operands }, index): Row => {
    const isChosen = page.start + index === chosenLine;
    const at = chosen - (starts[chosenLine] ?? 0);
    const row: Cell[] = [
      cell(isChosen ? '▸' : ' ', isChosen ? 'accent' : 'dim'),
      cell(numbers[index] ?? ''),
      cell('  '),
    ];
    operands.forEach((operand, place) => {
      if (place > 0) row.push(cell(' × ', 'dim'));
      const text = names[index]?.[place] ?? '';
      const isHere = isChosen && place === at;
      const tone = isHere ? 'accent' : operand.place === null ? 'dim' : 'plain';
      row.push(isHere ? { text, tone, selected: true } : { text, tone });
    });
    return withPlace(row, operands, input);
  });
  const others = lines.filter((_, at) => at < page.start || at >= page.end);
  const isSum = derivation.kind === 'sum';
  const rest = others.reduce((sum, { term }) => sum + (term?.value ?? 0), 0);
  const together = isSum ? `, together ${derivedNumber(rest)}` : '';
  const total = printed.reduce((sum, one) => sum + one, rounded(rest));
  return {
    rows: [
      ...(heading === null ? [] : [[cell(` ${heading}`, 'dim')]]),
      ...rows,
      ...(others.length === 0 ? [] : [[cell(cutEnd(`… ${others.length} more${together}`, widthCells), 'dim')]]),
    ],
    isExact: !isSum || Math.abs(total - rounded(derivation.value)) <= 10 ** -resultDigits / 2 + 1e-6,
  };
}

function rounded(value: number, digits = resultDigits): number {
  return Number(value.toFixed(digits));
}

/** Digits at which the numbers of a short sum add up to its printed result. */
function plainDigits({ kind, value, terms }: Derivation, lines: readonly TermLine[]): number {
  if (kind !== 'sum' || lines.length < terms.length) return resultDigits;
  const sum = (round: (one: number) => number) => terms.reduce((total, one) => total + round(one.value), 0);
  return operandsFor([value], resultDigits, (round) => [sum(round)], { from: resultDigits, most: resultDigits + 2 })
    .digits;
}

/** The numbers of each line as text: a product and its factors, a softmax's weight, exp and score, or one number. */
function numberColumns(derivation: Derivation, lines: readonly TermLine[], widthCells: number) {
  const isProduct = lines.some(({ operands }) => operands.length > 1);
  const most = Math.max(1, ...lines.map(({ operands }) => operands.length));
  const { digits } = operandsFor(
    lines.map(({ operands }) => productOf(operands)),
    resultDigits,
    (round) => lines.map(({ operands }) => operands.reduce((product, { value }) => product * round(value), 1)),
    // Each further digit takes a cell for each factor.
    { from: resultDigits, most: resultDigits + 3, fits: (one) => (one.digits + 4) * (most + 1) < 0.6 * widthCells },
  );
  const plain = isProduct ? resultDigits : plainDigits(derivation, lines);
  const table = lines.map(({ operands, term }): string[] => {
    if (derivation.kind === 'softmax') {
      const power = derivation.exponentials[term === null ? -1 : derivation.terms.indexOf(term)] ?? Number.NaN;
      return [
        ...[power / derivation.sum, power, operands[0]?.value ?? Number.NaN].map((one) => padded(one, resultDigits)),
      ];
    }
    if (!isProduct) return [padded(operands[0]?.value ?? Number.NaN, plain)];
    const product = productOf(operands);
    const again = operands.reduce((all, { value }) => all * Number(value.toFixed(digits)), 1);
    const isExact = Math.abs(again - rounded(product)) <= 10 ** -resultDigits / 2 + 1e-6;
    const factors = Array.from({ length: most }, (_, index) => {
      const operand = operands[index];
      return [
        index === 0 || operand === undefined ? '' : '×',
        operand === undefined ? '' : padded(operand.value, digits),
      ];
    });
    if (operands.length === 1) return [padded(product, resultDigits), '', ...factors.flat().fill('').slice(1)];
    return [padded(product, resultDigits), isExact ? '=' : '≈', ...factors.flat().slice(1)];
  });
  const headings = derivation.kind === 'softmax' ? [['weight', 'exp(…)', 'score']] : [];
  const texts = aligned([...headings, ...table]);
  return {
    numbers: texts.slice(headings.length),
    heading: headings.length === 0 ? null : (texts[0] ?? null),
    printed: lines.map(({ operands }) => rounded(productOf(operands), plain)),
  };
}

/** Whole numbers get blanks where the others have a point and digits. */
function padded(value: number, digits: number): string {
  const text = derivedNumber(value, digits);
  return Number.isInteger(value) ? text + ' '.repeat(digits + 1) : text;
}

/** Columns as wide as their widest text, their texts to the right. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => widthOf(row[column] ?? ''))));
  const blanksOf = (text: string) => (text === '' ? Number.POSITIVE_INFINITY : text.length - text.trimEnd().length);
  const trims = widths.map((width, column) => Math.min(width, ...table.map((row) => blanksOf(row[column] ?? ''))));
  return table.map((row) =>
    row
      .map((text, column) => {
        const trim = trims[column] ?? 0;
        return padStart(trim === 0 ? text : text.slice(0, -trim), (widths[column] ?? 0) - trim);
      })
      .join(' '),
  );
}

/** The names of each line, whole and in columns where they fit; else cut in the middle. */
function nameColumns(lines: readonly TermLine[], room: number): string[][] {
  const names = lines.map(({ operands }) => operands.map(({ name }) => name));
  const most = Math.max(0, ...names.map(({ length }) => length));
  const widths = Array.from({ length: most }, (_, column) =>
    Math.max(...names.map((row) => widthOf(row[column] ?? ''))),
  );
  const all = widths.reduce((sum, width) => sum + width, 3 * (most - 1));
  if (all <= room) return names.map((row) => row.map((name, column) => padEnd(name, widths[column] ?? 0)));
  return names.map((row) => {
    const own = row.reduce((sum, name) => sum + widthOf(name), 3 * (row.length - 1));
    if (own <= room) return row;
    const each = Math.max(3, Math.floor((room - 3 * (row.length - 1)) / row.length));
    return row.map((name) => cutMiddle(name, each));
  });
}

/** Adds the place of the first operand that has one, cut in the middle. */
function withPlace(row: readonly Cell[], operands: readonly Operand[], { tokens, widthCells }: TableInput): Row {
  const place = operands.find((one) => one.place !== null)?.place ?? null;
  const room = widthCells - rowWidth(row) - 2;
  return place === null || room < 6 ? row : [...row, cell(`  ${whereText(place, tokens, room)}`, 'dim')];
}
