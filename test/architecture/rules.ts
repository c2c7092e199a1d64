import { type Import, importsOf, type Source, withoutComments } from './sources.ts';

/** Which folders of src each folder may import, besides itself; `types` only by `import type`. */
const allowed: Readonly<Record<string, { readonly any?: readonly string[]; readonly types?: readonly string[] }>> = {
  tensor: {},
  text: {},
  tokenizer: {},
  core: { any: ['tensor'] },
  loaders: { any: ['tensor', 'tokenizer', 'text'], types: ['core'] },
  run: { any: ['core', 'tensor', 'tokenizer', 'loaders', 'text'] },
  explorer: { any: ['core', 'run', 'tokenizer', 'text'], types: ['tensor'] },
  panes: { any: ['core', 'tensor', 'text', 'explorer'], types: ['run'] },
  terminal: { any: ['text'], types: ['panes'] },
};

const layerOf = (path: string) => path.split('/')[1] ?? '';
const at = ({ from, line, specifier }: Import) => `${from}:${line} imports '${specifier}'`;

/** Imports between folders of src that the design does not allow. */
export function forbiddenLayers(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap((entry) => {
    const layer = layerOf(entry.from);
    if (layer === 'app' || entry.target === null) return [];
    const rule = allowed[layer];
    if (rule === undefined) return [`${entry.from} is in no folder that the design names`];
    const target = entry.target.startsWith('src/') ? layerOf(entry.target) : entry.target;
    if (target === layer || rule.any?.includes(target)) return [];
    if (!rule.types?.includes(target)) return [`${at(entry)}: ${layer} may not import ${target}`];
    return entry.typeOnly ? [] : [`${at(entry)}: ${layer} may import only types of ${target} (import type)`];
  });
}

const paneOf = (path: string) => /^src\/panes\/([^/]+)\//.exec(path)?.[1];

/** Imports of a pane's folder by another pane, or by what all panes share. */
export function joinedPanes(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap((entry) => {
    const [from, to] = [paneOf(entry.from), paneOf(entry.target ?? '')];
    if (from === undefined || to === undefined || from === to || to === 'kit') return [];
    return [`${at(entry)}: a pane's folder imports no other one`];
  });
}

/** Imports of the files in run that know of a worker, from outside run. Whoever opens a model decides where it is computed. */
export function workerOutside(sources: readonly Source[], openers: readonly string[]): string[] {
  return sources
    .flatMap(importsOf)
    .filter(
      ({ from, target }) => !from.startsWith('src/run/') && !openers.includes(from) && workerFile.test(target ?? ''),
    )
    .map((entry) => `${at(entry)}: only src/run may`);
}

const workerFile = /^src\/run\/(worker|worker-run|open-worker|engine|messages)\.ts$/;

/** Imports of packages that match `pattern` outside the folders `layers` of src and one file. */
export function packagesOutside(
  sources: readonly Source[],
  pattern: RegExp,
  layers: readonly string[],
  file?: string,
): string[] {
  return sources
    .filter(({ path }) => !layers.includes(layerOf(path)) && path !== file)
    .flatMap(importsOf)
    .filter(({ specifier }) => pattern.test(specifier))
    .map((entry) => `${at(entry)}: only ${layers.join(' and ')} may`);
}

export const reactAndInk = /^(react|react-dom|react-reconciler|ink|ink-.*)(\/|$)/;
export const signals = /^(@preact\/signals.*|alien-signals)(\/|$)/;
export const filesAndNetwork = /^(node:)?(fs|http|https|http2|net|tls|dgram|dns)(\/|$)|^(undici|ws)$/;

/** Network uses without an import, outside the folders `layers` of src. */
export function networkOutside(sources: readonly Source[], layers: readonly string[]): string[] {
  return linesWith(
    sources.filter(({ path }) => !layers.includes(layerOf(path))),
    /(?<![.\w])(fetch\s*\(|new\s+(WebSocket|EventSource)\b)/,
    `uses the network: only ${layers.join(' and ')} may`,
  );
}

/** Import cycles, type imports included, each as one line from its first file back to it. */
export function importCycles(sources: readonly Source[]): string[] {
  const edges = new Map(
    sources.map((source) => [source.path, importsOf(source).flatMap(({ target }) => target ?? [])]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

/** Imports of project files that do not exist. */
export function missingTargets(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path));
  return sources
    .flatMap(importsOf)
    .filter(({ target }) => target?.startsWith('src/') && !target.endsWith('.json') && !paths.has(target))
    .map((entry) => `${at(entry)}, which is not there (imports name the whole file, with .ts)`);
}

/** Files with more than `limit` lines. */
export function longFiles(sources: readonly Source[], limit: number): string[] {
  return sources
    .map(({ path, text }) => ({ path, lines: lineCount(text) }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path} has ${lines} lines, at most ${limit} are allowed`);
}

/** Median length of the files, in lines. */
export function medianLines(sources: readonly Source[]): number {
  const sorted = sources.map(({ text }) => lineCount(text)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const lineCount = (text: string) => text.replace(/\n$/, '').split('\n').length;

/** Lines that use the type `any`. */
export function anyTypes(sources: readonly Source[]): string[] {
  return linesWith(
    sources,
    /(?::|<|\||&|=>|,|\bas|\bsatisfies|\bextends)\s*any\b(?!\s*[:(=.])|\btype\s+\w+\s*=\s*any\b/,
    'uses any',
  );
}

/** Lines that declare an enum. */
export function enums(sources: readonly Source[]): string[] {
  return linesWith(sources, /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/, 'declares an enum');
}

/** Lines with a default export. */
export function defaultExports(sources: readonly Source[]): string[] {
  return linesWith(sources, /^\s*export\s+(default\b|\{[^}]*\bas\s+default\b)/, 'has a default export');
}

/** Files and folders with names not in kebab-case. */
export function badNames(sources: readonly Source[]): string[] {
  const kebab = /^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.d|\.test)?\.([cm]?[jt]s|tsx)$/;
  return sources
    .map(({ path }) => path)
    .filter((path) => !kebab.test(path))
    .map((path) => `${path} is not in kebab-case`);
}

/** Files that only re-export from others. */
export function barrels(sources: readonly Source[]): string[] {
  return sources
    .filter(
      ({ path, text }) =>
        /(^|\/)index\.[cm]?[jt]sx?$/.test(path) || /^\s*export\s[^;'"]*\sfrom\s*['"]/m.test(withoutComments(text)),
    )
    .map(({ path }) => `${path} hands on what another file exports: import that file itself`);
}

function linesWith(sources: readonly Source[], pattern: RegExp, what: string): string[] {
  return sources.flatMap(({ path, text }) =>
    withoutComments(text, true)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${what}`] : [])),
  );
}
