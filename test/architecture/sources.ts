import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A project file: its path relative to the project, with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import of a file.  `target`: path of the imported project file, or null for a package or a Node module. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: string | null;
  readonly typeOnly: boolean;
}

/** All TypeScript and JavaScript files below `folder` of `root`, sorted by path. */
export function readSources(root: string, folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((path) => /\.([cm]?[jt]s|tsx)$/.test(path) && !path.includes('/node_modules/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The code of a source with comments, and optionally strings, blanked; keeps line numbers. */
export function withoutComments(text: string, stringsToo = false): string {
  const parts = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(parts, (part, string?: string) => {
    if (string !== undefined && !stringsToo) return part;
    return part.replace(/[^\n]/g, ' ');
  });
}

/** All imports and re-exports of a source: static, side-effect, type, and dynamic with a literal string. */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text);
  const statement = /^[ \t]*(?:import|export)\s+(type\s)?(?:[\w$*{][^;'"`()=]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm;
  const call = /\bimport\s*\(\s*['"`]([^'"`\n]+)['"`]/g;
  const found = [
    ...[...code.matchAll(statement)].map((match) => ({
      match,
      specifier: match[2]!,
      typeOnly: match[1] !== undefined,
    })),
    ...[...code.matchAll(call)].map((match) => ({ match, specifier: match[1]!, typeOnly: false })),
  ];
  return found.map(({ match, specifier, typeOnly }) => ({
    from: path,
    line: code.slice(0, match.index + match[0].search(/\S/)).split('\n').length,
    specifier,
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null,
    typeOnly,
  }));
}
