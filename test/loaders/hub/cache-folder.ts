import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export type Content = string | Uint8Array;

export interface SnapshotOptions {
  readonly commit?: string;
  /** Point refs/main here. */
  readonly isMain?: boolean;
  /** Age of the snapshot in seconds. */
  readonly ageSeconds?: number;
  /** Files whose blob is missing, as after an interrupted download. */
  readonly dangling?: readonly string[];
}

/** Writes a snapshot as huggingface_hub does: files are links into blobs. Returns its folder.
 *  @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache */
export function writeSnapshot(
  cache: string,
  id: string,
  files: Readonly<Record<string, Content>>,
  { commit = 'a'.repeat(40), isMain = true, ageSeconds = 0, dangling = [] }: SnapshotOptions = {},
): string {
  const repository = join(cache, `models--${id.replaceAll('/', '--')}`);
  const directory = join(repository, 'snapshots', commit);
  mkdirSync(join(repository, 'blobs'), { recursive: true });
  mkdirSync(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const blob = join(repository, 'blobs', `${commit.slice(0, 4)}-${name}`);
    if (!dangling.includes(name)) writeFileSync(blob, content);
    symlinkSync(relative(dirname(join(directory, name)), blob), join(directory, name));
  }
  if (isMain) {
    mkdirSync(join(repository, 'refs'), { recursive: true });
    writeFileSync(join(repository, 'refs/main'), commit);
  }
  const seconds = Date.now() / 1000 - ageSeconds;
  utimesSync(directory, seconds, seconds);
  return directory;
}

/** The least that a usable model has, with this config.json. */
export function modelFiles(config: object): Record<string, Content> {
  return { 'config.json': JSON.stringify(config), 'tokenizer.json': '{}', 'model.safetensors': 'twelve bytes' };
}
