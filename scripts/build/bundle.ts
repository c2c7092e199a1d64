import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** The programs: the main program, the thread that computes for it, and the thread that helps with products. */
const entries = {
  main: 'src/app/main.ts',
  engine: 'src/run/worker.ts',
  products: 'src/run/product-thread.ts',
} as const;

/** Bundles each program and its packages into one module in `directory`; returns esbuild's metadata. */
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
    // Keeps identifiers: error classes and functions need their names.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      // React reads it on import; Ink is three times faster with it.
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      'process.env.ATTNSCOPE_ENGINE': '"./engine.js"',
      'process.env.ATTNSCOPE_PRODUCTS': '"./products.js"',
      'process.env.ATTNSCOPE_VERSION': JSON.stringify(version),
    },
    alias: { 'react-devtools-core': join(root, 'scripts/launcher/devtools-stub.js') },
    // CommonJS packages load Node's modules with `require`, which a module lacks.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'error',
  });
  return result.metafile;
}

/** The project's files that a script depends on: itself and all its direct and indirect imports, without packages. */
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
