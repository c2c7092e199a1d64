import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An owner renews its lock this often. After `deadAfterMs` without renewal another process may take it. */
const renewEveryMs = 5_000;
const deadAfterMs = 60_000;

/** Runs `work` under an exclusive lock on the directory and returns its result.
 *  Calls `onWait` once if another process holds the lock.
 *  @throws Error when that process does not finish within `timeoutMs`. */
export async function withLock(directory, work, { onWait = () => {}, timeoutMs = 900_000 } = {}) {
  const owner = `${process.pid} ${hostname()} ${Math.random()}`;
  mkdirSync(dirname(directory), { recursive: true });
  const start = Date.now();
  let waited = false;
  while (!take(directory, owner)) {
    if (removeIfDead(directory)) continue;
    if (Date.now() - start > timeoutMs)
      throw new Error(`another run holds ${directory}; remove it if no other run is active`);
    if (!waited) onWait();
    waited = true;
    await sleep(100);
  }
  const renewal = setInterval(() => renew(directory), renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    if (ownerOf(directory) === owner) rmSync(directory, { recursive: true, force: true });
  }
}

function take(directory, owner) {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(directory, 'owner'), owner);
  return true;
}

function renew(directory) {
  try {
    utimesSync(directory, new Date(), new Date());
  } catch {
    // Another process took the lock for dead; the work still finishes.
  }
}

function ownerOf(directory) {
  try {
    return readFileSync(join(directory, 'owner'), 'utf8');
  } catch {
    return null;
  }
}

/** True when the lock's owner is gone: its process has ended, or it has not renewed the lock for a minute. */
export function lockIsDead(owner, ageMs) {
  if (ageMs > deadAfterMs) return true;
  const [pid, host] = (owner ?? '').split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function removeIfDead(directory) {
  const modified = statSync(directory, { throwIfNoEntry: false })?.mtimeMs;
  if (modified === undefined) return true;
  const owner = ownerOf(directory);
  if (!lockIsDead(owner, Date.now() - modified)) return false;
  // Two waiters may both find the lock dead; the second must not remove the first one's new lock.
  const aside = `${directory}-dead-${process.pid}`;
  try {
    renameSync(directory, aside);
    if (ownerOf(aside) === owner) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, directory);
  } catch {
    // Another waiter was faster.
  }
  return true;
}
