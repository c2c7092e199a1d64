import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import * as hub from './hub-server.ts';
import { forWeights, setUp, weights, weightsPath } from './pull-set-up.ts';
import { smallRepository } from './small-repository.ts';

const root = temporaryFolder();

describe('a server that refuses', () => {
  test.each([
    [401, null, /answers 401 for org\/model: .*private or gated.*set HF_TOKEN/],
    [403, 'hf_secret', /answers 403 .*the token in use \(HF_TOKEN\) has no access/],
    [404, null, /answers 404 .*no such repository or revision/],
    [418, null, /answers 418 .*as no Hugging Face hub does; check HF_ENDPOINT/],
    [500, null, /answers 500 .*the server failed; try again later/],
  ])('with %d', async (status, token, message) => {
    const { run, server, cache } = await setUp(root);
    server.answer = (_, response) => {
      hub.send(response, status, 'secret page\nof two lines');
      return true;
    };
    await expect(run({ token })).rejects.toThrow(message);
    await expect(run({ token })).rejects.toThrow(/^[^\n]*$/);
    await expect(run({ token })).rejects.not.toThrow(/hf_secret|secret page/);
    expect(existsSync(cache)).toBe(false);
  });

  test('a revision that is not there', async () => {
    const { run } = await setUp(root);
    await expect(run({ revision: 'none' })).rejects.toThrow('it has no such revision');
  });

  test.each(['../main', 'a..b', '/main', 'a\0b', '', 'a/.b', 'x.lock'])(
    'the revision %j is no name of one',
    async (revision) => {
      const { run, server } = await setUp(root);
      await expect(run({ revision })).rejects.toThrow('must be a branch, a tag or a commit');
      expect(server.seen).toEqual([]);
    },
  );

  test('a file for a while with 503: it is asked again', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    forWeights(
      server,
      (response) => hub.send(response, 503, ''),
      (response) => hub.send(response, 500, ''),
    );
    await run();
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('a file for good with 500', async () => {
    const { run, server } = await setUp(root);
    server.answer = ({ path }, response) => {
      if (path === weightsPath) hub.send(response, 500, '');
      return path === weightsPath;
    };
    await expect(run()).rejects.toThrow('the server failed');
    expect(server.downloads().filter((path) => path === weightsPath)).toHaveLength(3);
  });

  test('every file of a repository whose list it gives: nothing is left of the attempt', async () => {
    const { run, server, cache } = await setUp(root);
    server.answer = ({ path }, response) => {
      if (path.includes('/resolve/')) hub.send(response, 403, '', { 'X-Error-Code': 'GatedRepo' });
      return path.includes('/resolve/');
    };
    await expect(run()).rejects.toThrow('set HF_TOKEN to a token that has access, after accepting its terms');
    expect(readdirSync(cache)).toEqual([]);
  });

  test('by not being there', async () => {
    const { run, server } = await setUp(root);
    await server.close();
    await expect(run()).rejects.toThrow(
      `no network, or ${server.host} is down: no connection could be made (ECONNREFUSED)`,
    );
  });

  test('by saying nothing', async () => {
    const { run, server } = await setUp(root);
    server.answer = () => true;
    await expect(run()).rejects.toThrow(`${server.host} takes too long to answer`);
  });

  test('a host without a name', async () => {
    const { run } = await setUp(root);
    await expect(run({ endpoint: 'http://hub.invalid' })).rejects.toThrow(
      /^no network, or no host hub\.invalid: [^\n]+$/,
    );
  });
});

describe('the token', () => {
  test('is sent to the hub', async () => {
    const { run, server } = await setUp(root);
    await run({ token: 'any-token' });
    expect(new Set(server.seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer any-token']));
  });

  test('does not follow a redirect to another host, nor back from there', async () => {
    const { run, server, weightsOnDisk } = await setUp(root);
    const other = await hub.startHub(smallRepository);
    onTestFinished(() => other.close());
    const redirect = (to: string) => (response: Parameters<hub.Answer>[1]) =>
      hub.send(response, 302, '', { Location: to });
    forWeights(server, redirect(other.endpoint + weightsPath));
    forWeights(other, redirect(server.endpoint + weightsPath));
    await run({ token: 'hf_secret' });
    expect(other.seen.map(({ path, authorization }) => [path, authorization])).toEqual([[weightsPath, undefined]]);
    expect(server.seen.at(-1)).toMatchObject({ path: weightsPath, authorization: undefined });
    expect(new Uint8Array(weightsOnDisk())).toEqual(weights);
  });

  test('does not follow a listing that continues on another host', async () => {
    const { run, server } = await setUp(root);
    const other = await hub.startHub(smallRepository);
    onTestFinished(() => other.close());
    const tree = `/api/models/org/model/tree/${hub.commit}`;
    server.answer = ({ path }, response) => {
      if (path !== tree) return false;
      hub.send(response, 200, '[]', {
        Link: `<${other.endpoint}${tree}>; rel="next"`,
        'Content-Type': 'application/json',
      });
      return true;
    };
    await run({ token: 'hf_secret' });
    expect(other.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('a relative redirect on the hub keeps it: a repository that was renamed', async () => {
    const { run, server } = await setUp(root);
    server.answer = ({ path }, response) => {
      if (!path.startsWith('/api/models/old/name/')) return false;
      hub.send(response, 307, '', { Location: path.replace('old/name', 'org/model') });
      return true;
    };
    await expect(run({ repository: 'old/name', token: 't' })).rejects.toThrow('answers 404 for old/name');
    expect(server.seen.map(({ path, authorization }) => [path.split('/')[3], authorization]).slice(0, 2)).toEqual([
      ['old', 'Bearer t'],
      ['org', 'Bearer t'],
    ]);
  });

  test('redirects without an end, or to another kind of address, are not followed', async () => {
    const { run, server } = await setUp(root);
    const target = { location: weightsPath };
    server.answer = ({ path }, response) => {
      if (path === weightsPath) hub.send(response, 302, '', { Location: target.location });
      return path === weightsPath;
    };
    await expect(run()).rejects.toThrow('from address to address');
    target.location = 'file:///etc/passwd';
    await expect(run()).rejects.toThrow('not safe to follow');
  });
});
