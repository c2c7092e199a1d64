import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installHash, installStampPath, pinnedNode, writeWhole } from './project.mjs';

/** Options of an outer npm command that would change what an inner one does (`npm pack --dry-run` runs us, too). */
const outerOnly =
  /^npm_config_(dry_run|global|location|omit|include|only|production|ignore_scripts|json|loglevel|silent|workspaces?|include_workspace_root|package_lock|package_lock_only|pack_destination|local_prefix|save|force)$/i;

/** The environment for an npm command of our own: registry, cache and proxies stay, the outer command's doings do not. */
export function npmEnvironment(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !outerOnly.test(name)));
}

/** The npm that runs us, or else the one on the path: the program and its first arguments. */
export function npmCommand(environment) {
  const script = environment.npm_execpath ?? '';
  if (!/npm-cli\.js$/.test(script)) return ['npm'];
  const node = environment.npm_node_execpath ?? '';
  return [existsSync(node) ? node : process.execPath, script];
}

/** Says in one line why `npm ci` failed, from what it printed. */
export function explainFailure(output, npmVersion) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/.test(output)) {
    return 'the package registry cannot be reached; connect to the network and try again';
  }
  if (Number.parseInt(npmVersion, 10) < 9) {
    return `npm ${npmVersion} is too old; npm 9 or newer is needed, which comes with Node 20`;
  }
  if (/ENOSPC/.test(output)) return 'the disk is full';
  if (/EACCES|EPERM|EROFS/.test(output)) return 'node_modules cannot be written; check who owns the folder';
  if (/in sync|can only install/.test(output)) return 'package-lock.json does not fit package.json; run npm install';
  return 'npm ci failed for the reason above';
}

/** Runs `npm ci` without a word, and stamps node_modules.
 *  @throws Error of one line when it fails, after npm's own output went to stderr. */
export async function install(root) {
  const [program, ...first] = npmCommand(process.env);
  const options = {
    cwd: root,
    env: npmEnvironment(process.env),
    shell: process.platform === 'win32' && program === 'npm',
  };
  // The development packages are the build's, whatever NODE_ENV says; `allowScripts` in package.json names the scripts that run.
  const flags = ['ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund'];
  const { code, output } = await run(program, [...first, ...flags, '--loglevel=error'], options);
  if (code !== 0) {
    process.stderr.write(withoutUsage(output));
    const version = spawnSync(program, [...first, '--version'], { ...options, encoding: 'utf8' }).stdout;
    throw new Error(`cannot install: ${explainFailure(output, (version ?? '').trim())}`);
  }
  if (!existsSync(pinnedNode(root))) {
    throw new Error("cannot install: npm did not run the install script of package 'node'; run npm rebuild node");
  }
  writeWhole(join(root, installStampPath), installHash(root));
}

/** npm's output without the page of options that it adds to some errors. */
function withoutUsage(output) {
  return output.split(/^npm (?:error|ERR!) Clean install a project$/m, 1).join('');
}

function run(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', () =>
      reject(new Error('cannot install: npm was not found; install Node 20 or newer with its npm')),
    );
    child.on('close', (code) => resolve({ code, output }));
  });
}
