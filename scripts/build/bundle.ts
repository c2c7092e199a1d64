import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** The programs: what is started, what a thread of its own runs that computes for it, and what helps that with products. */
const entries = {
  main: 'src/app/main.ts',
  engine: 'src/run/worker.ts',
  products: 'src/run/product-thread.ts',
} as const;

/** Bundles the programs, each with all packages that it uses, into one module each in `directory`; returns what went into them. */
export async function bundlePrograms(root: string, directory: string, version: string): Promise<Metafile[]> {
  return Promise.all(
    Object.entries(entries).map(([name, entry]) => bundle(root, entry, join(directory, `${name}.js`), version)),
  );
}

async function bundle(root: string, entry: string, outfile: string, version: string): Promise<Metafile> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.12',
    // Identifiers stay: error classes and functions keep their names.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      // React reads it when it is imported, Ink is three times faster for it.
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      'process.env.ATTNSCOPE_ENGINE': '"./engine.js"',
      'process.env.ATTNSCOPE_PRODUCTS': '"./products.js"',
      'process.env.ATTNSCOPE_VERSION': JSON.stringify(version),
    },
    alias: { 'react-devtools-core': join(root, 'scripts/launcher/devtools-stub.js') },
    // Packages in CommonJS ask for Node's own modules by `require`, which a module does not have.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'error',
  });
  return result.metafile;
}

/** The project's files that a script is made of: itself and what it imports, however far, without packages. */
export async function sourcesOf(root: string, script: string): Promise<string[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(root, script)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  return Object.keys(result.metafile.inputs);
}
