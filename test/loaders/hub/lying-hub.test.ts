import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import * as hub from './hub-server.ts';
import { forWeights, setUp, weights, weightsPath } from './pull-set-up.ts';
import { jsonBytes, noise, shardedRepository, smallRepository } from './small-repository.ts';

const root = temporaryFolder();

describe('a server that lies', () => {
  test('wrong bytes of the right number are removed', async () => {
    const { run, server, blob } = await setUp(root);
    const wrong = Uint8Array.from(weights);
    wrong[100_000]! ^= 1;
    forWeights(server, (response) => hub.sendBytes(response, wrong, undefined));
    await expect(run()).rejects.toThrow(
      `model.safetensors from ${server.host}: its content does not match its checksum`,
    );
    expect(existsSync(blob())).toBe(false);
    expect(existsSync(blob('.incomplete'))).toBe(false);
  });

  test('wrong bytes of a file that Git keeps are found too', async () => {
    const { run, server } = await setUp(root);
    server.answer = ({ path }, response) => {
      if (!path.endsWith('/vocab.txt')) return false;
      hub.send(response, 200, '[PAD]\n[UNX]\n');
      return true;
    };
    await expect(run()).rejects.toThrow('vocab.txt from');
  });

  test.each([
    ['too many bytes, and says so', 200_001, true],
    ['too few bytes, and says so', 199_999, true],
    ['too many bytes', 200_001, false],
  ])('%s', async (_, length, saysSo) => {
    const { run, server, blob } = await setUp(root);
    const bytes = noise(length, 7);
    forWeights(server, (response) => {
      response.writeHead(200, saysSo ? { 'Content-Length': length } : {}).end(bytes);
    });
    await expect(run()).rejects.toThrow(
      saysSo ? `a file of ${length} bytes, its list says 200000` : 'more than the 200000 bytes',
    );
    expect(existsSync(blob())).toBe(false);
    expect(existsSync(blob('.incomplete'))).toBe(false);
  });

  test('a file that ends before its time', async () => {
    const { run, server } = await setUp(root);
    server.answer = ({ path, range }, response) => {
      if (path !== weightsPath) return false;
      if (range === undefined) response.writeHead(200).end(weights.subarray(0, 1_000));
      else response.writeHead(416).end();
      return true;
    };
    await expect(run()).rejects.toThrow(
      /the server (stops after 1000 of 200000 bytes|has fewer bytes than its list says)/,
    );
  });

  test('another part than requested', async () => {
    const { run, server } = await setUp(root);
    forWeights(
      server,
      (response) => hub.sendAndCut(response, weights, 70_000),
      (response) => response.writeHead(206, { 'Content-Range': 'bytes 0-199999/200000' }).end(weights),
    );
    await expect(run()).rejects.toThrow('another part than requested');
  });

  test.each(['../evil', '/etc/evil', 'a/../../evil', '..\\evil', 'C:\\evil'])(
    'a listing with the path %j is refused',
    async (path) => {
      const { run, server, cache } = await setUp(root, { ...smallRepository, lies: { 'vocab.txt': { path } } });
      await expect(run()).rejects.toThrow('a file outside of its folder');
      expect(server.downloads()).toEqual([]);
      expect(existsSync(cache)).toBe(false);
    },
  );

  test.each([
    ['../x.safetensors', 'expected the name of a .safetensors file'],
    ['model-00009-of-00009.safetensors', "names 'model-00009-of-00009.safetensors', which is missing"],
  ])('an index with the shard %j is refused', async (shard, message) => {
    const files = {
      ...shardedRepository.files,
      'model.safetensors.index.json': jsonBytes({ weight_map: { a: shard } }),
    };
    const { run } = await setUp(root, { ...shardedRepository, files });
    await expect(run()).rejects.toThrow(message);
  });

  test.each([
    [{ oid: '../../../evil' }, 'no checksum'],
    [{ oid: undefined }, 'no checksum'],
    [{ size: -1 }, 'no size'],
    [{ size: '12' }, 'no size'],
  ])('a listing with %j is refused', async (lie, message) => {
    const { run } = await setUp(root, { ...smallRepository, lies: { 'vocab.txt': lie } });
    await expect(run()).rejects.toThrow(message);
  });

  test.each(['{', '[]', '{"sha":"../../x"}', '<html>', 'null'])('an answer that is no hub’s: %j', async (body) => {
    const { run, server, cache } = await setUp(root);
    server.answer = ({ path }, response) => {
      if (!path.startsWith('/api')) return false;
      hub.send(response, 200, body);
      return true;
    };
    await expect(run()).rejects.toThrow(/^127[^\n]+(does not answer as a Hugging Face hub|names no commit)[^\n]+$/);
    expect(existsSync(cache)).toBe(false);
  });
});
