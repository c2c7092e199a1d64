import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../../src/core/interventions.ts';
import { normNames, tokenSteps } from '../../../src/core/measures/token-steps.ts';
import { layersOfPart } from '../../../src/core/parts.ts';
import { attentionParts } from '../../../src/core/trace.ts';
import { row } from '../../../src/tensor/tensor.ts';
import { familyModels } from '../../support/families.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

describe.each(familyModels)('%s, %s', (_family, _variant, load) => {
  const model = load();
  const trace = traceOfIds(model, { ids: [4, 9, 7, 5, 8], typeIds: null }, [3, 6, 5]);
  const source = { model, trace, interventions: noInterventions };
  const places = attentionParts
    .filter((part) => part === 'encoder' || model.decoder !== null)
    .flatMap((part) => layersOfPart(trace, part).map((layer, index) => ({ part, layer, index })));

  test('every step is what the layer computed, bit for bit', () => {
    for (const { part, layer, index } of places) {
      for (let token = 0; token < 3; token++) {
        const steps = tokenSteps(source, part, index, token);
        if (layer.residMid !== null) expect(steps.attentionSum?.sum).toEqual(row(layer.residMid, token));
        const goesOn = part === 'decoder' && steps.output === null;
        const leaves = part === 'cross' ? trace.decoder!.layers[index]!.residPost : layer.residPost;
        if (!goesOn) expect(steps.output, `${part} ${index}`).toEqual(row(leaves!, token));
        expect(goesOn).toBe(part === 'decoder' && trace.decoder!.crossLayers.length > 0);
      }
    }
  });

  test('terms add up to their sums, and norms follow their formula', () => {
    for (const { part, index } of places) {
      const steps = tokenSteps(source, part, index, 2);
      for (const one of [steps.attentionSum, steps.feedForwardSum]) {
        for (const [d, sum] of (one?.sum ?? []).entries()) {
          const exact = one!.terms.reduce((total, { values }) => total + values[d]!, 0);
          expect(Math.abs(exact - sum)).toBeLessThan(1e-5 * Math.max(1, Math.abs(sum)));
        }
      }
      for (const name of normNames) {
        const norm = steps.norms[name];
        if (norm === null || norm.statistics.kind === 'factor') continue;
        const x = Array.from(norm.input);
        const mean = norm.statistics.kind === 'layer' ? x.reduce((a, b) => a + b, 0) / x.length : 0;
        const spread = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length + norm.statistics.epsilon);
        for (const [d, y] of norm.output.entries()) {
          const exact = ((x[d]! - mean) / spread) * (norm.scale?.[d] ?? 1) + (norm.bias?.[d] ?? 0);
          expect(Math.abs(exact - y)).toBeLessThan(1e-4 * Math.max(1, Math.abs(exact)));
        }
      }
    }
  });

  test('a gate multiplies the activated half', () => {
    for (const { part, index } of places) {
      const forward = tokenSteps(source, part, index, 1).feedForward;
      if (forward === null) continue;
      const { gate, activated, up, hidden } = forward;
      expect(hidden).toEqual(gate === null ? activated : activated.map((value, unit) => value * up[unit]!));
    }
  });

  test('there is no token beyond the text, and no layer beyond the model', () => {
    expect(() => tokenSteps(source, 'encoder', 0, 99)).toThrow(RangeError);
    expect(() => tokenSteps(source, 'encoder', 99, 0)).toThrow(RangeError);
  });
});
