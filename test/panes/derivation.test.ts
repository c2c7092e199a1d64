import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/core/derivation/explain.ts';
import { explain } from '../../src/core/derivation/explain.ts';
import type { CellEdit, Interventions } from '../../src/core/interventions.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { operandsIn, termLines } from '../../src/panes/derivation/terms.ts';
import { derivationView } from '../../src/panes/derivation/view.ts';
import { operandText, trailText } from '../../src/panes/derivation/words.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { randomCells, sourceOf } from '../core/derivation/random-cells.ts';
import { evaluated } from '../support/arithmetic.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const models = {
  'use-lite': builtInModel('use-lite').model,
  example: builtInModel('example').model,
  bert: hfModel('bert').model,
  gpt2: hfModel('gpt2').model,
  llama: hfModel('llama').model,
  t5: hfModel('t5').model,
};

const token = (text: string, position: number) => ({ text, id: position, start: null, end: null, position });
const words = Array.from({ length: 40 }, (_, at) =>
  token(at === 3 ? 'donaudampfschifffahrtsgesellschaft' : `w${at}`, at),
);
const tokens = { text: words, target: words };

function linesOf(explanation: Explanation, size: { widthCells: number; heightCells: number }, chosen = 0): string[] {
  const lines = termLines(explanation.derivation, 1);
  return derivationView({ explanation, lines, tokens, chosen, isCut: false, size }).map(rowText);
}

/** `exp(…)` as a number, so that only plain arithmetic is left. */
function withoutExp(text: string): string {
  return text.replaceAll(/exp\(([^()]*)\)/g, (_, inner: string) => {
    const [value = Number.NaN] = inner.includes('inf') ? [-Infinity] : evaluated(inner);
    return Math.exp(value).toFixed(12);
  });
}

const powers = (text: string) =>
  text.replaceAll(/(\d(?:\.\d+)?)e−(\d+)/g, (_, digits: string, power: string) =>
    (Number(digits) * 10 ** -Number(power)).toFixed(Number(power) + 2),
  );

/** The last digit of a printed number, halved. */
function halfUnit(text: string): number {
  return 10 ** -(text.split('.')[1]?.length ?? 0) / 2 + 2e-6 * Math.max(1, Math.abs(numberOf(text)));
}

const numberOf = (text: string) => Number(text.replaceAll('−', '-'));
const plainNumber = /^−?\d+(\.\d+)?$/;

/** Checks every equation of the pane that claims to be exact; returns how many there were. */
function expectPrinted({ derivation }: Explanation, lines: readonly string[]): number {
  const result = lines.find((line) => line.includes('the number in its cell'))!.trim();
  const [sign = '', printed = ''] = result.split(/\s+/);
  expect(['=', '≈']).toContain(sign);
  const products = lines.flatMap((line) => {
    const [, product = '', equals = '', factors = ''] =
      /^[▸ ]\s*(−?[\d.]+)\s+(=)\s+(−?[\d.]+\s+(?:×\s+−?[\d.]+\s+)+)/.exec(line) ?? [];
    return equals === '' ? [] : [{ product, factors }];
  });
  for (const { product, factors } of products) {
    const again = factors.split('×').reduce((all, one) => all * numberOf(one.trim()), 1);
    expect(Math.abs(again - numberOf(product)), `${product} = ${factors}`).toBeLessThanOrEqual(halfUnit(product));
  }
  if (derivation.kind === 'sum' && sign === '=' && plainNumber.test(printed)) {
    const terms = lines.flatMap((line) => /^[▸ ]\s*(−?\d+(?:\.\d+)?)\s/.exec(line)?.[1] ?? []);
    const rest = lines.flatMap((line) => /^… \d+ more, together (−?[\d.]+)$/.exec(line.trim())?.[1] ?? []);
    const sum = [...terms, ...rest].reduce((total, one) => total + numberOf(one), 0);
    expect(Math.abs(sum - numberOf(printed)), lines.join('\n')).toBeLessThanOrEqual(halfUnit(printed));
    return products.length + 1;
  }
  if (!['norm', 'softmax', 'renormalised', 'scaled'].includes(derivation.kind)) return products.length;
  const symbols = lines.findIndex(
    (line) => /^[=≈] .*\d/.test(line) && !/max|mean\)|√d_k|γ|Σ_/.test(line.split('   ')[0]!),
  );
  const written = lines[symbols]!.split('   ')[0]!;
  if (!written.startsWith('=') || !plainNumber.test(printed)) return 0;
  const again = evaluated(powers(withoutExp(written.slice(2)).replaceAll(' (position)', '')))[0]!;
  expect(Math.abs(again - numberOf(printed)), `${printed} ${written}`).toBeLessThanOrEqual(halfUnit(printed));
  return 1;
}

const wide = { widthCells: 400, heightCells: 30 };

describe.each(Object.entries(models))('%s', (name, model) => {
  const ids = name === 'example' ? [0, 1, 2, 1] : [5, 17, 2, 39, 11, 11, 28];
  const edit = (stage: CellEdit['stage'], column: number, value: number) => ({
    stage,
    layer: 0,
    head: 0,
    row: 1,
    column,
    value,
  });
  const changed: Interventions = {
    ...noInterventions,
    scaleFactor: 2.5,
    hiddenKeys: [2],
    edits: [edit('attentionWeights', 1, 0.9), edit('scores', 0, 3)],
    isRenormalised: true,
  };
  test.each([
    ['as it is', noInterventions],
    ['changed', changed],
  ])('the printed arithmetic gives the printed numbers, or says ≈: %s', (_, interventions) => {
    const source = sourceOf(model, interventions, ids);
    const checked = new Map<string, number>();
    for (const place of randomCells(source, 6)) {
      const explanation = explain(source, [place]);
      const { kind } = explanation.derivation;
      checked.set(kind, (checked.get(kind) ?? 0) + expectPrinted(explanation, linesOf(explanation, wide)));
    }
    // Most equations are exact, not approximate.
    expect(checked.get('sum')).toBeGreaterThan(100);
    expect(checked.get('softmax')).toBeGreaterThan(3);
    expect(checked.get('scaled')).toBeGreaterThan(3);
    if (['bert', 'llama'].includes(name)) expect(checked.get('norm')).toBeGreaterThan(3);
  });

  test('no line is wider than the pane, names stay whole at 78 cells, and what is left out is counted', () => {
    const source = sourceOf(model, noInterventions, ids);
    const cells = randomCells(source, 2).map((place) => explain(source, [place]));
    fc.assert(
      fc.property(
        fc.constantFrom(...cells),
        fc.integer({ min: 50, max: 160 }),
        fc.integer({ min: 8, max: 40 }),
        (explanation, widthCells, heightCells) => {
          const lines = linesOf(explanation, { widthCells, heightCells });
          expect(lines.length).toBeLessThanOrEqual(heightCells);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(widthCells);
          const all = termLines(explanation.derivation, 1);
          const numbered = lines.filter((line) => /^[▸ ]\s*−?(\d|inf)/.test(line)).length;
          const rest = Number(/… (\d+) more/.exec(lines.join('\n'))?.[1] ?? 0);
          if (heightCells > 14) expect(numbered + rest, lines.join('\n')).toBe(all.length);
          if (widthCells < 78) return;
          for (const line of all.slice(0, Math.min(numbered, 3)))
            for (const { name: whole } of line.operands) expect(lines.join('\n')).toContain(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('no score is called scaled or masked where nothing scales or masks', () => {
    const source = sourceOf(model, { ...noInterventions, isUnscaled: true }, ids);
    const isCausal = model.layers[0]!.attention.isCausal;
    for (const place of randomCells(source, 2).filter(({ part }) => part === 'encoder')) {
      if (place.stage === 'scaledScores' || place.stage === 'maskedScores') continue;
      const text = linesOf(explain(source, [place]), wide).join('\n');
      expect(text).not.toMatch(/scaled/);
      if (!isCausal) expect(text).not.toMatch(/mask/);
    }
  });
});

test('decimal points line up, also of negative numbers', () => {
  const source = sourceOf(models.bert, noInterventions);
  for (const place of randomCells(source, 3).filter(
    ({ stage }) => stage === 'q' || stage === 'residPre' || stage === 'residMid',
  )) {
    const lines = linesOf(explain(source, [place]), wide).filter((line) => /^[▸ ]\s*−?\d+\.\d{4}\s/.test(line));
    expect(new Set(lines.map((line) => line.indexOf('.'))).size).toBeLessThanOrEqual(1);
  }
});

describe('the way', () => {
  const source = sourceOf(models['use-lite'], noInterventions);
  const weight = { part: 'encoder', stage: 'attentionWeights', layer: 0, head: 1, row: 7, column: 5 } as const;
  const path = [
    weight,
    { ...weight, stage: 'scaledScores' },
    { ...weight, stage: 'scores' },
    { ...weight, stage: 'q', column: 12 },
    { ...weight, stage: 'attentionInput', head: null, column: 30 },
    { ...weight, stage: 'residPre', head: null, column: 30 },
  ] as const;
  const { titles, path: kept } = explain(source, path);

  test('is named whole', () => {
    expect(trailText(kept, titles, tokens, 400)).toBe(
      "weight 7 w7 → 5 w5 › scaled score › q·k › q of 7 w7, dim 12 › normed input of 7 w7, dim 30 › layer's input",
    );
  });

  test('loses names in its middle where it is too long', () => {
    const short = trailText(kept, titles, tokens, 74);
    expect(short).toBe("weight 7 w7 → 5 w5 › … › normed input of 7 w7, dim 30 › layer's input");
    expect(trailText(kept, titles, tokens, 40)).toBe("… › layer's input of 7 w7, dim 30");
  });

  test('names the layer where it changes', () => {
    const out = { ...weight, stage: 'residPost', head: null, layer: 0 } as const;
    const next = { ...out, stage: 'residPre', layer: 1 } as const;
    const { titles: names, path: way } = explain(source, [next, out]);
    expect(trailText(way, names, tokens, 80)).toBe("layer's input of 7 w7, dim 5 › layer's output L0");
  });
});

test('an operand tells where it comes from', () => {
  const gpt2 = sourceOf(models.gpt2, noInterventions);
  // c_attn holds Q, K and V side by side: column 2 of head 1 of K is 48 + 12 + 2.
  const { derivation } = explain(gpt2, [{ part: 'encoder', stage: 'k', layer: 1, head: 1, row: 3, column: 2 }]);
  expect(derivation.note).toMatch(/^column 14 of W_K = head 1 × 12 \+ 2; column 62 of \S*h\.1\.attn\.c_attn\.weight$/);
  const weight = derivation.terms[5]!.operands[1]!;
  expect(operandText(weight, tokens)).toMatch(/^W_K\[5,14\] = .* a parameter: .*h\.1\.attn\.c_attn\.weight\[5, 62\]$/);
  const llama = sourceOf(models.llama, noInterventions);
  const shared = explain(llama, [{ part: 'encoder', stage: 'v', layer: 0, head: 3, row: 3, column: 2 }]);
  expect(shared.derivation.note).toBe('column 14 of W_V = key/value head 1 × 12 + 2; query heads 2 to 3 share it');
  const scaled = explain(gpt2, [{ part: 'encoder', stage: 'scaledScores', layer: 0, head: 0, row: 3, column: 2 }]);
  const [score, root] = operandsIn(termLines(scaled.derivation, 0));
  expect(operandText(score!, tokens)).toMatch(/^q·k\[3,2\] = .* 3 donaudampf.* → 2 w2$/);
  expect(operandText(root!, tokens)).toMatch(/^1\/√d_k = 0\.2887 {3}a constant of the model or the run$/);
});

test('long token names are cut in their middle, after the whole name of the number', () => {
  const source = sourceOf(models['use-lite'], noInterventions);
  const explanation = explain(source, [
    { part: 'encoder', stage: 'attentionWeights', layer: 0, head: 0, row: 3, column: 3 },
  ]);
  const line = linesOf(explanation, { widthCells: 60, heightCells: 20 }).find((one) => one.startsWith('▸'))!;
  expect(line).toMatch(/scaled\[3,3\] {2,}3 don….*aft → 3 don….*aft$/);
});
