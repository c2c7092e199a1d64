import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { contextPane } from '../../src/panes/context/pane.ts';
import { weightStatus } from '../../src/panes/frame/status-view.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { operandsFor, sumText } from '../../src/panes/kit/equation.ts';
import { fixed } from '../../src/panes/kit/format.ts';
import { scaledScoreText } from '../../src/panes/kit/score-formula.ts';
import { stepsPane } from '../../src/panes/steps/pane.ts';
import { evaluated, fault } from '../support/arithmetic.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { vector } from '../support/tensors.ts';

const example = builtInModel('example');
const sentence = 'The boat drifted toward the river bank.';
const models: readonly (readonly [string, LoadedModel, readonly string[]])[] = [
  ['example', example, ['please study man', 'study man', 'man study please study man please study man man please']],
  ['use-lite', builtInModel('use-lite'), [sentence]],
  ...['gpt2', 'llama', 't5', 'bert'].map((name) => [name, hfModel(name), [sentence]] as const),
];

/** The explorer at each query and some keys of each text, with a factor on the scores or without. */
function* explorers(): Generator<readonly [string, Explorer]> {
  for (const [name, loaded, texts] of models)
    for (const text of texts)
      for (const factor of [1, 3.7]) {
        const interventions = { ...noInterventions, scaleFactor: factor };
        const count = createExplorer({ loaded, text }).tokens.value.queries.length;
        for (let query = 0; query < count; query++) {
          const explorer = createExplorer({ loaded, text, query, key: Math.floor(query / 2), interventions });
          yield [`${name} ${text} × ${factor}, query ${query}`, explorer];
        }
      }
}

/** The lines of the step that scales: result and operands. */
function scaleRows(explorer: Explorer): [string, string][] {
  for (const step of Array.from({ length: 20 }).keys()) {
    explorer.inputs.step.value = step;
    const rows = stepsPane.rows(explorer, context(100));
    const title = rows.flat().find(({ tone }) => tone === 'strong')?.text ?? '';
    if (!/^[×÷]/.test(title) || title === '× V') continue;
    return rows.flatMap((row): [string, string][] => {
      const [, before, after] = /(−?[\d.]+) → +(−?[\d.]+)/.exec(rowText(row)) ?? [];
      return before === undefined ? [] : [[after!, `${before} ${title}`]];
    });
  }
  return [];
}

const context = (widthCells: number) => ({ size: { widthCells, heightCells: 40 }, keyOf });

test('the arithmetic of the checker itself', () => {
  expect(evaluated('0.422 × [1, 0] + 0.5 × [2, −2] (2 more)')).toEqual([1.422, -1]);
  expect(evaluated('50 × tanh((16 ÷ √64 − 0.5 (position)) ÷ 50)')[0]).toBeCloseTo(50 * Math.tanh(0.03), 12);
  // The sum that did not add up.
  expect(fault('1.893', '0.107 × 1 + 0.787 × 2 + 0.107 × 2')).toContain('gives');
});

describe('whoever computes with the printed numbers gets the printed result', () => {
  test('in the lines about the selected number', () => {
    for (const [where, explorer] of explorers()) {
      const [, weight] = weightStatus(explorer);
      for (const part of weight.split('   ')) {
        const [result, operands] = part.split(' = ') as [string, string];
        if (operands === undefined || /softmax|q·k|masked/.test(operands)) continue;
        expect(fault(result, operands), where).toBeNull();
      }
      const [, sum] = contextPane.status!(explorer) ?? ['', ''];
      const [result, operands] = sum.split(' = ') as [string, string];
      if (operands !== undefined) expect(fault(result, operands), where).toBeNull();
    }
  });

  test('in the weighted sum of short vectors', () => {
    for (const [where, explorer] of explorers()) {
      if (!where.startsWith('example')) continue;
      for (const width of [36, 90]) {
        const rows = contextPane.rows(explorer, context(width)).map(rowText);
        const end = rows.findIndex((row) => row.startsWith('= '));
        const first = rows.findIndex((row) => /^[−\d].* × \[/.test(row));
        expect(end, where).toBeGreaterThan(first);
        expect(fault(rows[end]!, rows.slice(first, end).join(' ')), where).toBeNull();
      }
    }
  });

  test('in each step', () => {
    let checked = 0;
    for (const [where, explorer] of explorers()) {
      const text = stepsPane.show!(explorer, () => stepsPane.rows(explorer, context(100))).map(rowText);
      for (const row of text) {
        const [, operands, result] = /^(?:dim \d+: )?([−\d.]+ × \[.*\]|[−\d.]+ [+−] .*) = (.*)$/.exec(row) ?? [];
        if (operands === undefined) continue;
        checked++;
        expect(fault(result!, operands), where).toBeNull();
      }
    }
    expect(checked).toBeGreaterThan(200);
  });

  test('in the column of weights over its sum, and from scores to scaled scores', () => {
    for (const [where, explorer] of explorers()) {
      const text = stepsPane.show!(explorer, () => stepsPane.rows(explorer, context(100))).map(rowText);
      const sumAt = text.findIndex((row) => row.startsWith(' sum'));
      const weights: string[] = [];
      for (let at = sumAt - 1; text[at]!.includes(' → ') && !text[at]!.includes('before'); at--)
        weights.push(/→ +([−\d.·—]+)/.exec(text[at]!)![1]!);
      const numbers = weights.filter((one) => /\d/.test(one));
      expect(numbers.length, where).toBeGreaterThan(0);
      expect(fault(/[\d.]+$/.exec(text[sumAt]!)![0], sumText(numbers.map(Number), String)), where).toBeNull();
      for (const row of scaleRows(explorer)) expect(fault(...row), where).toBeNull();
    }
  });
});

const score = fc.double({ min: -200, max: 200, noNaN: true });

test('any sum: with the sign =, the printed operands give the printed result; ≈ is rare', () => {
  let about = 0;
  fc.assert(
    fc.property(fc.array(score, { minLength: 1, maxLength: 9 }), (terms) => {
      const total = terms.reduce((sum, one) => sum + one, 0);
      const { sign, write } = operandsFor([total], 3, (round) => [terms.reduce((sum, one) => sum + round(one), 0)]);
      if (sign === '≈') about++;
      else expect(fault(fixed(total, 3), sumText(terms, write))).toBeNull();
    }),
  );
  expect(about).toBeLessThan(5);
});

test('any score: the scale, the position and the soft cap as printed give the scaled score', () => {
  const scalings = fc.record({
    scoreScale: fc.constantFrom(1, 0.125, 0.0668153, 0.25),
    headDim: fc.constantFrom(64, 4),
    softCap: fc.constantFrom(null, 50, 30),
    positionTerms: fc.constantFrom(null, { kind: 'slopes', slopes: vector([1]) } as const),
  });
  fc.assert(
    fc.property(score, scalings, fc.constantFrom(1, 0.5, 3), (raw, scaling, factor) => {
      const inner = (raw * scaling.scoreScale * factor) / 10 - (scaling.positionTerms === null ? 0 : 1.25);
      const scaled = scaling.softCap === null ? inner : scaling.softCap * Math.tanh(inner / scaling.softCap);
      const made = scaledScoreText(raw / 10, scaled, scaling, factor);
      if (made.sign === '=') expect(fault(fixed(scaled, 3), made.text)).toBeNull();
      else expect(made.sign).toBe('≈');
    }),
  );
});
