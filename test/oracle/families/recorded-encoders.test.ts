import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distance } from '../../support/compare.ts';
import { allEncoders, allSeq2Seqs } from './definitions/all-encoders.ts';
import { type Matrix, softmax } from './support/decoder-maths.ts';
import { idPairs, idSequences } from './support/id-sequences.ts';
import type { ReferenceTrace } from './support/reference.ts';
import { randomTensors, Weights } from './support/weights.ts';

interface Recorded {
  readonly family: string;
  readonly name: string;
  readonly encoderWeights?: Matrix;
  readonly weights: Matrix;
  readonly crossWeights?: Matrix;
  readonly output: number[];
  readonly top5: { readonly ids: number[]; readonly probabilities: number[] };
}

const file = join(import.meta.dirname, '../../../fixtures/families/encoders.json');
const records: Recorded[] = JSON.parse(readFileSync(file, 'utf8')).records;

/** The last query's row of every head. */
function expectRows(layer: { readonly weights: Matrix[] }, rows: Matrix): void {
  expect(rows).toHaveLength(layer.weights.length);
  layer.weights.forEach((weights, head) => {
    expect(distance(weights.at(-1)!, rows[head]!)).toBeLessThan(2e-5);
  });
}

function expectRecorded(trace: ReferenceTrace, recorded: Recorded): void {
  expectRows(trace.layers.at(-1)!, recorded.weights);
  const output = trace.finalNorm ?? trace.layers.at(-1)!.output;
  const largest = Math.max(...recorded.output.map(Math.abs));
  expect(distance(output.at(-1)!, recorded.output)).toBeLessThan(2e-5 * largest);
  const probabilities = softmax(trace.logits).at(-1)!;
  const top5 = recorded.top5.ids.map((id) => probabilities[id]!);
  expect(distance(top5, recorded.top5.probabilities)).toBeLessThan(2e-5);
}

const recordOf = (family: string, name: string): Recorded => {
  const found = records.find((one) => one.family === family && one.name === name);
  if (found === undefined) throw new Error(`nothing is recorded of ${family}, ${name}`);
  return found;
};

const numbered = <V extends { readonly isOlder?: boolean }>(variants: readonly V[]) =>
  variants.map((variant, index) => ({ ...variant, index })).filter((one) => !one.isOlder);

describe.each(allEncoders)('$name: the definition matches Transformers', (family) => {
  test.each(numbered(family.variants))('$name', ({ name, settings, index }) => {
    const tensors = randomTensors(family.shapes(settings), index + 1, family.normCentre);
    expectRecorded(family.forward(settings, new Weights(tensors), idSequences[2]!), recordOf(family.name, name));
  });
});

describe.each(allSeq2Seqs)('$name: the definition matches Transformers', (family) => {
  test.each(numbered(family.variants))('$name', ({ name, settings, index }) => {
    const tensors = randomTensors(family.shapes(settings), index + 1);
    const { source, target } = idPairs[2]!;
    const { encoder, decoder } = family.forward(settings, new Weights(tensors), source, target);
    const recorded = recordOf(family.name, name);
    expectRows(encoder.layers.at(-1)!, recorded.encoderWeights!);
    expectRows(decoder.cross.at(-1)!, recorded.crossWeights!);
    expectRecorded(decoder, recorded);
  });
});
