import type { AttentionParameters, Model } from './model.ts';
import type { AttentionPart, AttentionTrace, LayerTrace } from './trace.ts';

/** The attention traces of a part; of the model's own stack if there is no decoder. */
export function layersOfPart({ layers, decoder }: AttentionTrace, part: AttentionPart): readonly LayerTrace[] {
  if (part === 'encoder' || decoder === null) return layers;
  return part === 'decoder' ? decoder.layers : decoder.crossLayers;
}

/** The attention parameters of a part. */
export function parametersOf(model: Model, part: AttentionPart): AttentionParameters[] {
  if (part === 'encoder' || model.decoder === null) return model.layers.map((layer) => layer.attention);
  if (part === 'decoder') return model.decoder.layers.map((layer) => layer.attention);
  return model.decoder.layers.flatMap((layer) => layer.crossAttention ?? []);
}
