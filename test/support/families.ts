import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Model } from '../../src/core/model.ts';
import { allDecoders } from '../oracle/families/definitions/all-decoders.ts';
import { allEncoders, allSeq2Seqs } from '../oracle/families/definitions/all-encoders.ts';
import { writeModelFolder } from '../oracle/families/support/model-folder.ts';
import type { Variant } from '../oracle/families/support/reference.ts';
import { randomTensors, type Shapes } from '../oracle/families/support/weights.ts';
import { loadFamily } from './load-family.ts';

type AnyFamily = {
  readonly name: string;
  readonly shapes: (settings: never) => Shapes;
  readonly variants: readonly Variant<unknown>[];
};

const families: readonly AnyFamily[] = [...allDecoders, ...allEncoders, ...allSeq2Seqs];

/** Family, variant and a function that makes its tiny model with random numbers. */
export const familyModels: readonly (readonly [family: string, variant: string, load: () => Model])[] =
  families.flatMap(({ name, shapes, variants }) =>
    variants.map((variant, index) => {
      const load = () => {
        const directory = mkdtempSync(join(tmpdir(), 'attnscope-family-'));
        try {
          writeModelFolder(directory, variant.config, randomTensors(shapes(variant.settings as never), index + 1));
          return loadFamily(directory);
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      };
      return [name, variant.name, load] as const;
    }),
  );
