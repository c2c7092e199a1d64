import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allDecoders } from '../../oracle/families/definitions/all-decoders.ts';
import { allEncoders, allSeq2Seqs } from '../../oracle/families/definitions/all-encoders.ts';
import { writeModelFolder } from '../../oracle/families/support/model-folder.ts';
import type { Variant } from '../../oracle/families/support/reference.ts';
import { randomTensors, type Shapes } from '../../oracle/families/support/weights.ts';
import { checkpointOf } from '../../support/checkpoint.ts';
import { loadFamily } from '../../support/load-family.ts';
import { randomCells, sourceOf } from './random-cells.ts';
import { walkToTheLeaves } from './to-the-leaves.ts';

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
      const cells = randomCells(source, 3);
      expect(cells.length).toBeGreaterThan(30);
      const walk = walkToTheLeaves(source, cells, checkpointOf(directory), { most: 700, seed: variant.index + 1 });
      expect(walk.leaves).toBeGreaterThan(1000);
      // Every parameter but those of the language head has a part in some number.
      expect(walk.tensors.size).toBeGreaterThan(8);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
