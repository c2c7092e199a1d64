import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import initWabt from 'wabt';
import { functionText } from './function-text.ts';
import { productText } from './product-text.ts';

/** Where the modules are kept: checked in, so that the sources run without a build. */
export const kernelModulesPath = 'src/tensor/kernel-modules.ts';

const texts = {
  rounded: productText({ multiplyAdd: 'rounded', panelsPerTile: 1 }),
  relaxed: productText({ multiplyAdd: 'relaxed', panelsPerTile: 1 }),
  roundedWide: productText({ multiplyAdd: 'rounded', panelsPerTile: 2 }),
  relaxedWide: productText({ multiplyAdd: 'relaxed', panelsPerTile: 2 }),
  roundedShared: productText({ multiplyAdd: 'rounded', panelsPerTile: 1, isShared: true }),
  relaxedShared: productText({ multiplyAdd: 'relaxed', panelsPerTile: 1, isShared: true }),
  roundedWideShared: productText({ multiplyAdd: 'rounded', panelsPerTile: 2, isShared: true }),
  relaxedWideShared: productText({ multiplyAdd: 'relaxed', panelsPerTile: 2, isShared: true }),
  functions: functionText(),
} as const;

/** The source of `kernelModulesPath`: the modules of WebAssembly in base64. */
export async function kernelModulesSource(): Promise<string> {
  const wabt = await initWabt();
  const entries = Object.entries(texts).map(([name, text]) => {
    const parsed = wabt.parseWat(`${name}.wat`, text, { simd: true, relaxed_simd: true, threads: true });
    const { buffer } = parsed.toBinary({});
    parsed.destroy();
    return `  ${name}:\n    '${Buffer.from(buffer).toString('base64')}',`;
  });
  return `/** Modules of WebAssembly in base64, written by \`npm run build\` from scripts/build/kernels; not to be edited. */
export const kernelModules = {
${entries.join('\n')}
} as const;
`;
}

/** Brings the checked-in modules up to date with their texts. */
export async function writeKernelModules(root: string): Promise<void> {
  const source = await kernelModulesSource();
  const path = join(root, kernelModulesPath);
  if (readFileSync(path, { encoding: 'utf8', flag: 'a+' }) !== source) writeFileSync(path, source);
}
