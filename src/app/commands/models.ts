import { listModels } from '../../loaders/list-models.ts';
import type { Options } from '../arguments.ts';
import { builtInDirectory } from '../built-in-directory.ts';
import { UsageError } from '../usage-error.ts';

/** `attnscope models`: what can be used, a line each or as JSON. */
export function modelsCommand(given: string | null, options: Options): string {
  if (given !== null) throw new UsageError(`models: takes no TEXT, not '${given}'`);
  const models = listModels(builtInDirectory());
  if (options.json === true) return `${JSON.stringify(models)}\n`;
  const rows = models.map((model) => [
    model.name,
    `${model.layers} × ${model.heads} heads`,
    `${model.hiddenSize} wide`,
    sizeText(model.sizeBytes),
    model.source,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}\n`).join('');
}

function sizeText(sizeBytes: number): string {
  return sizeBytes < 1e6 ? `${(sizeBytes / 1e3).toFixed(1)} kB` : `${(sizeBytes / 1e6).toFixed(1)} MB`;
}
