// Makes the WebAssembly kernels in src/tensor, and dist: the bundled programs, the launcher, the licences of the bundled
// packages, and the two model folders.
// `--if-stale` does nothing when dist was built from the current sources.
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from './build/bundle.ts';
import { writeKernelModules } from './build/kernels/module-file.ts';
import { licenceText } from './build/licences.ts';
import { modelInputsHash, modelRecipes } from './build/models.ts';
import { writePaneLists } from './build/panes.ts';
import { publish } from './build/publish.ts';
import { withLock } from './prepare/lock.mjs';
import * as project from './prepare/project.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const staging = join(dist, '.work/staging');

async function buildProgram(): Promise<void> {
  const { version } = project.readJson(join(root, 'package.json')) as { version: string };
  const metafiles = await bundlePrograms(root, staging, version);
  copyFileSync(join(root, 'scripts/launcher/attnscope.js'), join(staging, 'attnscope.js'));
  chmodSync(join(staging, 'attnscope.js'), 0o755);
  writeFileSync(join(staging, 'THIRD_PARTY_LICENSES.txt'), licenceText(root, metafiles));
}

/** Makes the model folders whose inputs changed; returns the files of the others, and all hashes. */
async function buildModels(
  old: project.BuildStamp | null,
): Promise<{ kept: string[]; hashes: Record<string, string> }> {
  const kept: string[] = [];
  const hashes: Record<string, string> = {};
  for (const recipe of modelRecipes) {
    const hash = await modelInputsHash(root, recipe);
    hashes[recipe.name] = hash;
    const folder = `dist/models/${recipe.name}`;
    const files = Object.entries(old?.outputs ?? {}).filter(([path]) => path.startsWith(`${folder}/`));
    const fresh = old?.models[recipe.name] === hash && files.length > 0;
    if (fresh && project.sizesHold(root, Object.fromEntries(files))) {
      kept.push(...files.map(([path]) => path.slice('dist/'.length)));
    } else {
      const outputDirectory = join(staging, 'models', recipe.name);
      mkdirSync(outputDirectory, { recursive: true });
      await recipe.write(outputDirectory);
    }
  }
  return { kept, hashes };
}

async function buildAll(): Promise<void> {
  const stamp = join(root, project.buildStampPath);
  const old = project.readJson(stamp) as project.BuildStamp | null;
  await writeKernelModules(root);
  await writePaneLists(root);
  await import('./build/documents.ts').then(({ writeDocumentTables }) => writeDocumentTables(root));
  // Hashed before the work: if a file changes meanwhile, the next run builds again.
  const inputs = project.hashFiles(root, project.buildInputs);
  rmSync(join(dist, '.work'), { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    await buildProgram();
    const { kept, hashes } = await buildModels(old);
    rmSync(stamp, { force: true });
    publish(staging, dist, kept);
    // Keeps the stamp and the lock out of the package.
    writeFileSync(join(dist, '.npmignore'), '.*\n');
    const outputs = project.sizesOf(root, ['dist']);
    project.writeWhole(stamp, `${JSON.stringify({ inputs, outputs, models: hashes }, null, 1)}\n`);
  } finally {
    rmSync(join(dist, '.work'), { recursive: true, force: true });
  }
}

const startMs = performance.now();
const built = await withLock(join(dist, '.lock'), async () => {
  if (process.argv.includes('--if-stale') && project.buildIsFresh(root)) return false;
  await buildAll();
  return true;
});
if (built) {
  const kilobytes = Math.round(statSync(join(dist, 'main.js')).size / 1000);
  process.stdout.write(
    `built dist in ${((performance.now() - startMs) / 1000).toFixed(1)} s: main.js ${kilobytes} KB\n`,
  );
}
