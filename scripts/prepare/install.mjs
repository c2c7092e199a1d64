import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installHash, installStampPath, pinnedNode, writeWhole } from './project.mjs';

/** Options of an outer npm command that would change the inner one (`npm pack --dry-run` also runs this script). */
const outerOnly =
  /^npm_config_(dry_run|global|location|omit|include|only|production|ignore_scripts|json|loglevel|silent|workspaces?|include_workspace_root|package_lock|package_lock_only|pack_destination|local_prefix|save|force)$/i;

/** The environment for an inner npm command: keeps registry, cache and proxies, drops the outer command's options. */
export function npmEnvironment(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !outerOnly.test(name)));
}

/** The npm that runs this script, else the one on the path: the program and its first arguments. */
export function npmCommand(environment) {
  const script = environment.npm_execpath ?? '';
  if (!/npm-cli\.js$/.test(script)) return ['npm'];
  const node = environment.npm_node_execpath ?? '';
  return [existsSync(node) ? node : process.execPath, script];
}

/** Explains in one line why `npm ci` failed, from its output. */
export function explainFailure(output, npmVersion) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/.test(output)) {
    return 'cannot reach the package registry; connect to the network and try again';
  }
  if (Number.parseInt(npmVersion, 10) < 9) {
    return `npm ${npmVersion} is too old; npm 9 or newer is needed, which comes with Node 20`;
  }
  if (/ENOSPC/.test(output)) return 'the disk is full';
  if (/EACCES|EPERM|EROFS/.test(output)) return 'cannot write to node_modules; check who owns the folder';
  if (/in sync|can only install/.test(output)) return 'package-lock.json does not fit package.json; run npm install';
  return 'npm ci failed for the reason above';
}

/** Runs `npm ci` silently and stamps node_modules.
 *  @throws Error with a one-line message when it fails; npm's output goes to stderr first. */
export async function install(root) {
  const [program, ...first] = npmCommand(process.env);
  const options = {
    cwd: root,
    env: npmEnvironment(process.env),
    shell: process.platform === 'win32' && program === 'npm',
  };
  // The build needs the development packages whatever NODE_ENV says. `allowScripts` in package.json lists the scripts to run.
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

/** npm's output without the usage text that it adds to some errors. */
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
      reject(new Error('cannot install: npm not found; install Node 20 or newer, which includes npm')),
    );
    child.on('close', (code) => resolve({ code, output }));
  });
}
