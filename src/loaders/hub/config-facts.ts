import { quantizationOf } from '../config.ts';
import { quoted } from '../errors.ts';
import { sizeKeys } from '../families/common.ts';
import { supportedFamilies } from '../families.ts';
import { fieldsOf, type JsonFields } from '../json-file.ts';

/** A model's family and size in config.json; null where it gives no valid value. */
export interface ConfigFacts {
  readonly type: string | null;
  /** Layers of the encoder, where there is also a decoder. */
  readonly layers: number | null;
  readonly decoderLayers: number | null;
  readonly heads: number | null;
  readonly hiddenSize: number | null;
}

/** Names of the same number in different families. */
const aliases = {
  layers: ['encoder_layers', ...sizeKeys.layers],
  decoderLayers: ['num_decoder_layers', 'decoder_layers'],
  heads: ['encoder_attention_heads', ...sizeKeys.heads],
  hiddenSize: sizeKeys.hidden,
};

/** Family and size from a config.json. If a model has several parts, its text part counts. */
export function configFacts(fields: JsonFields): ConfigFacts {
  const type = fields.get('model_type');
  const parts = [fields, fieldsOf(fields.get('text_config')) ?? new Map()];
  const layers = countOf(parts, aliases.layers);
  const family = typeof type === 'string' && type !== '' ? type : null;
  const isPair = fields.get('is_encoder_decoder') === true || kindOf(family) === 'encoder-decoder';
  return {
    type: family,
    layers,
    // T5's decoder is as deep as its encoder unless the file says otherwise.
    decoderLayers: isPair ? (countOf(parts, aliases.decoderLayers) ?? layers) : null,
    heads: countOf(parts, aliases.heads),
    hiddenSize: countOf(parts, aliases.hiddenSize),
  };
}

/** Why a model with this config.json cannot be computed, in one line; undefined if the file gives no reason. */
export function configProblem(fields: JsonFields): string | undefined {
  const { type } = configFacts(fields);
  if (type === null) return 'config.json has no model_type';
  if (kindOf(type) === undefined) {
    return `model_type ${quoted(type)} is not supported (attnscope models --families lists what is)`;
  }
  const quantization = quantizationOf(fields);
  if (quantization === undefined) return undefined;
  const { method } = quantization;
  return `quantized${method === null ? '' : ` (${method})`}: only weights in floating point are read`;
}

function kindOf(type: string | null): string | undefined {
  return supportedFamilies.find((family) => family.type === type)?.kind;
}

function countOf(parts: readonly JsonFields[], keys: readonly string[]): number | null {
  const values = parts.flatMap((fields) => keys.map((key) => fields.get(key)));
  return values.find((value): value is number => Number.isSafeInteger(value) && (value as number) > 0) ?? null;
}
