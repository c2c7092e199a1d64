import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PullProgress } from '../../../src/loaders/hub/pull-model.ts';
import { listCachedModels } from '../../../src/loaders/list-models.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import * as hub from './hub-server.ts';
import { forWeights, setUp, weights, weightsPath } from './pull-set-up.ts';
import { noise } from './small-repository.ts';

const root = temporaryFolder();

describe('a connection that is cut', () => {
  test('goes on where it was, with Range', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    forWeights(server, (response) => hub.sendAndCut(response, weights, 70_000));
    expect((await run()).receivedBytes).toBeLessThan(201_000);
    expect(server.seen.filter(({ path }) => path === weightsPath).map(({ range }) => range)).toEqual([
      undefined,
      'bytes=70000-',
    ]);
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('again and again at the same place is an error, and the next pull continues', async () => {
    const { run, server, blob, cache, weightsOnDisk } = await setUp(root);
    server.answer = ({ path, range }, response) => {
      if (path !== weightsPath) return false;
      if (range === undefined) hub.sendAndCut(response, weights, 70_000);
      else response.destroy();
      return true;
    };
    await expect(run()).rejects.toThrow(new RegExp(`^the connection to ${server.host} failed: [^\\n]+$`));
    expect(readFileSync(blob('.incomplete'))).toHaveLength(70_000);
    expect(existsSync(blob())).toBe(false);
    expect(listCachedModels(cache)).toMatchObject([
      { usable: false, why: expect.stringContaining('attnscope pull org/model') },
    ]);
    server.answer = () => false;
    const before = server.seen.length;
    expect((await run()).receivedBytes).toBe(130_000);
    expect(
      server.seen
        .slice(before)
        .map(({ range }) => range)
        .filter(Boolean),
    ).toEqual(['bytes=70000-']);
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
    expect(existsSync(blob('.incomplete'))).toBe(false);
  });

  test('a server that knows no Range sends all again', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    forWeights(
      server,
      (response) => hub.sendAndCut(response, weights, 70_000),
      (response) => hub.sendBytes(response, weights, undefined),
    );
    await run();
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('a server that falls silent is not waited for', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    forWeights(server, (response) => {
      response.writeHead(200, { 'Content-Length': weights.length });
      response.write(weights.subarray(0, 1_000));
    });
    await run();
    expect(server.seen.at(-1)?.range).toBe('bytes=1000-');
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('a slow server is waited for', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    forWeights(server, (response) => {
      response.writeHead(200, { 'Content-Length': weights.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(weights.subarray(sent, sent + 40_000));
        sent += 40_000;
        if (sent < weights.length) return;
        clearInterval(timer);
        response.end();
      }, 150);
    });
    await run();
    expect(server.downloads().filter((path) => path === weightsPath)).toHaveLength(1);
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('what is left of another file is not built upon', async () => {
    const { run, blob, weightsOnDisk } = await setUp(root);
    mkdirSync(join(blob(), '..'), { recursive: true });
    writeFileSync(blob('.incomplete'), noise(90_000, 1));
    await run();
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('a whole file that was not moved yet needs no request', async () => {
    const { run, blob, server } = await setUp(root);
    mkdirSync(join(blob(), '..'), { recursive: true });
    writeFileSync(blob('.incomplete'), weights);
    await run();
    expect(server.downloads()).not.toContain(weightsPath);
    expect(existsSync(blob())).toBe(true);
  });

  test('being stopped keeps what is there', async () => {
    const { run, server, blob } = await setUp(root);
    const controller = new AbortController();
    forWeights(server, (response) => {
      response.writeHead(200, { 'Content-Length': weights.length });
      response.write(weights.subarray(0, 50_000));
    });
    const onProgress = ({ file }: PullProgress) => {
      if (file === 'model.safetensors') setTimeout(() => controller.abort(new Error('stopped')), 50);
    };
    await expect(run({ signal: controller.signal, onProgress })).rejects.toThrow('stopped');
    expect(readFileSync(blob('.incomplete')).length).toBeGreaterThan(0);
    expect((await run()).receivedBytes).toBeLessThan(200_000);
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk (only where there is /dev/full)', () => {
  test('is said in one line', async () => {
    const { run, blob } = await setUp(root);
    mkdirSync(join(blob(), '..'), { recursive: true });
    symlinkSync('/dev/full', blob('.incomplete'));
    await expect(run()).rejects.toThrow(/^[^\n]+: the disk is full \(ENOSPC\)[^\n]+$/);
  });
});

test('a cache that cannot be written is said to be so', async () => {
  const { run, cache } = await setUp(root);
  writeFileSync(cache, 'a file');
  await expect(run()).rejects.toThrow(/cannot be written/);
});
