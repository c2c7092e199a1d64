import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allDecoders } from '../definitions/all-decoders.ts';
import { allEncoders, allSeq2Seqs } from '../definitions/all-encoders.ts';
import { idPairs, idSequences } from './id-sequences.ts';
import { withoutHead, writeModelFolder } from './model-folder.ts';
import { randomTensors, Weights } from './weights.ts';

/** `node write-references.ts DIRECTORY [FAMILY…]`: writes every model with its reference results, for comparison with Transformers. */
const [directory = '.', ...names] = process.argv.slice(2);
const isAsked = ({ name }: { readonly name: string }) => names.length === 0 || names.includes(name);
const folderOf = (family: string, index: number) => join(directory, family, String(index).padStart(2, '0'));

for (const family of [...allDecoders, ...allEncoders].filter(isAsked)) {
  family.variants.forEach((variant, index) => {
    if (variant.isOlder) return;
    const folder = folderOf(family.name, index);
    const tensors = randomTensors(family.shapes(variant.settings), index + 1, family.normCentre);
    writeModelFolder(folder, variant.config, tensors);
    writeModelFolder(join(folder, 'bare'), variant.config, withoutHead(tensors, family.prefix));
    const cases = idSequences.map((ids) => ({ ids, ...family.forward(variant.settings, new Weights(tensors), ids) }));
    writeFileSync(join(folder, 'reference.json'), JSON.stringify({ name: variant.name, cases }));
  });
}

for (const family of allSeq2Seqs.filter(isAsked)) {
  family.variants.forEach((variant, index) => {
    if (variant.isOlder) return;
    const folder = folderOf(family.name, index);
    const tensors = randomTensors(family.shapes(variant.settings), index + 1);
    writeModelFolder(folder, variant.config, tensors);
    for (const [className, keep] of Object.entries(family.withoutHead)) {
      writeModelFolder(join(folder, className), { ...variant.config, architectures: [className] }, keep(tensors));
    }
    const cases = idPairs.map(({ source, target }) => ({
      source,
      target,
      ...family.forward(variant.settings, new Weights(tensors), source, target),
    }));
    writeFileSync(join(folder, 'reference.json'), JSON.stringify({ name: variant.name, cases }));
  });
}
