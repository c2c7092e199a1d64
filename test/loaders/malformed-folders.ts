import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that is broken in one way, or is a sound control. */
export interface MalformedCase {
  readonly folder: string;
  /** Where the fault is. */
  readonly file: string | null;
  readonly problem: string;
  readonly expect: 'load' | 'refuse' | 'refuse_or_warn';
}

/** A file as a sound one, or as the start and end of a sound one with other bytes (base64) between. */
type StoredFile =
  | 'base'
  | { readonly from: string; readonly keepStart: number; readonly insert: string; readonly keepEnd: number };

interface StoredCase extends MalformedCase {
  readonly files: Record<string, StoredFile>;
}

const fixtures = join(import.meta.dirname, '../../fixtures/malformed');

/** Where the whole set lies beside the project. */
export const sharedMalformed = join(import.meta.dirname, '../../../shared/oracle/hf/malformed');

/** Makes every malformed folder of the fixtures inside `into`, with a sound file beside them that none may open. */
export function makeMalformedFolders(into: string): readonly MalformedCase[] {
  const cases: StoredCase[] = JSON.parse(readFileSync(join(fixtures, 'cases.json'), 'utf8'));
  const base = new Map(
    readdirSync(join(fixtures, 'base')).map((name) => [name, readFileSync(join(fixtures, 'base', name))]),
  );
  writeFileSync(join(into, 'outside.safetensors'), base.get('model-00002-of-00002.safetensors')!);
  for (const { folder, files } of cases) {
    mkdirSync(join(into, folder));
    for (const [name, stored] of Object.entries(files))
      writeFileSync(join(into, folder, name), bytesOf(base, name, stored));
  }
  return cases;
}

/** The cases of the whole set; none where it is not there. */
export function sharedMalformedCases(): readonly MalformedCase[] {
  const path = join(sharedMalformed, 'expected.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : [];
}

function bytesOf(base: ReadonlyMap<string, Buffer>, name: string, stored: StoredFile): Buffer {
  if (stored === 'base') return base.get(name)!;
  const whole = base.get(stored.from)!;
  return Buffer.concat([
    whole.subarray(0, stored.keepStart),
    Buffer.from(stored.insert, 'base64'),
    whole.subarray(whole.length - stored.keepEnd),
  ]);
}
