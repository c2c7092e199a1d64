// Makes docs/screen.svg, the picture in the README, from the running program. After a build: `node scripts/picture.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTerminal, type ScreenCell, type TestTerminal } from '../test/support/terminal.ts';

const root = join(import.meta.dirname, '..');
const columns = 120;
const rows = 40;
const cellWidth = 8.4;
const cellHeight = 17;
const ground = '#16161c';
const text = '#d8d8d8';

const terminal = openTerminal(process.execPath, {
  args: [join(root, 'dist/attnscope.js'), 'The boat drifted toward the river bank.'],
  columns,
  rows,
  cwd: root,
});
try {
  await terminal.waitFor((screen) => screen.includes('softmax'));
  terminal.type('\x1b[1;3A');
  await terminal.settled();
  writeFileSync(join(root, 'docs/screen.svg'), svgOf(terminal));
} finally {
  terminal.dispose();
}

function svgOf(screen: TestTerminal): string {
  const width = Math.ceil(columns * cellWidth);
  const height = rows * cellHeight;
  let shapes = '';
  for (let y = 0; y < rows; y++) {
    for (const run of runsOf(screen, y)) shapes += runSvg(run, y);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14"><rect width="100%" height="100%" fill="${ground}"/>${shapes}</svg>\n`;
}

interface Run {
  readonly x: number;
  readonly width: number;
  readonly text: string;
  readonly cell: ScreenCell;
}

/** Joins neighbouring cells of the same style. */
function runsOf(screen: TestTerminal, y: number): Run[] {
  const runs: { x: number; width: number; text: string; cell: ScreenCell }[] = [];
  for (let x = 0; x < columns; x++) {
    const cell = screen.cell(x, y);
    const last = runs.at(-1);
    if (last !== undefined && last.cell.fg === cell.fg && last.cell.bg === cell.bg && last.cell.bold === cell.bold) {
      last.width++;
      last.text += cell.text;
    } else {
      runs.push({ x, width: 1, text: cell.text, cell });
    }
  }
  return runs;
}

function runSvg({ x, width, text: content, cell }: Run, y: number): string {
  const left = (x * cellWidth).toFixed(1);
  const wide = (width * cellWidth).toFixed(1);
  const fg = cell.fg < 0 ? text : hex(cell.fg);
  const box = (fill: string, top: number, tall: number) =>
    `<rect x="${left}" y="${top}" width="${wide}" height="${tall}" fill="${fill}" shape-rendering="crispEdges"/>`;
  const back = cell.bg < 0 ? '' : box(hex(cell.bg), y * cellHeight, cellHeight);
  // Draws half blocks as shapes: fonts leave seams between them.
  if (/^▀+$/.test(content)) return back + box(fg, y * cellHeight, cellHeight / 2);
  if (content.trim() === '') return back;
  const bold = cell.bold ? ' font-weight="bold"' : '';
  return `${back}<text x="${left}" y="${y * cellHeight + 13}" fill="${fg}"${bold} xml:space="preserve" textLength="${wide}">${escaped(content)}</text>`;
}

function hex(colour: number): string {
  return `#${(colour & 0xffffff).toString(16).padStart(6, '0')}`;
}

function escaped(content: string): string {
  return content.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
