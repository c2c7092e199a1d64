import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The inputs of the build; package-lock.json stands for node_modules. */
export const buildInputs = [
  'src',
  'scripts',
  'fixtures/example',
  'fixtures/contextuality',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

export const buildStampPath = 'dist/.build.json';
export const installStampPath = 'node_modules/.attnscope-install';

/** Every file at or below `paths`, sorted, relative to `root`, with forward slashes. Skips hidden files and missing paths. */
export function listFiles(root, paths) {
  const found = [];
  const visit = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats?.isDirectory()) {
      for (const name of readdirSync(join(root, path))) if (!name.startsWith('.')) visit(`${path}/${name}`);
    } else if (stats) {
      found.push(path);
    }
  };
  for (const path of paths) visit(path);
  return found.sort();
}

/** SHA-256 over `salt` and the names and contents of all files at or below `paths`. Ignores modification times, so that
 *  a checkout of the same contents has the same hash. */
export function hashFiles(root, paths, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const file of listFiles(root, paths)) {
    const content = readFileSync(join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Size in bytes of each file at or below `paths`, by path. */
export function sizesOf(root, paths) {
  return Object.fromEntries(listFiles(root, paths).map((file) => [file, statSync(join(root, file)).size]));
}

/** True when all these files exist and have the recorded sizes. */
export function sizesHold(root, sizes) {
  return Object.entries(sizes).every(
    ([file, size]) => statSync(join(root, file), { throwIfNoEntry: false })?.size === size,
  );
}

/** The JSON in a file, or null when it is missing or unreadable. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Writes a file atomically: a reader sees the old or the new content, never a part. */
export function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, content);
  renameSync(beside, path);
}

/** Path of the Node that package.json pins. */
export function pinnedNode(root) {
  return join(root, process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/.bin/node');
}

/** What the install depends on: the lock file and the machine. */
export function installHash(root) {
  return hashFiles(root, ['package-lock.json'], `${process.platform}-${process.arch}`);
}

/** True when node_modules matches package-lock.json: by our stamp, else by npm's own record, so that a manual install
 *  counts too. */
export function installIsFresh(root) {
  if (!existsSync(pinnedNode(root))) return false;
  const stamp = join(root, installStampPath);
  const wanted = installHash(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  if (!installedAsLocked(root)) return false;
  writeWhole(stamp, wanted);
  return true;
}

function installedAsLocked(root) {
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!locked || !installed) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '' || (entry.optional && !installed[path])) return true;
    return installed[path]?.version === entry.version && existsSync(join(root, path, 'package.json'));
  });
}

/** True when dist is complete and was built from the current sources. */
export function buildIsFresh(root) {
  const stamp = readJson(join(root, buildStampPath));
  if (stamp === null || !sizesHold(root, stamp.outputs)) return false;
  return stamp.inputs === hashFiles(root, buildInputs);
}
