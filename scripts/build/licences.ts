import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
  readonly repository?: string | { readonly url?: string };
}

const licenceFile = /^(licen[cs]e|copying|notice)/i;

/** The folders of all bundled packages, sorted. */
export function bundledPackages(metafiles: readonly Metafile[]): string[] {
  const paths = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = paths.map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Name, version and licence text of every bundled package, as one text. */
export function licenceText(root: string, metafiles: readonly Metafile[]): string {
  const parts = bundledPackages(metafiles).map((folder) => licenceOf(join(root, folder)));
  return `attnscope includes these packages.\n\n${parts.join('\n')}`;
}

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
  const texts = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const heading = `${manifest.name} ${manifest.version} (${manifest.license ?? 'licence not stated'})`;
  const body = texts.length > 0 ? texts.join('\n\n') : statedLicence(manifest);
  return `${'-'.repeat(80)}\n${heading}\n${'-'.repeat(80)}\n\n${body}\n`;
}

/** For a package without a licence file: what its package.json states, and the text of that licence if it is MIT. */
function statedLicence(manifest: PackageManifest): string {
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
  const source = typeof manifest.repository === 'string' ? manifest.repository : manifest.repository?.url;
  const lines = [`The package has no licence file; its package.json states: ${manifest.license ?? 'nothing'}.`];
  if (source !== undefined) lines.push(`Source: ${source}`);
  if (author !== undefined) lines.push('', `Copyright (c) ${author}`);
  if (manifest.license === 'MIT') lines.push('', mitPermission);
  return lines.join('\n');
}

const mitPermission = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
