import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as rules from './architecture/rules.ts';
import { importsOf, readSources, type Source } from './architecture/sources.ts';

const root = join(import.meta.dirname, '..');
const src = readSources(root, 'src');
const everything = [...src, ...readSources(root, 'scripts'), ...readSources(root, 'test')];

describe('the code follows the design', () => {
  test('finds code and its imports', () => {
    expect(src.length).toBeGreaterThan(5);
    expect(src.flatMap(importsOf).length).toBeGreaterThan(src.length / 2);
  });
  test('every imported file exists', () => expect(rules.missingTargets(src)).toEqual([]));
  test('folders import only what the design allows', () => expect(rules.forbiddenLayers(src)).toEqual([]));
  test('React and Ink are in terminal and app only', () =>
    expect(rules.packagesOutside(src, rules.reactAndInk, ['terminal', 'app'])).toEqual([]));
  test('signals are in run, explorer and app, and in one file of panes', () =>
    expect(
      rules.packagesOutside(src, rules.signals, ['run', 'explorer', 'app'], 'src/panes/kit/per-explorer.ts'),
    ).toEqual([]));
  test('no pane imports another one', () => expect(rules.joinedPanes(src)).toEqual([]));
  test('only what opens a model knows that there are workers', () =>
    expect(rules.workerOutside(src, ['src/app/explorer-session.ts'])).toEqual([]));
  test('files and the network are read in loaders, terminal and app only', () => {
    expect(rules.packagesOutside(src, rules.filesAndNetwork, ['loaders', 'terminal', 'app'])).toEqual([]);
    expect(rules.networkOutside(src, ['loaders', 'app'])).toEqual([]);
  });
  test('there are no import cycles', () => expect(rules.importCycles(src)).toEqual([]));
  test('no file has more than 300 lines', () => expect(rules.longFiles(everything, 300)).toEqual([]));
  test('the median file has fewer than 80 lines', () => expect(rules.medianLines(src)).toBeLessThan(80));
  test('no type is any', () => expect(rules.anyTypes(everything)).toEqual([]));
  test('there are no enums', () => expect(rules.enums(everything)).toEqual([]));
  test('there are no default exports', () => expect(rules.defaultExports(src)).toEqual([]));
  test('file names are in kebab-case', () => expect(rules.badNames(everything)).toEqual([]));
  test('no file only re-exports', () => expect(rules.barrels(src)).toEqual([]));
});

/** Made-up sources, `path: text` each. */
const made = (files: Record<string, string>): Source[] => Object.entries(files).map(([path, text]) => ({ path, text }));

describe('the rules find violations', () => {
  test('imports against the arrows', () => {
    const found = (from: string, code: string) => rules.forbiddenLayers(made({ [from]: code }));
    expect(found('src/tensor/a.ts', "import { b } from '../core/b.ts';")).toEqual([
      "src/tensor/a.ts:1 imports '../core/b.ts': tensor may not import core",
    ]);
    expect(found('src/terminal/a.tsx', "\nimport type { G } from '../explorer/g.ts';")).toEqual([
      "src/terminal/a.tsx:2 imports '../explorer/g.ts': terminal may not import explorer",
    ]);
    expect(found('src/explorer/a.ts', "const b = await import('../loaders/b.ts');")).toHaveLength(1);
    expect(found('src/panes/a.ts', "import {\n  ramp,\n} from '../terminal/ramp.ts';")).toHaveLength(1);
    expect(found('src/loaders/a.ts', "import { run } from '../core/run.ts';")).toEqual([
      "src/loaders/a.ts:1 imports '../core/run.ts': loaders may import only types of core (import type)",
    ]);
    for (const layer of ['explorer', 'panes', 'terminal', 'app']) {
      expect(found('src/core/a.ts', `import type { A } from '../${layer}/a.ts';`)).toHaveLength(1);
      expect(found('src/run/a.ts', `import type { A } from '../${layer}/a.ts';`)).toHaveLength(1);
    }
    expect(found('src/core/a.ts', "import lock from '../../package-lock.json';")).toHaveLength(1);
    expect(found('src/other/a.ts', "import '../core/b.ts';")).toEqual([
      'src/other/a.ts is in no folder that the design names',
    ]);
  });

  test('imports along the arrows pass', () => {
    const sources = made({
      'src/core/a.ts': "import { t } from '../tensor/t.ts';\nimport { b } from './b.ts';",
      'src/loaders/a.ts': "import type { Model } from '../core/model.ts';",
      'src/terminal/a.tsx': "import type { View } from '../panes/kit/view.ts';\nimport { Text } from 'ink';",
      'src/app/a.ts': "import { anything } from '../terminal/anything.tsx';",
      'src/tensor/a.ts': "// import { b } from '../core/b.ts';\n/* import '../core/c.ts' */",
    });
    expect(rules.forbiddenLayers(sources)).toEqual([]);
  });

  test('a pane in another one, and workers outside run', () => {
    const panes = made({
      'src/panes/word/a.ts': "import { b } from '../mix/b.ts';\nimport { cell } from '../kit/cells.ts';",
      'src/panes/kit/a.ts': "import type { B } from '../mix/b.ts';",
      'src/panes/all.ts': "import { mixPane } from './mix/pane.ts';",
    });
    expect(rules.joinedPanes(panes)).toEqual([
      "src/panes/word/a.ts:1 imports '../mix/b.ts': a pane's folder imports no other one",
      "src/panes/kit/a.ts:1 imports '../mix/b.ts': a pane's folder imports no other one",
    ]);
    const asking = (from: string) => made({ [from]: "import type { Answer } from '../run/messages.ts';" });
    expect(rules.workerOutside(asking('src/panes/a.ts'), [])).toHaveLength(1);
    expect(rules.workerOutside(asking('src/run/a.ts'), [])).toEqual([]);
    expect(rules.workerOutside(asking('src/app/a.ts'), ['src/app/a.ts'])).toEqual([]);
  });

  test('packages in forbidden folders', () => {
    const core = (code: string) => made({ 'src/core/a.ts': code });
    expect(rules.packagesOutside(core("import { Box } from 'ink';"), rules.reactAndInk, ['panes', 'app'])).toEqual([
      "src/core/a.ts:1 imports 'ink': only panes and app may",
    ]);
    expect(rules.packagesOutside(core("import type { Ref } from 'react';"), rules.reactAndInk, ['panes'])).toHaveLength(
      1,
    );
    expect(
      rules.packagesOutside(core("import x from 'react/jsx-runtime';"), rules.reactAndInk, ['panes']),
    ).toHaveLength(1);
    expect(
      rules.packagesOutside(core("import { signal } from '@preact/signals-core';"), rules.signals, ['graph']),
    ).toHaveLength(1);
    for (const name of ['node:fs', 'fs', 'node:fs/promises', 'node:https', 'net']) {
      expect(
        rules.packagesOutside(core(`import x from '${name}';`), rules.filesAndNetwork, ['app']),
        name,
      ).toHaveLength(1);
    }
    expect(rules.packagesOutside(core("import { join } from 'node:path';"), rules.filesAndNetwork, ['app'])).toEqual(
      [],
    );
    expect(rules.networkOutside(core("// fetch('x')\nawait fetch('https://example.org');"), ['app'])).toEqual([
      'src/core/a.ts:2 uses the network: only app may',
    ]);
    expect(rules.networkOutside(core('prefetch(x); cache.fetch(x);'), ['app'])).toEqual([]);
  });

  test('cycles, even type-only ones', () => {
    const sources = made({
      'src/core/a.ts': "import type { B } from './b.ts';",
      'src/core/b.ts': "export { c } from './c.ts';",
      'src/core/c.ts': "import { a } from './a.ts';",
    });
    expect(rules.importCycles(sources)).toEqual(['src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts']);
    expect(rules.importCycles(sources.slice(0, 2))).toEqual([]);
    expect(rules.missingTargets(sources.slice(0, 2))).toEqual([
      "src/core/b.ts:1 imports './c.ts', which is not there (imports name the whole file, with .ts)",
    ]);
  });

  test('files that are too long', () => {
    const sources = made({ 'src/a.ts': 'x\n'.repeat(301), 'src/b.ts': 'x\n'.repeat(300), 'src/c.ts': 'x' });
    expect(rules.longFiles(sources, 300)).toEqual(['src/a.ts has 301 lines, at most 300 are allowed']);
    expect(rules.medianLines(sources)).toBe(300);
  });

  test('forbidden types, declarations and exports', () => {
    const file = (code: string) => made({ 'src/core/a.ts': code });
    for (const code of ['let a: any;', 'f<any>(x)', 'x as any', 'type A = any;', 'Map<string, any>', 'let a: any[];']) {
      expect(rules.anyTypes(file(code)), code).toHaveLength(1);
    }
    expect(rules.anyTypes(file("// any\nconst a = { any: 1, b: 'as any' }; if (rule.any) many(a, any.b);"))).toEqual(
      [],
    );
    expect(rules.enums(file('export const enum Stage { Scores }'))).toEqual(['src/core/a.ts:1 declares an enum']);
    expect(rules.enums(file("const text = 'enum A';"))).toEqual([]);
    expect(rules.defaultExports(file('export default function f() {}'))).toHaveLength(1);
  });

  test('names and barrels', () => {
    const named = (path: string) => rules.badNames(made({ [path]: '' }));
    for (const path of ['src/core/layerNorm.ts', 'src/Core/a.ts', 'src/core/layer_norm.ts'])
      expect(named(path)).toHaveLength(1);
    expect(named('src/panes/layer-norm.test.tsx')).toEqual([]);
    expect(
      rules.barrels(made({ 'src/core/index.ts': '', 'src/core/a.ts': "export { b } from './b.ts';" })),
    ).toHaveLength(2);
    expect(rules.barrels(made({ 'src/core/a.ts': "import { b } from './b.ts';\nexport const c = b;" }))).toEqual([]);
  });
});
