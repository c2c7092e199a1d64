import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadHfTokenizer } from '../../src/loaders/hf-tokenizer.ts';
import { fixture } from '../tokenizer/hf/support.ts';
import { temporaryFolder } from './temporary-folder.ts';

const folder = join(temporaryFolder(), 'fuzz');
mkdirSync(folder);
const path = join(folder, 'tokenizer.json');
const sound = ['bert', 'roberta', 'llama', 't5'].map((name) => fixture(name));
const mostMs = 2000;

const junk = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1e308, 2 ** 53, '', 'x', '__proto__', 'Sequence', 'ByteLevel', 'BPE', [], {}, [
    [],
  ]),
  fc.jsonValue(),
);

/** A tokenizer.json with one value, anywhere, replaced or taken out, or copied to another place. */
const mutated = fc
  .record({
    fields: fc.constantFrom(...sound),
    steps: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    value: junk,
    action: fc.constantFrom('replace', 'remove', 'copy'),
  })
  .map(({ fields, steps, value, action }) => mutate(structuredClone(fields), steps, value, action));

function mutate(root: object, steps: readonly number[], value: unknown, action: string): unknown {
  let node = root as Record<string, unknown>;
  steps.forEach((step, index) => {
    const keys = Object.keys(node);
    const key = keys[step % Math.max(keys.length, 1)];
    if (key === undefined) return;
    const child = node[key];
    if (index < steps.length - 1 && child !== null && typeof child === 'object' && Object.keys(child).length > 0) {
      node = child as Record<string, unknown>;
    } else if (action === 'replace') node[key] = structuredClone(value);
    else if (action === 'remove') delete node[key];
    else node[key] = structuredClone(Object.values(root)[step % Object.keys(root).length]);
  });
  return root;
}

/** Loads and splits a text, or is refused in one line that names the file; either in bounded time. */
function loadsOrRefuses(content: string): 'loaded' | 'refused' {
  writeFileSync(path, content);
  const start = performance.now();
  let outcome: 'loaded' | 'refused' = 'refused';
  try {
    const tokenizer = loadHfTokenizer(folder, 1000);
    outcome = 'loaded';
    const { tokens } = tokenizer.encode('The [MASK] café\u0301 ▁<s> 🙂 東京  12', 'a \ud800');
    for (const { id, start, end } of tokens) {
      expect(tokenizer.tokenText(id!)).toBeTypeOf('string');
      expect(id!).toBeLessThan(tokenizer.vocabSize);
      if (start !== null) expect(end!).toBeGreaterThanOrEqual(start);
    }
    tokenizer.decode(tokens.map(({ id }) => id!));
  } catch (error) {
    expect(outcome, String(error)).toBe('refused');
    expect((error as Error).name, String((error as Error).stack)).toBe('FormatError');
    expect((error as Error).message.startsWith(path)).toBe(true);
    expect((error as Error).message).not.toMatch(/\n/);
    expect((error as Error).message.length).toBeLessThan(1000);
  }
  expect(performance.now() - start).toBeLessThan(mostMs);
  return outcome;
}

test('any change of one value gives a tokenizer or a refusal', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(mutated, (fields) => {
      outcomes.add(loadsOrRefuses(JSON.stringify(fields)));
    }),
    { numRuns: 200, seed: 11 },
  );
  expect(outcomes).toEqual(new Set(['loaded', 'refused']));
});

test('any JSON gives a refusal', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(loadsOrRefuses(text)).toBe('refused');
    }),
    { numRuns: 50, seed: 12 },
  );
});

test('steps inside steps without end are refused', () => {
  for (const [step, list] of [
    ['normalizer', 'normalizers'],
    ['pre_tokenizer', 'pretokenizers'],
    ['decoder', 'decoders'],
    ['post_processor', 'processors'],
  ] as const) {
    const depth = 3000;
    const nested = `${`{"type":"Sequence","${list}":[`.repeat(depth)}${']}'.repeat(depth)}`;
    const content = JSON.stringify({ ...sound[0], [step]: 0 }).replace(`"${step}":0`, `"${step}":${nested}`);
    expect(loadsOrRefuses(content)).toBe('refused');
  }
});
