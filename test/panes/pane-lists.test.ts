import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paneLists } from '../../scripts/build/panes.ts';
import { keyOf, ownBindings } from '../../src/app/keys/bindings.ts';
import { globalBindings } from '../../src/app/keys/global-keys.ts';
import { paneBindings } from '../../src/app/keys/pane-keys.ts';
import { panes } from '../../src/panes/all.ts';

const root = join(import.meta.dirname, '../..');

test('the lists of panes are those of the folders', async () => {
  for (const [path, text] of Object.entries(await paneLists(root)))
    expect(readFileSync(join(root, path), 'utf8'), `${path}: npm run build writes it`).toBe(text);
});

test.each(panes.map((pane) => [pane.name, pane] as const))('%s: no key of its own means two things', (_, pane) => {
  const keys = [...ownBindings(pane), ...globalBindings].flatMap((one) => one.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('no key of all panes means two things, nor does an action', () => {
  const all = [...paneBindings, ...globalBindings];
  const keys = all.flatMap((one) => one.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const own = panes.flatMap((pane) => pane.keys ?? []);
  const actions = [...all, ...own].flatMap(({ action }) => action ?? []);
  expect(new Set(actions).size).toBe(actions.length);
  expect(() => keyOf('nothing')).toThrow(/no key has the action nothing/);
});
