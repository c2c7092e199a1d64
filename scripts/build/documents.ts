import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionGroups } from '../../src/app/arguments.ts';
import { keySections } from '../../src/app/keys/key-sections.ts';
import { writeWhole } from '../prepare/project.mjs';

type Row = readonly string[];

const cellOf = (text: string) => text.replaceAll('|', '\\|');
const line = (cells: Row) => `| ${cells.map(cellOf).join(' | ')} |\n`;
const table = (head: Row, rows: readonly Row[]) =>
  `${line(head)}|${'---|'.repeat(head.length)}\n${rows.map(line).join('')}`;

/** Every key, as the help has it. */
function keysTable(): string {
  const rows = keySections().flatMap(({ title, entries }) =>
    entries.map(({ keys, does }, index) => [index === 0 ? title : '', keys, does]),
  );
  return table(['where', 'key', 'does'], rows);
}

/** Every option by its group, as the help of the commands has it. */
function optionsTables(): string {
  return Object.entries(optionGroups)
    .map(([group, options]) => {
      const rows = Object.values(options).flatMap(({ flag, metavar, help, choices, commands }) => {
        if (flag === null) return [];
        const words = choices === undefined ? help : `${help} (${choices.join(', ')})`;
        const takers = commands.map((one) => (one === 'explore' ? 'explorer' : one)).join(', ');
        return [[`\`--${flag}${metavar === null ? '' : ` ${metavar}`}\``, words, takers]];
      });
      return `${group}\n\n${table(['option', 'meaning', 'commands'], rows)}`;
    })
    .join('\n');
}

/** Documents by their paths, with the tables that the program's own tables give. */
export function documentsWithTables(root: string): Readonly<Record<string, string>> {
  const filled = (path: string, name: string, text: string) => {
    const document = readFileSync(join(root, path), 'utf8');
    const [before, , after] = document.split(new RegExp(`(?<=<!-- ${name} -->\\n)|(?=<!-- /${name} -->)`));
    if (before === undefined || after === undefined) throw new Error(`${path} has no place for ${name}`);
    return `${before}\n${text}\n${after}`;
  };
  return {
    'docs/keys.md': filled('docs/keys.md', 'keys', keysTable()),
    'docs/command-line.md': filled('docs/command-line.md', 'options', optionsTables()),
  };
}

/** Brings the tables of the documents up to date. */
export function writeDocumentTables(root: string): void {
  for (const [path, text] of Object.entries(documentsWithTables(root)))
    if (readFileSync(join(root, path), 'utf8') !== text) writeWhole(join(root, path), text);
}
