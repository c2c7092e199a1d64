import { padEnd, wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size } from '../kit/cells.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { windowAround } from '../kit/viewport.ts';

/** One or more keys and what they do. */
export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
}

export interface HelpSection {
  readonly title: string;
  readonly entries: readonly KeyHelp[];
}

/** Every key, in as many columns as fit; `scroll` is the first line shown if not all fit. */
export function helpView(sections: readonly HelpSection[], size: Size, scroll: number): { rows: Row[]; lines: number } {
  const columnCount = Math.max(1, Math.min(3, Math.floor(size.widthCells / 58)));
  const columnWidth = Math.floor(size.widthCells / columnCount);
  const blocks = sections.map((section) => sectionRows(section, columnWidth - 2));
  const columns: Row[][] = Array.from({ length: columnCount }, () => []);
  for (const block of blocks) {
    const shortest = columns.reduce((best, column) => (column.length < best.length ? column : best));
    shortest.push(...block, []);
  }
  const all = sideBySide(columns, columnWidth);
  const start = Math.max(0, Math.min(scroll, all.length - size.heightCells));
  return { rows: all.slice(start, start + size.heightCells), lines: all.length };
}

function sectionRows({ title, entries }: HelpSection, widthCells: number): Row[] {
  const keysWidth = Math.min(20, Math.max(...entries.map((entry) => widthOf(entry.keys)))) + 2;
  const rows: Row[] = [[cell(title, 'strong')]];
  for (const { keys, does } of entries) {
    const lines = wrapWords(does, Math.max(10, widthCells - keysWidth - 1));
    lines.forEach((line, index) => {
      rows.push([cell(` ${padEnd(index === 0 ? keys : '', keysWidth)}`, 'plain'), cell(line, 'dim')]);
    });
  }
  return rows;
}

export interface ChoiceView {
  readonly label: string;
  readonly note: string;
}

/** A list with the selected choice marked and always in view. */
export function choicesView(choices: readonly ChoiceView[], selected: number, size: Size, pointer: string): Row[] {
  const shown = windowAround(choices.length, size.heightCells, selected);
  const width = Math.max(0, ...choices.map((choice) => widthOf(choice.label))) + 2;
  return choices.slice(shown.start, shown.end).map(({ label, note }, index): Row => {
    const isSelected = shown.start + index === selected;
    return [
      cell(`${isSelected ? pointer : ' '} ${padEnd(label, width)}`, isSelected ? 'accent' : 'plain'),
      cell(note, 'dim'),
    ];
  });
}
