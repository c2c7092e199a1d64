import type { LayerTrace } from '../core/trace.ts';
import type { Explorer } from '../graph/explorer.ts';
import { dim, type Tensor } from '../tensor/tensor.ts';
import { float32Text } from './float32-text.ts';
import { UsageError } from './usage-error.ts';

type HeadField = (layer: LayerTrace) => Tensor;
type LayerField = (layer: LayerTrace) => Tensor | null;

const headFields: ReadonlyMap<string, HeadField> = new Map<string, HeadField>([
  ['q', (layer) => layer.q],
  ['k', (layer) => layer.k],
  ['v', (layer) => layer.v],
  ['scores', (layer) => layer.scores],
  ['scaledScores', (layer) => layer.scaledScores],
  ['maskedScores', (layer) => layer.maskedScores],
  ['weights', (layer) => layer.attentionWeights],
  ['context', (layer) => layer.context],
]);

const layerFields: ReadonlyMap<string, LayerField> = new Map<string, LayerField>([
  ['concat', (layer) => layer.concat],
  ['attentionOutput', (layer) => layer.attentionOutput],
  ['residPre', (layer) => layer.residPre],
  ['residMid', (layer) => layer.residMid],
  ['residPost', (layer) => layer.residPost],
]);

const topFields = ['embedding', 'pooled', 'sentenceEmbedding'] as const;

/** Names of the contract that no model has anything for yet are known, and left out. */
const absentFields = ['rotatedQ', 'rotatedK', 'finalNorm', 'predictions'] as const;

const fieldNames = [...headFields.keys(), ...layerFields.keys(), ...topFields, ...absentFields];

/** Reads `--fields`: names with commas between them, or all.  @throws UsageError for a name that is none. */
export function parseFields(given: string): ReadonlySet<string> {
  const names = given.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== 'all' && !fieldNames.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--fields: no field '${unknown}'; there are ${fieldNames.join(', ')} and all`);
  }
  return new Set(names.includes('all') ? fieldNames : names);
}

/** The computation as one JSON object, format attnscope-trace/1; computes what the fields need and nothing else.
 *  Where there is no number (an unknown word, a masked score) stands null. */
export function traceJson(explorer: Explorer, text: string, fields: ReadonlySet<string>): string {
  const { model } = explorer.inputs.loaded.value;
  const { tokens, tokenCount, truncated } = explorer.tokenized.value;
  const trace = explorer.trace.value;
  const layers = trace.layers.map((layer, index) =>
    layerJson(layer, model.layers[index]?.attention.numAttentionHeads ?? 0, fields),
  );
  const top = topFields.flatMap((name) => {
    const value = fields.has(name) ? trace[name] : null;
    return value === null ? [] : [`${JSON.stringify(name)}:${tensorJson(value)}`];
  });
  const head = JSON.stringify({
    format: 'attnscope-trace/1',
    model: {
      name: model.name,
      type: model.type,
      layers: model.numHiddenLayers,
      heads: model.numAttentionHeads,
      hiddenSize: model.hiddenSize,
    },
    text,
    tokens,
    tokenCount,
    truncated,
    computeMs: Math.round((explorer.recorder.takeElapsedMs() ?? 0) * 1000) / 1000,
  });
  return `${head.slice(0, -1)},"layers":[${layers.join(',')}]${top.map((one) => `,${one}`).join('')}}`;
}

function layerJson(layer: LayerTrace, headCount: number, fields: ReadonlySet<string>): string {
  const perHead = [...headFields]
    .filter(([name]) => fields.has(name))
    .map(([name, read]) => [name, read(layer)] as const);
  const heads = Array.from({ length: headCount }, (_, head) => {
    const parts = perHead.map(([name, matrix]) => `${JSON.stringify(name)}:${blockJson(matrix, head)}`);
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
