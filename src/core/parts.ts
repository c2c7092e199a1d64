import type { AttentionParameters, LayerParameters, Model } from './model.ts';
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

/** The layers of a part with their feed-forward; in 'cross', those that read the encoder. */
export function layerParametersOf(
  model: Pick<Model, 'layers' | 'decoder'>,
  part: AttentionPart,
): readonly LayerParameters[] {
  if (part === 'encoder' || model.decoder === null) return model.layers;
  return part === 'decoder'
    ? model.decoder.layers
    : model.decoder.layers.filter((layer) => layer.crossAttention !== null);
}
