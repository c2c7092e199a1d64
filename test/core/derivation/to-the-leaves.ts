import { expect } from 'vitest';
import type { CellPlace, Derivation, Operand } from '../../../src/core/derivation/derivation.ts';
import { derive } from '../../../src/core/derivation/derive.ts';
import { evaluate } from '../../../src/core/derivation/evaluate.ts';
import { rowSource } from '../../../src/core/derivation/row-source.ts';
import { type DerivationSource, numberAt } from '../../../src/core/derivation/source.ts';
import type { Checkpoint } from '../../support/checkpoint.ts';
import { pseudoRandom } from '../../support/tensors.ts';
import { toleranceOf } from './random-cells.ts';

/** Numbers that follow from the configuration, a position, the reader or a definition, and are in no file. */
const constants: readonly RegExp[] = [
  /^1\/√d_k$/,
  /^(scale|scale factor|factor|amplitude|0)$/,
  /^−?(sin|cos)\(\d+·(θ|f)_\d+\)$/,
  /^slope of head \d+$/,
  /^key − query$/,
  /^1 ÷ \d+ tokens$/,
  /^typed\[\d+,\d+\]$/,
];

/** A norm without parameters, and a table that is computed. */
const computed: readonly [RegExp, (value: number) => boolean][] = [
  [/^γ\[/, (value) => value === 1],
  [/^β\[/, (value) => value === 0],
  [/^P\[/, (value) => Math.abs(value) <= 1],
];

export interface Walk {
  readonly cells: number;
  readonly leaves: number;
  /** Stages and tensors that were met. */
  readonly stages: ReadonlySet<string>;
  readonly tensors: ReadonlySet<string>;
}

/** Explains numbers, then their operands, and so on down to the files: at most `most` cells, chosen at random. Every number must follow
 *  from its operands in float64, every operand must have the value of its cell, and every leaf that of the checkpoint. */
export function walkToTheLeaves(
  source: DerivationSource,
  starts: readonly CellPlace[],
  checkpoint: Checkpoint,
  { most, seed }: { most: number; seed: number },
): Walk {
  const rows = rowSource(source);
  const random = pseudoRandom(seed);
  const below = (count: number) => Math.min(count - 1, Math.floor(((random() + 1) / 2) * count));
  const seen = new Set<string>();
  const stages = new Set<string>();
  const tensors = new Set<string>();
  const open = [...starts];
  let cells = 0;
  let leaves = 0;
  const check = (operand: Operand, what: string) => {
    const { place, stored, value, name } = operand;
    if (place !== null) {
      const found = numberAt(rows, place);
      if (!Object.is(found, value)) expect(value, `${name} of ${what}`).toBe(found);
      if (!seen.has(keyOf(place))) open.push(place);
      return;
    }
    leaves++;
    if (stored !== null) {
      tensors.add(stored.tensor);
      const found = Math.fround(checkpoint.at(stored.tensor, stored.index) + stored.plus);
      if (found !== value) expect(value, `${name} of ${what} in ${stored.tensor} ${stored.index}`).toBe(found);
      return;
    }
    const isKnown =
      constants.some((one) => one.test(name)) || computed.some(([one, holds]) => one.test(name) && holds(value));
    if (!isKnown) expect.fail(`${name} of ${what} is no cell, no parameter and no known constant`);
  };
  while (open.length > 0 && cells < most) {
    const at = below(open.length);
    const place = open[at]!;
    open[at] = open.at(-1)!;
    open.pop();
    const key = keyOf(place);
    if (seen.has(key)) continue;
    seen.add(key);
    cells++;
    stages.add(place.stage);
    const derivation = derive(rows, place);
    expectArithmetic(derivation, key);
    for (const operand of allOperands(derivation)) check(operand, key);
  }
  return { cells, leaves, stages, tensors };
}

export function allOperands(derivation: Derivation): readonly Operand[] {
  const more =
    derivation.kind === 'norm' ? [derivation.scale, ...(derivation.bias === null ? [] : [derivation.bias])] : [];
  return [...derivation.terms.flatMap(({ operands }) => operands), ...more];
}

function expectArithmetic(derivation: Derivation, what: string): void {
  const again = evaluate(derivation);
  if (Object.is(again, derivation.value) || again === derivation.value) return;
  const distance = Math.abs(again - derivation.value);
  if (!(distance < toleranceOf(derivation))) expect(distance, what).toBeLessThan(toleranceOf(derivation));
}

function keyOf({ part, stage, layer, head, row, column }: CellPlace): string {
  return `${part} ${stage} ${layer}.${head}.${row}.${column}`;
}
