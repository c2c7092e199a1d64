import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFamily } from '../../support/load-family.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';
import { albert, albertForward } from './definitions/albert.ts';
import { debertaForward, debertaV2 } from './definitions/deberta-v2.ts';
import { electra, electraForward } from './definitions/electra.ts';
import { roberta, robertaForward } from './definitions/roberta.ts';
import { expectNumbers } from './support/compare-family.ts';
import { idSequences } from './support/id-sequences.ts';
import { writeModelFolder } from './support/model-folder.ts';
import type { Family, ReferenceTrace } from './support/reference.ts';
import { randomTensors, Weights } from './support/weights.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'attnscope-segments-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ids = idSequences[2]!;
const typeIds = ids.map((_, token) => (token < 7 ? 0 : 1));

type Forward<S> = (settings: S, weights: Weights, ids: readonly number[], typeIds: readonly number[]) => ReferenceTrace;

/** A model of the family with two token types. */
function pairOfTexts<S extends { readonly tokenTypes: number }>(family: Family<S>, forward: Forward<S>): void {
  test(`${family.name}: the second text has its own token type`, () => {
    const { settings, config } = family.variants.find((variant) => variant.settings.tokenTypes === 2)!;
    const tensors = randomTensors(family.shapes(settings), 7);
    const directory = join(root, family.name);
    writeModelFolder(directory, config, tensors);
    const trace = traceOfIds(loadFamily(directory), { ids, typeIds });
    expectNumbers(forward(settings, new Weights(tensors), ids, typeIds), trace);
    expect(trace.predictAt).not.toBeNull();
  });
}

pairOfTexts(roberta, robertaForward);
pairOfTexts(albert, albertForward);
pairOfTexts(electra, electraForward);
pairOfTexts(debertaV2, debertaForward);
