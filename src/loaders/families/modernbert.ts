import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOr,
  configNumberOr,
  configObject,
  configStringsOr,
  widthPerHead,
} from '../config.ts';
import { activationOf, type Describe, maskedHead, refuse, sizesOf, tokenTable } from './common.ts';
import { rotaryOf } from './rope.ts';
import {
  block,
  type LayerSpec,
  layerNormSpec,
  linear,
  multiHead,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
  queryKeyValue,
} from './spec.ts';
import { isSliding } from './window.ts';

/** Warner et al. 2024: pre-norm, rotated positions, gated feed-forward; most layers see only near tokens and have their own base. */
export const modernBert: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, layers, vocab, heads } = sizes;
  if (configObject(config, 'rope_scaling') !== undefined) refuse(config, 'rope_scaling');
  const headDim = widthPerHead(config, hidden, heads);
  const inner = configCount(config, 'intermediate_size');
  const { prefix, table } = tokenTable(names, ['model.', ''], 'embeddings.tok_embeddings.weight');
  const hasBias = (key: string) => configBooleanOr(config, key, false);
  const epsilon = configNumberOr(config, 'norm_eps', 1e-5);
  const norm = (name: string) => layerNormSpec(name, hidden, epsilon, { hasBias: hasBias('norm_bias') });
  const activation = activationOf(config, ['hidden_activation'], 'gelu');
  const rotary = { near: rotaryOfKind(config, headDim, true), far: rotaryOfKind(config, headDim, false) };
  // A local layer sees half of local_attention to either side.
  const window = Math.floor(configCountOr(config, 'local_attention', 128) / 2) + 1;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: configCount(config, 'max_position_embeddings'),
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width: hidden,
        norm: norm(`${prefix}embeddings.norm`),
      },
      layers: Array.from({ length: layers }, (_, index): LayerSpec => {
        const name = `${prefix}layers.${index}`;
        const isLocal = isLocalLayer(config, index);
        const fused = linear(`${name}.attn.Wqkv`, hidden, 3 * hidden, hasBias('attention_bias'));
        const both = linear(`${name}.mlp.Wi`, hidden, 2 * inner, hasBias('mlp_bias'));
        return {
          ...plainLayer,
          attention: {
            ...multiHead(heads, headDim),
            norm: index === 0 ? null : norm(`${name}.attn_norm`),
            ...queryKeyValue((_, at) => block(fused, [hidden, hidden, hidden], at)),
            rotary: isLocal ? rotary.near : rotary.far,
            window: isLocal ? window : null,
            o: linear(`${name}.attn.Wo`, hidden, hidden, hasBias('attention_bias')),
          },
          feedForward: {
            ...plainFeedForward,
            norm: norm(`${name}.mlp_norm`),
            gate: block(both, [inner, inner], 0),
            up: block(both, [inner, inner], 1),
            activation,
            down: linear(`${name}.mlp.Wo`, inner, hidden, hasBias('mlp_bias')),
          },
        };
      }),
      finalNorm: norm(`${prefix}final_norm`),
    },
    decoder: null,
    // A classifier has the same dense layer and norm but predicts no tokens.
    head: names.has('classifier.weight')
      ? null
      : maskedHead(names, {
          dense: linear('head.dense', hidden, hidden, hasBias('classifier_bias')),
          activation: activationOf(config, ['classifier_activation'], 'gelu'),
          norm: norm('head.norm'),
          weight: names.has('decoder.weight') ? 'decoder.weight' : table,
          bias: configBooleanOr(config, 'decoder_bias', true) ? ['decoder.bias'] : [],
        }),
  };
};

function isLocalLayer(config: Config, index: number): boolean {
  const types = configStringsOr(config, 'layer_types', null);
  if (types !== null) return isSliding(config, types, index);
  return index % configCountOr(config, 'global_attn_every_n_layers', 3) !== 0;
}

/** Transformers 4 has a base for each kind of layer; a null local base means the global one. */
function rotaryOfKind(config: Config, headDim: number, isLocal: boolean) {
  const hasOwn = isLocal && !(config.fields.has('local_rope_theta') && config.fields.get('local_rope_theta') === null);
  return rotaryOf(config, headDim, {
    theta: hasOwn ? 10_000 : 160_000,
    thetaKey: hasOwn ? 'local_rope_theta' : 'global_rope_theta',
    layerType: isLocal ? 'sliding_attention' : 'full_attention',
  });
}
