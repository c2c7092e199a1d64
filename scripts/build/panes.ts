import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pane } from '../../src/panes/kit/pane.ts';
import { writeWhole } from '../prepare/project.mjs';

const note =
  '// Made by scripts/build/panes.ts from the folders of src/panes: a new pane is a folder, not a line here.\n';

/** Lists the panes in src/panes/all.ts, and what the explorer has to know of them in src/explorer/pane-names.ts. */
export async function writePaneLists(root: string): Promise<void> {
  for (const [path, text] of Object.entries(await paneLists(root))) {
    const file = join(root, path);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeWhole(file, text);
  }
}

/** The two files by their paths. A pane is a folder with a `pane.ts` that exports `…Pane`. */
export async function paneLists(root: string): Promise<Readonly<Record<string, string>>> {
  const folder = join(root, 'src/panes');
  const found: { readonly path: string; readonly name: string; readonly pane: Pane }[] = [];
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name, 'pane.ts');
    if (!existsSync(file)) continue;
    const exported = Object.entries((await import(pathToFileURL(file).href)) as Record<string, Pane>);
    for (const [key, pane] of exported)
      if (key.endsWith('Pane') && typeof pane === 'object') found.push({ path: `./${name}/pane.ts`, name: key, pane });
  }
  found.sort((a, b) => a.pane.order - b.pane.order);
  const imports = [
    ...found.map(({ path, name }) => ({ path, line: `import { ${name} } from '${path}';\n` })),
    { path: './kit/pane.ts', line: "import type { Pane } from './kit/pane.ts';\n" },
  ]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ line }) => line)
    .join('');
  // Short lists stand on one line, as the formatter writes them.
  const list = (names: readonly string[]) =>
    names.length < 6 ? `[${names.join(', ')}]` : `[\n${names.map((one) => `  ${one},\n`).join('')}]`;
  const quoted = (text: string) => `'${text}'`;
  const keyOf = ({ name }: Pane) => (/^\w+$/.test(name) ? name : quoted(name));
  const needs = found.filter(({ pane }) => pane.needs !== undefined);
  return {
    'src/panes/all.ts': `${note}${imports}
/** Every pane, in the order of Tab. */
export const panes: readonly Pane[] = ${list(found.map(({ name }) => name))};
`,
    'src/explorer/pane-names.ts': `${note}import type { Need } from '../run/run.ts';

/** The panes, in the order of Tab. */
export const paneNames = ${list(found.map(({ pane }) => quoted(pane.name)))} as const;
export type PaneName = (typeof paneNames)[number];

/** Those that compare two sentences. */
export const panesOfTwo: ReadonlySet<PaneName> = new Set<PaneName>(${list(found.filter(({ pane }) => pane.isOfTwo).map(({ pane }) => quoted(pane.name)))});

/** Their names for \`--view\`. */
export const paneViews = {
${found.map(({ pane }) => `  ${keyOf(pane)}: ${quoted(pane.view)},\n`).join('')}} as const satisfies Readonly<Record<PaneName, string>>;

/** What each asks of a run beyond the trace. */
export const paneNeeds: Readonly<Partial<Record<PaneName, readonly Need[]>>> = {
${needs.map(({ pane }) => `  ${keyOf(pane)}: [${pane.needs?.map(quoted).join(', ')}],\n`).join('')}};
`,
  };
}
