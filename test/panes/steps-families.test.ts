import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../src/core/interventions.ts';
import { tokenSteps } from '../../src/core/measures/token-steps.ts';
import type { Model } from '../../src/core/model.ts';
import { layerParametersOf, layersOfPart, parametersOf } from '../../src/core/parts.ts';
import { type AttentionPart, attentionParts } from '../../src/core/trace.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { type StepsInput, stepsOf } from '../../src/panes/steps/steps.ts';
import { stepsView } from '../../src/panes/steps/view.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { fault } from '../support/arithmetic.ts';
import { familyModels } from '../support/families.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

const ids = [4, 9, 7, 5, 8];
const targetIds = [3, 6, 5];
const views = (of: readonly number[]) => of.map((id) => ({ id, text: `▁t${id}`, start: null, end: null }));

/** Everything that the pane shows of one layer of a part. */
function inputsOf(model: Model, size = { widthCells: 100, heightCells: 40 }): (StepsInput & { index: number })[] {
  const trace = traceOfIds(model, { ids, typeIds: null }, targetIds);
  const source = { model, trace, interventions: noInterventions };
  const [text, target] = [views(ids), views(targetIds)];
  return attentionParts
    .filter((part) => part === 'encoder' || model.decoder !== null)
    .flatMap((part: AttentionPart) =>
      layersOfPart(trace, part).map((layer, index, all) => ({
        index,
        layer,
        part,
        attention: parametersOf(model, part)[index]!,
        parameters: layerParametersOf(model, part)[index]!,
        embedding: (part === 'encoder' ? model : model.decoder!).embedding,
        isLast: index === all.length - 1,
        scaleFactor: 1,
        tokenSteps: tokenSteps(source, part, index, 2),
        lesson: null,
        replacedBy: null,
        typed: [],
        hasSwap: false,
        queries: part === 'encoder' ? text : target,
        keys: part === 'decoder' ? target : text,
        selection: { layer: index, head: 0, query: 2, key: 1, matrix: 'q', dimension: 3 } as const,
        size,
      })),
    );
}

const linesOf = (input: StepsInput, name: string) => {
  const at = stepsOf(input).findIndex((step) => step.name === name);
  return at < 0
    ? ''
    : stepsView(input, at)
        .map((row) => rowText(row).trimEnd())
        .join('\n');
};

describe.each(familyModels)('%s, %s', (_family, _variant, load) => {
  const inputs = inputsOf(load());

  test('every printed equation gives its result, and every number is one', () => {
    for (const input of inputs)
      for (const [index, { name }] of stepsOf(input).entries()) {
        const rows = stepsView(input, index).map(rowText);
        expect(rows.join('\n'), name).not.toMatch(/NaN|undefined|null|—/);
        for (const row of rows) {
          const [, sum, result] = /^dim \d+: (.*) = (−?[\d.]+)$/.exec(row.trimEnd()) ?? [];
          if (sum !== undefined) expect(fault(result!, sum), `${name}: ${row}`).toBeNull();
          const [, product, made] = /(?: {3})(−?[\d.]+ × −?[\d.]+) = (−?[\d.]+)$/.exec(row.trimEnd()) ?? [];
          if (product !== undefined) expect(fault(made!, product), `${name}: ${row}`).toBeNull();
        }
      }
  });

  test('keeps to its room', () => {
    for (const [widthCells, heightCells] of [
      [38, 8],
      [76, 16],
      [110, 40],
    ] as const)
      for (const input of inputs.map((one) => ({ ...one, size: { widthCells, heightCells } })))
        for (const index of stepsOf(input).keys()) {
          const rows = stepsView(input, index);
          expect(rows.length).toBeLessThanOrEqual(heightCells);
          for (const row of rows) expect(widthOf(rowText(row)), rowText(row)).toBeLessThanOrEqual(widthCells);
        }
  });

  test('says nothing of its model that is not so', () => {
    for (const input of inputs) {
      const { attention, parameters, embedding, part, index } = input;
      const entering = linesOf(input, 'embeddings').replaceAll('\n', ' ');
      expect(/No other token plays a part yet/.test(entering)).toBe(index === 0 && part !== 'cross');
      expect(entering).not.toContain('mixture');
      if (index === 0 && part !== 'cross') {
        expect(/learned vector for its position/.test(entering)).toBe(embedding.positions?.kind === 'table');
        expect(/rotation of query and key/.test(entering)).toBe(
          embedding.positions === null && attention.rotary !== null,
        );
      }
      const all = stepsOf(input).map(({ name }) => linesOf(input, name).replaceAll('\n', ' '));
      expect(all.some((text) => text.includes('√d_k'))).toBe(
        Math.abs(attention.scoreScale ** 2 * attention.headDim - 1) < 1e-5,
      );
      expect(all.some((text) => text.includes('ALiBi'))).toBe(attention.positionTerms?.kind === 'slopes');
      expect(all.some((text) => text.includes('share a key'))).toBe(
        attention.numKeyValueHeads < attention.numAttentionHeads,
      );
      const names = stepsOf(input).map(({ name }) => name);
      const goesOn = part === 'decoder' && parameters.crossAttention !== null;
      expect(names.includes('feedForward')).toBe(parameters.feedForward !== null && !goesOn);
      expect(names.at(-1)).toBe(
        goesOn ? (attention.residualNorm === null ? 'residual' : 'attentionSum') : 'layerOutput',
      );
    }
  });
});

describe('the order is that of the architecture', () => {
  const after = (family: string) => {
    const [, , load] = familyModels.find(([name]) => name === family)!;
    const input = inputsOf(load()).at(-1)!;
    const names = stepsOf(input).map(({ name }) => name);
    return names.slice(names.indexOf('output'));
  };
  test.each([
    [
      'gemma2',
      ['attentionOutput', 'residual', 'feedForwardInput', 'feedForward', 'feedForwardOutput', 'feedForwardResidual'],
    ],
    ['gpt_neox', ['feedForwardInput', 'feedForward', 'feedForwardResidual']],
    ['roberta', ['residual', 'attentionSum', 'feedForward', 'feedForwardResidual', 'feedForwardSum']],
    ['llama', ['residual', 'feedForwardInput', 'feedForward', 'feedForwardResidual']],
    ['t5', ['residual', 'feedForwardInput', 'feedForward', 'feedForwardResidual']],
    ['bart', ['residual', 'attentionSum', 'feedForward', 'feedForwardResidual', 'feedForwardSum']],
  ])('%s', (family, names) => expect(after(family)).toEqual(['output', ...names, 'layerOutput']));
});
