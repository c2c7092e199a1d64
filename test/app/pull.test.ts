import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { modelsCommand } from '../../src/app/commands/models.ts';
import { main } from '../../src/app/main.ts';
import * as hub from '../loaders/hub/hub-server.ts';
import { smallFiles, smallRepository } from '../loaders/hub/small-repository.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { openTerminal } from '../support/terminal.ts';

const root = temporaryFolder();
let homes = 0;
const program = join(import.meta.dirname, 'pull-program.ts');
const weights = smallFiles['model.safetensors']!;

async function setUp(): Promise<{ server: hub.HubServer; env: Record<string, string>; cache: string }> {
  const server = await hub.startHub(smallRepository);
  onTestFinished(() => server.close());
  const home = join(root, `home-${homes++}`);
  mkdirSync(home);
  const env = { PATH: process.env.PATH ?? '', HOME: home, HF_ENDPOINT: server.endpoint };
  return { server, env, cache: join(home, '.cache/huggingface/hub') };
}

/** Answers the weights with a beginning and then nothing more. */
function stallWeights(server: hub.HubServer): void {
  server.answer = ({ path }, response) => {
    if (!path.endsWith('model.safetensors')) return false;
    response.writeHead(200, { 'Content-Length': weights.length });
    response.write(weights.subarray(0, 90_000));
    return true;
  };
}

function start(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
  return { child, ended };
}

const run = (args: readonly string[], env: Record<string, string>) => start(args, env).ended;

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('attnscope pull', () => {
  test('downloads, then says that everything is there; the model is listed', async () => {
    const { env, cache, server } = await setUp();
    const directory = join(cache, 'models--org--model/snapshots', hub.commit);
    const first = await run(['pull', 'org/model'], env);
    expect(first).toEqual({
      exitCode: 0,
      stdout: `org/model at ${hub.commit.slice(0, 12)}: 4 files, 200.1 kB, of which 200.1 kB were downloaded\n${directory}\n`,
      stderr: '',
    });
    const listed = await run(['models', '--json'], env);
    expect(JSON.parse(listed.stdout).at(-1)).toEqual({
      ...{ name: 'org/model', type: 'bert', layers: 2, decoderLayers: null, heads: 4, hiddenSize: 32 },
      ...{ sizeBytes: 200_000, directory, source: 'cache', usable: true, why: null },
    });
    const before = server.downloads().length;
    const second = await run(['pull', 'org/model'], env);
    expect(second).toMatchObject({ exitCode: 0, stderr: '' });
    expect(second.stdout).toMatch(/: all 4 files, 200\.1 kB were there already, nothing was downloaded\n/);
    expect(server.downloads()).toHaveLength(before);
  });

  test('sends the token of HF_TOKEN, or of the file', async () => {
    const { env, server } = await setUp();
    await run(['pull', 'org/model', '--revision', 'other'], { ...env, HF_TOKEN: 'hf_mine' });
    expect(server.seen.map(({ authorization }) => authorization)).toEqual(server.seen.map(() => 'Bearer hf_mine'));
    expect(server.seen[0]?.path).toContain('/revision/other');
  });

  test.each([
    [['pull'], /^attnscope: pull: a repository is missing, as in attnscope pull google-bert\/bert-base-uncased\n$/],
    [['pull', '../x'], /^attnscope: pull: "\.\.\/x" is not a repository: ORG\/NAME is expected/],
    [['pull', 'use-lite'], /^attnscope: pull: use-lite is built in/],
    [['pull', 'org/model', '--revision', '../x'], /^attnscope: revision '\.\.\/x' must be a branch, a tag or a commit/],
    [
      ['pull', 'org/none'],
      /^attnscope: 127\.0\.0\.1:\d+ answers 404 for org\/none: there is no such repository or revision\n$/,
    ],
    [['show', 'x', '--revision', 'main'], /^attnscope: --revision is for pull only/],
    [['show', 'x', '--families'], /^attnscope: --families is for models only/],
  ])('%j is refused in one line, with exit code 2', async (args, message) => {
    const { env } = await setUp();
    for (const [name, value] of Object.entries({
      HF_HUB_CACHE: undefined,
      HF_HOME: undefined,
      HF_TOKEN: undefined,
      ...env,
    })) {
      vi.stubEnv(name, value);
    }
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      stderr.mockRestore();
    });
    expect(await main(args)).toBe(2);
    expect(stderr.mock.calls.map(([text]) => text)).toEqual([expect.stringMatching(message)]);
    expect(stderr.mock.calls[0]?.[0]).toMatch(/^[^\n]+\n$/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it with exit code %d', async (signal, exitCode) => {
    const { env, server } = await setUp();
    stallWeights(server);
    const { child, ended } = start(['pull', 'org/model'], env);
    const isStalled = () => server.downloads().some((path) => path.endsWith('model.safetensors'));
    await Promise.race([until(isStalled), ended]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    child.kill(signal);
    expect(await ended).toEqual({
      exitCode,
      stdout: '',
      stderr: 'attnscope: pull was stopped; attnscope pull org/model continues it\n',
    });
    if (signal !== 'SIGINT') return;
    server.answer = () => false;
    expect(await run(['pull', 'org/model'], env)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(server.seen.at(-1)).toMatchObject({ range: 'bytes=90000-' });
  });

  test('shows a bar on a terminal and leaves nothing of it', async () => {
    const { env, server, cache } = await setUp();
    stallWeights(server);
    const terminal = openTerminal(process.execPath, {
      args: [program, 'pull', 'org/model'],
      columns: 100,
      rows: 10,
      cwd: root,
      env: { ...env, HF_HUB_CACHE: cache },
    });
    onTestFinished(() => terminal.dispose());
    await terminal.waitFor((text) => /model\.safetensors +\[/.test(text), 15_000);
    terminal.type('\x03');
    await terminal.exit;
    expect(terminal.screen().filter((line) => line !== '' && line !== '^C')).toEqual([
      'attnscope: pull was stopped; attnscope pull org/model continues it',
    ]);
  });
});

test('attnscope models --families lists the types of the issue by kind', () => {
  const families: { type: string; kind: string }[] = JSON.parse(modelsCommand({ families: true, json: true }));
  const typesOf = (wanted: string) => families.filter(({ kind }) => kind === wanted).map(({ type }) => type);
  expect(typesOf('encoder')).toEqual(expect.arrayContaining(['bert', 'distilbert', 'deberta-v2']));
  expect(typesOf('decoder')).toEqual(expect.arrayContaining(['gpt2', 'llama', 'qwen3']));
  expect(typesOf('encoder-decoder')).toEqual(expect.arrayContaining(['t5', 'bart', 'marian']));
});
