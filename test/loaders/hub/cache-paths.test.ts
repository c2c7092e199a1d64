import { homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  hubCacheDirectory,
  hubHome,
  isRepositoryId,
  repositoryDirectory,
  repositoryIdOf,
} from '../../../src/loaders/hub/cache-paths.ts';

// Order and defaults as in huggingface_hub's documentation of its environment variables.
describe('where the cache is', () => {
  test.each([
    [{ HOME: '/u/me' }, '/u/me/.cache/huggingface/hub'],
    [{ HOME: '/u/me', XDG_CACHE_HOME: '/xdg' }, '/xdg/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/xdg', HF_HOME: '/hf' }, '/hf/hub'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    [{ HF_HOME: '/hf', HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '/new' }, '/new'],
    [{ HOME: '/u/me', HF_HUB_CACHE: '~/models' }, '/u/me/models'],
    [{ HOME: '/u/me', HF_HOME: '~' }, '/u/me/hub'],
    [{ DISK: '/disk', HF_HUB_CACHE: '$DISK/a/$' + '{DISK}' }, '/disk/a/disk'],
    [{ HF_HUB_CACHE: '/$UNSET/x' }, '/$UNSET/x'],
    [{ HOME: '/u/me', HF_HOME: '', HF_HUB_CACHE: '', XDG_CACHE_HOME: '' }, '/u/me/.cache/huggingface/hub'],
  ])('%j', (env, directory) => expect(hubCacheDirectory(env)).toBe(directory));

  test('without HOME it is below the home of the system', () => {
    expect(hubHome({})).toBe(`${homedir()}/.cache/huggingface`);
  });
});

describe('the id of a repository', () => {
  test.each([
    'gpt2',
    'google-bert/bert-base-uncased',
    'a/b.c_d-e',
    'sentence-transformers/all-MiniLM-L6-v2',
    'x'.repeat(96),
  ])('%j is one, and comes back from its folder', (id) => {
    expect(isRepositoryId(id)).toBe(true);
    const folder = repositoryDirectory('/cache', id);
    expect(folder).toMatch(/^\/cache\/models--[^/]+$/);
    expect(repositoryIdOf(folder.slice('/cache/'.length))).toBe(id);
  });

  test.each([
    '',
    '.',
    '..',
    './gpt2',
    '../gpt2',
    '/gpt2',
    'a/b/c',
    'a/../b',
    'a/..',
    'a--b',
    'a\0b',
    'a b',
    '~/x',
    'a/',
    '-a',
    'a/b.git',
    'x'.repeat(97),
    'a\\b',
    'a\n',
  ])('%j is none', (text) => expect(isRepositoryId(text)).toBe(false));

  test.each([
    'datasets--a--b',
    'models--',
    'models',
    'models--..',
    'models--a--..',
    'models--a--b--c',
    '.locks',
    'version.txt',
  ])('the folder %j is of no model', (folder) => expect(repositoryIdOf(folder)).toBeUndefined());
});
