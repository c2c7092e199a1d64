import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allDecoders } from '../../oracle/families/definitions/all-decoders.ts';
import { allEncoders, allSeq2Seqs } from '../../oracle/families/definitions/all-encoders.ts';
import { writeModelFolder } from '../../oracle/families/support/model-folder.ts';
import type { Variant } from '../../oracle/families/support/reference.ts';
import { randomTensors, type Shapes } from '../../oracle/families/support/weights.ts';
import { loadFamily } from '../../support/load-family.ts';
import { expectDerivation, randomCells, sourceOf } from './random-cells.ts';

/** Families whose definitions are in test/oracle: with what the small models of Transformers do not have, such as side by side layers, windows and caps. */
const families: [string, { shapes: (settings: never) => Shapes; variants: readonly Variant<unknown>[] }][] = [
  ...[...allDecoders, ...allEncoders].map((family) => [family.name, family] as [string, typeof family]),
  ...allSeq2Seqs.map((family) => [family.name, family] as [string, typeof family]),
];

describe.each(families)('%s', (_, { shapes, variants }) => {
  test.each(variants.map((variant, index) => ({ ...variant, index })))('random cells of $name', (variant) => {
    const directory = mkdtempSync(join(tmpdir(), 'attnscope-derivation-'));
    try {
      writeModelFolder(directory, variant.config, randomTensors(shapes(variant.settings as never), variant.index + 1));
      const source = sourceOf(loadFamily(directory));
      const cells = randomCells(source, 5);
      expect(cells.length).toBeGreaterThan(50);
      for (const place of cells) expectDerivation(source, place);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
