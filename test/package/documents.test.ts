import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { documentsWithTables } from '../../scripts/build/documents.ts';
import { parseArguments } from '../../src/app/arguments.ts';
import { commandNames } from '../../src/app/command-table.ts';
import { parseFields } from '../../src/app/trace-json.ts';
import { supportedFamilies } from '../../src/loaders/families.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? `docs/${name}` : [])),
];
const commandLine = read('docs/command-line.md');
const architecture = read('docs/architecture.md');

/** Table rows of a document, as cells without code marks. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((part) => part.trim().replaceAll('`', '')),
    );

const sectionOf = (text: string, title: string) => text.split(/^#+ /m).find((part) => part.startsWith(title)) ?? '';

/** What a document has between two comments of a name. */
const partOf = (text: string, name: string) => text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';

/** The names by which GitHub links to the headings of a document. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What the program prints when it is asked for the help of all its commands. */
function helpText(): string {
  return commandNames.map(helpOf).join('\n');
}

function helpOf(command: string): string {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  try {
    expect(() => parseArguments([...(command === 'explore' ? [] : [command]), '--help'], '0.0.0')).toThrow();
  } finally {
    write.mockRestore();
  }
  return text;
}

const optionsIn = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [])].sort();

describe('the documents match the program', () => {
  test.each(['encoder', 'decoder', 'encoder-decoder'] as const)('families: %s', (kind) => {
    const row = rowsOf(sectionOf(read('docs/models.md'), 'Families')).find(
      ([first]) => first?.replace('–', '-') === kind,
    );
    expect(row?.[1]).toBe(
      supportedFamilies
        .filter((family) => family.kind === kind)
        .map(({ type }) => type)
        .join(', '),
    );
  });

  test('the tables of options and keys', () => {
    for (const [path, text] of Object.entries(documentsWithTables(root)))
      expect(read(path), `${path}: npm run build writes its table`).toBe(text);
  });

  test('every option and no other', () => {
    const described = rowsOf(partOf(commandLine, 'options')).flatMap(([first = '']) => optionsIn(first));
    expect([...new Set([...described, '--help', '--version'])].sort()).toEqual(optionsIn(helpText()));
  });

  test('every command', () => {
    const commands = helpOf('explore').match(/(?<=^ {2})[a-z-]+(?= \[options\])/gm) ?? [];
    expect(commands).toEqual(commandNames.slice(1));
    for (const command of commands) expect(sectionOf(commandLine, 'Commands')).toContain(`attnscope ${command}`);
  });

  test('every field of a trace', () => {
    const names = fieldNames();
    expect(names).toContain('weights');
    const [, list = ''] = /^Fields of `trace`([\s\S]*?)\n\n/m.exec(commandLine) ?? [];
    expect(names.filter((name) => !list.match(/\w+/g)?.includes(name))).toEqual([]);
  });
});

/** The field names in the message about an unknown field. */
function fieldNames(): string[] {
  try {
    parseFields('?');
  } catch (error) {
    const [, list = ''] = /there are (.*) and all/.exec(String(error)) ?? [];
    return list.split(', ');
  }
  return [];
}

describe('documents name what exists', () => {
  test('the README has at most 1,500 words', () => {
    expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  test.each([...pages, 'CHANGELOG.md'])('links of %s', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)]+)\)/g)].flatMap(([, target = '']) => target);
    const local = links.filter((link) => !/^https?:/.test(link));
    const broken = local.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('files and folders that docs/architecture.md names', () => {
    const folders = [
      '',
      ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((name) => !name.includes('.'))
        .map((name) => join('src', name)),
      'scripts/build',
      'src',
    ];
    const names = [...architecture.matchAll(/`((?:[\w.-]+\/)*[\w-]+\.(?:ts|mjs|json))`/g)].map(([, name = '']) => name);
    const outside = ['config.json', 'tokenizer.json'];
    expect(names.length).toBeGreaterThan(20);
    const missing = names.filter(
      (name) => !outside.includes(name) && !folders.some((folder) => existsSync(join(root, folder, name))),
    );
    expect(missing).toEqual([]);
  });

  test('versions and licences of libraries, and every library of package.json', () => {
    const rows = rowsOf(sectionOf(architecture, 'Libraries')).filter(([first]) => first !== 'library');
    const named = rows.flatMap(([names = '', versions = '', licences = '']) => {
      const [version, licence] = [versions.split(', '), licences.split(', ')];
      return names.split(', ').map((name, index) => ({ name, version: version[index], licence: licence[index] }));
    });
    const { devDependencies } = JSON.parse(read('package.json'));
    expect(named.map(({ name }) => name).sort()).toEqual(Object.keys(devDependencies).sort());
    for (const { name, version, licence } of named) {
      const installed = JSON.parse(read(`node_modules/${name}/package.json`));
      expect(installed.version, name).toMatch(new RegExp(`^${version?.replaceAll('.', '\\.')}\\.`));
      if (licence !== undefined) expect(installed.license.replace(' OR ', ' or '), name).toContain(licence);
    }
  });
});
