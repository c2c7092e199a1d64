import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { distance } from '../../support/compare.ts';
import { allDecoders } from './definitions/all-decoders.ts';
import { softmax } from './support/decoder-maths.ts';
import { idSequences } from './support/id-sequences.ts';
import { randomTensors, Weights } from './support/weights.ts';

interface Recorded {
  readonly family: string;
  readonly name: string;
  readonly weights: number[][];
  readonly output: number[];
  readonly top5: { readonly ids: number[]; readonly probabilities: number[] };
}

const file = join(import.meta.dirname, '../../../fixtures/families/decoders.json');
const records: Recorded[] = JSON.parse(readFileSync(file, 'utf8')).records;

describe.each(allDecoders)('$name: the definition matches Transformers', (family) => {
  const variants = family.variants.map((variant, index) => ({ ...variant, index })).filter((one) => !one.isOlder);
  test.each(variants)('$name', ({ name, settings, index }) => {
    const recorded = records.find((one) => one.family === family.name && one.name === name);
    expect(recorded).toBeDefined();
    const tensors = randomTensors(family.shapes(settings), index + 1, family.normCentre);
    const trace = family.forward(settings, new Weights(tensors), idSequences[2]!);
    const layer = trace.layers.at(-1)!;
    layer.weights.forEach((weights, head) => {
      expect(distance(weights.at(-1)!, recorded!.weights[head]!)).toBeLessThan(2e-5);
    });
    const largest = Math.max(...recorded!.output.map(Math.abs));
    expect(distance(layer.output.at(-1)!, recorded!.output)).toBeLessThan(2e-5 * largest);
    const probabilities = softmax(trace.logits).at(-1)!;
    const top5 = recorded!.top5.ids.map((id) => probabilities[id]!);
    expect(distance(top5, recorded!.top5.probabilities)).toBeLessThan(2e-5);
  });
});
