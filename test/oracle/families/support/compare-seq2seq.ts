import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFamily } from '../../../support/load-family.ts';
import { traceOfIds } from '../../../support/trace-of-ids.ts';
import { expectAttention, expectNumbers, expectPredictions } from './compare-family.ts';
import { idPairs } from './id-sequences.ts';
import { writeModelFolder } from './model-folder.ts';
import type { Seq2SeqFamily, Seq2SeqTrace } from './seq2seq.ts';
import { randomTensors, Weights } from './weights.ts';

/** Compares attnscope with the reference for every model of the family, saved with and without its head. */
export function compareSeq2Seq<Settings>(family: Seq2SeqFamily<Settings>): void {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'attnscope-family-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  describe.each(family.variants.map((variant, index) => ({ ...variant, index })))('$name', (variant) => {
    const tensors = randomTensors(family.shapes(variant.settings), variant.index + 1);
    const directory = () => join(root, String(variant.index));
    const reference = (index: number) =>
      family.forward(variant.settings, new Weights(tensors), idPairs[index]!.source, idPairs[index]!.target);
    const run = (index: number) => {
      const { source, target } = idPairs[index]!;
      return traceOfIds(loadFamily(directory()), { ids: source, typeIds: null }, target);
    };

    test('agrees with the definition', () => {
      writeModelFolder(directory(), variant.config, tensors);
      idPairs.forEach((_, index) => {
        const expected = reference(index);
        const trace = run(index);
        expectBoth(expected, trace);
        expectPredictions(expected.decoder.logits, (token) => trace.predictAt!(token, 5));
      });
    });

    test.each(Object.keys(family.withoutHead))('agrees when saved as %s', (className) => {
      const kept = family.withoutHead[className]!(tensors);
      writeModelFolder(directory(), { ...variant.config, architectures: [className] }, kept);
      const trace = run(2);
      if (family.encoderOnly.includes(className)) {
        expectNumbers(reference(2).encoder, trace);
        expect(trace.decoder).toBeNull();
      } else expectBoth(reference(2), trace);
      expect(trace.predictAt).toBeNull();
    });
  });
}

function expectBoth({ encoder, decoder }: Seq2SeqTrace, trace: ReturnType<typeof traceOfIds>): void {
  expectNumbers(encoder, trace);
  expectNumbers(decoder, trace.decoder!);
  expect(trace.decoder!.crossLayers).toHaveLength(decoder.cross.length);
  decoder.cross.forEach((expected, index) => {
    expectAttention(trace.decoder!.crossLayers[index]!, expected, `cross-attention ${index}`);
  });
}
