import { type FamilySummary, supportedFamilies } from '../../loaders/families.ts';
import { hubCacheDirectory } from '../../loaders/hub/cache-paths.ts';
import { listCachedModels, listModels, type ModelSummary } from '../../loaders/list-models.ts';
import { visibleText } from '../../text/fitted-text.ts';
import { builtInDirectory } from '../built-in-directory.ts';
import type { Options } from '../command-table.ts';
import { sizeText } from '../size-text.ts';
import { table } from '../table.ts';

/** `attnscope models`: the built-in models and those in the local Hugging Face cache, or with --families the families that
 *  can be used; table or JSON. */
export function modelsCommand(options: Options): string {
  if (options.families === true) {
    return options.json === true ? `${JSON.stringify(supportedFamilies)}\n` : familiesText(supportedFamilies);
  }
  const models = [...listModels(builtInDirectory()), ...listCachedModels(hubCacheDirectory())];
  return options.json === true ? `${JSON.stringify(models)}\n` : modelsText(models);
}

/** One line per model, with the reason why it cannot be used, if any. */
export function modelsText(models: readonly ModelSummary[]): string {
  const heading = ['name', 'family', 'layers', 'heads', 'hidden size', 'size', 'source', ''];
  const rows = models.map((model) => [
    visibleText(model.name),
    visibleText(model.type ?? '-'),
    model.decoderLayers === null ? count(model.layers) : `${count(model.layers)}+${count(model.decoderLayers)}`,
    count(model.heads),
    count(model.hiddenSize),
    model.sizeBytes === 0 ? '-' : sizeText(model.sizeBytes),
    model.source,
    model.why === null ? '' : `cannot be used: ${model.why}`,
  ]);
  return table([heading, ...rows], (column) => column >= 2 && column <= 5);
}

/** One line per kind of families. */
export function familiesText(families: readonly FamilySummary[]): string {
  const kinds = [...new Set(families.map(({ kind }) => kind))];
  const typesOf = (wanted: FamilySummary['kind']) =>
    families.filter(({ kind }) => kind === wanted).map(({ type }) => type);
  return table(
    kinds.map((kind) => [kind, typesOf(kind).join(', ')]),
    () => false,
  );
}

function count(value: number | null): string {
  return value === null ? '-' : String(value);
}
