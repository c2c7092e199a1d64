import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubSettings } from '../../../src/loaders/hub/hub-settings.ts';
import { temporaryFolder, written } from '../temporary-folder.ts';

const home = temporaryFolder();
const empty = join(home, 'empty');
mkdirSync(join(home, '.cache/huggingface'), { recursive: true });
written(join(home, '.cache/huggingface'), 'token', 'hf_file\n');
const other = written(home, 'other-token', 'hf_other');

describe('the token', () => {
  test.each([
    [{ HOME: home, HF_TOKEN: ' hf_env\n' }, 'hf_env'],
    [{ HOME: home, HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'hf_old' }, 'hf_old'],
    [{ HOME: home }, 'hf_file'],
    [{ HOME: home, HF_TOKEN_PATH: other }, 'hf_other'],
    [{ HOME: empty }, null],
  ])('of %j is %j', (env, token) => expect(hubSettings(env).token).toBe(token));

  test('with a line break inside is refused, without being shown', () => {
    expect(() => hubSettings({ HOME: empty, HF_TOKEN: 'hf_a\nb' })).toThrow(
      /^HF_TOKEN must be one word of plain characters/,
    );
  });
});

test('HF_HUB_OFFLINE is obeyed', () => {
  expect(() => hubSettings({ HOME: empty, HF_HUB_OFFLINE: '1' })).toThrow('HF_HUB_OFFLINE is set');
  expect(hubSettings({ HOME: empty, HF_HUB_OFFLINE: '0' }).token).toBe(null);
});

describe('the hub', () => {
  test.each([
    [undefined, 'https://huggingface.co'],
    ['', 'https://huggingface.co'],
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000'],
    ['https://mirror.example/hf//', 'https://mirror.example/hf'],
  ])('of HF_ENDPOINT %j is %j', (given, endpoint) => {
    expect(hubSettings({ HOME: empty, HF_ENDPOINT: given }).endpoint).toBe(endpoint);
  });

  test.each(['huggingface.co', 'file:///etc', 'https://me:secret@host', 'https://host/?x=1', 'nonsense'])(
    'HF_ENDPOINT %j is refused',
    (HF_ENDPOINT) =>
      expect(() => hubSettings({ HOME: empty, HF_ENDPOINT })).toThrow(/^HF_ENDPOINT .* must be an address/),
  );
});
