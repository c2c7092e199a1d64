import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDecoders } from '../definitions/all-decoders.ts';
import { idSequences } from './id-sequences.ts';
import { withoutHead, writeModelFolder } from './model-folder.ts';
import { randomTensors, Weights } from './weights.ts';

/** `node write-references.ts DIRECTORY [FAMILY…]`: every model with what its reference computes, to be compared with Transformers. */
const [directory = '.', ...names] = process.argv.slice(2);
for (const family of allDecoders) {
  if (names.length > 0 && !names.includes(family.name)) continue;
  family.variants.forEach((variant, index) => {
    const folder = join(directory, family.name, String(index).padStart(2, '0'));
    const tensors = randomTensors(family.shapes(variant.settings), index + 1, family.normCentre);
    writeModelFolder(folder, variant.config, tensors);
    writeModelFolder(join(folder, 'bare'), variant.config, withoutHead(tensors, family.prefix));
    const cases = idSequences.map((ids) => ({ ids, ...family.forward(variant.settings, new Weights(tensors), ids) }));
    writeFileSync(join(folder, 'reference.json'), JSON.stringify({ name: variant.name, cases }));
  });
}
