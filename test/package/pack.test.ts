import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyFolder, npm, root, run } from './npm.ts';

const folder = emptyFolder(true);
const installed = join(folder, 'node_modules/attnscope');
const command = join(folder, 'node_modules/.bin/attnscope');

beforeAll(() => {
  const packed = npm(['pack', '--json', '--pack-destination', folder], root);
  expect(packed.stderr).not.toMatch(/error/i);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  expect(tarball).toBeDefined();
  const result = npm(['install', '--no-audit', '--no-fund', '--offline', `./${tarball}`], folder);
  expect(result.stderr).not.toMatch(/npm (error|ERR!)/);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package installs nothing but itself', () => {
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['attnscope']);
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
});

test('the package contains all that a user needs, and no sources', () => {
  expect(
    readdirSync(installed)
      .filter((name) => name !== 'README.md')
      .sort(),
  ).toEqual(['CHANGELOG.md', 'LICENSE', 'dist', 'package.json'].sort());
  expect(readdirSync(join(installed, 'dist')).sort()).toEqual(
    ['THIRD_PARTY_LICENSES.txt', 'attnscope.js', 'engine.js', 'main.js', 'models', 'products.js'].sort(),
  );
  expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toMatch(/^MIT License/);
});

test('the weights include their licence and a notice of their source', () => {
  const model = join(installed, 'dist/models/use-lite');
  const texts = readdirSync(model).filter((name) => /^(LICENSE|NOTICE)/.test(name));
  const text = texts.map((name) => readFileSync(join(model, name), 'utf8')).join('\n');
  expect(texts.length).toBeGreaterThanOrEqual(2);
  expect(text).toMatch(/Apache License\s+Version 2\.0/);
  expect(text).toMatch(/@energetic-ai\/model-embeddings-en/);
});

test('the licence file names every bundled package with its version', () => {
  const text = readFileSync(join(installed, 'dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
  for (const name of ['react', 'ink', 'yoga-layout']) {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(text).toContain(`\n${name} ${version} (MIT)\n`);
  }
});

test('the installed command prints its version in any folder', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const result = run(command, ['--version'], emptyFolder());
  expect(result).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test('the installed command computes with the embedded model', () => {
  const result = run(command, ['trace', 'please study man', '--json'], emptyFolder());
  expect(result.stderr).toBe('');
  expect(result.exitCode).toBe(0);
  const trace = JSON.parse(result.stdout) as { model: { name: string }; tokens: { text: string }[] };
  expect(trace.model.name).toBe('use-lite');
  expect(trace.tokens.map(({ text }) => text)).toEqual(['▁please', '▁study', '▁man']);
});
