import { chainStages, layerStages } from '../core/chain/forward.ts';
import { parametersOf } from '../core/parts.ts';
import type { AttentionPart, AttentionTrace, LayerTrace, StackTrace } from '../core/trace.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { dim, type Tensor } from '../tensor/tensor.ts';
import { listed } from '../text/list.ts';
import { float32Text } from './float32-text.ts';
import { modelHeading } from './table.ts';
import { UsageError } from './usage-error.ts';

type Field = (layer: LayerTrace) => Tensor | null;

/** The fields of every head, or those of a whole layer, by name. */
function fieldsOf(isPerHead: boolean): ReadonlyMap<string, Field> {
  const stages = layerStages.filter((stage) => (chainStages[stage].axes[0] === 'head') === isPerHead);
  return new Map(stages.map((stage) => [stage === 'attentionWeights' ? 'weights' : stage, (layer) => layer[stage]]));
}

const headFields = fieldsOf(true);
const layerFields = fieldsOf(false);

const stackFields = ['embedding', 'finalNorm'] as const;
const topFields = ['pooled', 'sentenceEmbedding'] as const;

/** Predictions at each place of the text. */
const predictionCount = 5;

const fieldNames = [...headFields.keys(), ...layerFields.keys(), ...stackFields, ...topFields, 'predictions'];

/** Reads `--fields`: names with commas between them, or all.  @throws UsageError for a name that is none. */
export function parseFields(given: string): ReadonlySet<string> {
  const names = given.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== 'all' && !fieldNames.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--fields: no field '${unknown}'; there are ${listed([...fieldNames, 'all'])}`);
  }
  return new Set(names.includes('all') ? fieldNames : names);
}

/** The computation as one JSON object, format attnscope-trace/1; computes what the fields need and nothing else.
 *  null stands for no number: an unknown word, a masked score. */
export function traceJson(explorer: Explorer, text: string, fields: ReadonlySet<string>): string {
  const { model, tokenizer } = explorer.inputs.loaded.value;
  const { tokens, tokenCount, truncated } = explorer.tokenized.value;
  const trace = explorer.trace.value;
  const headCounts = (part: AttentionPart) => parametersOf(model, part).map((one) => one.numAttentionHeads);
  const predictions = (count: number) =>
    fields.has('predictions') ? predictionsJson(trace, count, (id) => tokenizer.tokenText?.(id) ?? '') : [];
  const parts = [
    layersJson('layers', trace.layers, headCounts('encoder'), fields),
    ...tensorsJson(stackFields, trace, fields),
    ...tensorsJson(topFields, trace, fields),
    ...(trace.decoder === null ? predictions(tokens.length) : []),
  ];
  if (trace.decoder !== null) {
    const { tokens: targetTokens } = explorer.targetTokenized.value;
    const decoder = [
      `"tokens":${JSON.stringify(targetTokens)}`,
      layersJson('layers', trace.decoder.layers, headCounts('decoder'), fields),
      layersJson('crossLayers', trace.decoder.crossLayers, headCounts('cross'), fields),
      ...tensorsJson(stackFields, trace.decoder, fields),
      ...predictions(targetTokens.length),
    ];
    parts.push(`"decoder":{${decoder.join(',')}}`);
  }
  const head = JSON.stringify({
    format: 'attnscope-trace/1',
    model: modelHeading(model),
    text,
    tokens,
    tokenCount,
    truncated,
    computeMs: Math.round((explorer.recorder.takeElapsedMs() ?? 0) * 1000) / 1000,
  });
  return `${head.slice(0, -1)},${parts.join(',')}}`;
}

function tensorsJson<Name extends string>(
  names: readonly Name[],
  trace: { readonly [N in Name]: Tensor | null },
  fields: ReadonlySet<string>,
): string[] {
  return names.flatMap((name) => {
    const value = fields.has(name) ? trace[name] : null;
    return value === null ? [] : [`${JSON.stringify(name)}:${tensorJson(value)}`];
  });
}

function predictionsJson({ predictAt }: AttentionTrace, count: number, textOf: (id: number) => string): string[] {
  if (predictAt === null) return [];
  const rows = Array.from({ length: count }, (_, token) =>
    predictAt(token, predictionCount).map(({ id, probability }) => ({ id, text: textOf(id), probability })),
  );
  return [`"predictions":${JSON.stringify(rows)}`];
}

function layersJson(
  name: string,
  layers: StackTrace['layers'],
  headCounts: readonly number[],
  fields: ReadonlySet<string>,
): string {
  const parts = layers.map((layer, index) => layerJson(layer, headCounts[index] ?? 0, fields));
  return `${JSON.stringify(name)}:[${parts.join(',')}]`;
}

function layerJson(layer: LayerTrace, headCount: number, fields: ReadonlySet<string>): string {
  const perHead = [...headFields]
    .filter(([name]) => fields.has(name))
    .map(([name, read]) => [name, read(layer)] as const);
  const heads = Array.from({ length: headCount }, (_, head) => {
    const parts = perHead.flatMap(([name, matrix]) =>
      matrix === null ? [] : [`${JSON.stringify(name)}:${blockJson(matrix, head)}`],
    );
    return `{${parts.join(',')}}`;
  });
  const rest = [...layerFields].flatMap(([name, read]) => {
    const value = fields.has(name) ? read(layer) : null;
    return value === null ? [] : [`,${JSON.stringify(name)}:${tensorJson(value)}`];
  });
  return `{"heads":[${heads.join(',')}]${rest.join('')}}`;
}

/** A vector or matrix as nested arrays. */
function tensorJson(value: Tensor): string {
  if (value.shape.length === 1) return rowJson(value.data, 0, value.data.length);
  return matrixJson(value.data, 0, dim(value, 0), dim(value, 1));
}

function blockJson(value: Tensor, block: number): string {
  const rows = dim(value, 1);
  const width = dim(value, 2);
  return matrixJson(value.data, block * rows * width, rows, width);
}

function matrixJson(data: Float32Array, start: number, rows: number, width: number): string {
  return `[${Array.from({ length: rows }, (_, row) => rowJson(data, start + row * width, width)).join(',')}]`;
}

function rowJson(data: Float32Array, start: number, width: number): string {
  let text = '';
  for (let i = start; i < start + width; i++) text += (i === start ? '' : ',') + float32Text(data[i] ?? Number.NaN);
  return `[${text}]`;
}
