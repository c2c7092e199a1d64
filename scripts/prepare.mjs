// Installs and builds before npm start and npm test, if needed; silent when both are current.
// Plain JavaScript without dependencies: on a fresh clone the system's Node runs it before anything is installed.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIsFresh, installIsFresh, pinnedNode } from './prepare/project.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`attnscope: ${line}\n`);

// Imports lazily what only a stale project needs: a current one adds almost nothing to Node's own start time.
async function prepare({ installOnly }) {
  if (!installIsFresh(root)) {
    const { withLock } = await import('./prepare/lock.mjs');
    const onWait = () => say('waiting for another run to finish…');
    await withLock(join(root, 'dist/.lock'), () => (installIsFresh(root) ? undefined : installOnce()), { onWait });
  }
  if (!installOnly && !buildIsFresh(root)) await build();
}

async function installOnce() {
  say('installing packages (once)…');
  const { install } = await import('./prepare/install.mjs');
  await install(root);
}

async function build() {
  say('building…');
  const { spawnSync } = await import('node:child_process');
  const script = join(root, 'scripts/build.ts');
  const result = spawnSync(pinnedNode(root), [script, '--if-stale'], { cwd: root, encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  const how = result.error?.message ?? `scripts/build.ts ended with ${result.signal ?? `exit code ${result.status}`}`;
  throw new Error(`cannot build: ${how}`);
}

prepare({ installOnly: process.argv.includes('--install-only') }).catch((error) => {
  say(error.message);
  process.exitCode = 1;
});
