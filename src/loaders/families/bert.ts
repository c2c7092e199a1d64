import { type Config, configCountOr, configNumberOr } from '../config.ts';
import { bertVariant, type HeadParts } from './bert-variant.ts';
import { maskedHead } from './common.ts';
import { bertLayer } from './post-norm-layer.ts';
import { layerNormSpec, linear } from './spec.ts';

/** How many layers each of ALBERT's groups holds, run in turn. */
const innerLayers = (config: Config) => configCountOr(config, 'inner_group_num', 1);

/** RoBERTa's head, which MPNet shares. */
const robertaHead = ({ names, hidden, epsilon, tied }: HeadParts) =>
  maskedHead(names, {
    dense: linear('lm_head.dense', hidden, hidden),
    activation: 'gelu',
    norm: layerNormSpec('lm_head.layer_norm', hidden, epsilon),
    weight: tied('lm_head.decoder.weight'),
    bias: ['lm_head.decoder.bias', 'lm_head.bias'],
  });

/** Devlin et al. 2019 */
export const bert = bertVariant({
  prefix: 'bert.',
  hasTypes: true,
  canDecode: true,
  layer: bertLayer,
  head: ({ names, hidden, epsilon, activation, tied }) =>
    maskedHead(names, {
      dense: linear('cls.predictions.transform.dense', hidden, hidden),
      activation,
      norm: layerNormSpec('cls.predictions.transform.LayerNorm', hidden, epsilon),
      weight: tied('cls.predictions.decoder.weight'),
      bias: ['cls.predictions.decoder.bias', 'cls.predictions.bias'],
    }),
});

/** Liu et al. 2019; Conneau et al. 2020 (XLM-RoBERTa); Martin et al. 2020 (CamemBERT); Baevski et al. 2022 (data2vec) */
export const robertaNamed = (prefix: string) =>
  bertVariant({
    prefix,
    hasTypes: true,
    canDecode: true,
    paddingId: (config) => configNumberOr(config, 'pad_token_id', 1),
    layer: bertLayer,
    head: robertaHead,
  });

/** Clark et al. 2020: the generator predicts tokens; the discriminator has no such head. */
export const electra = bertVariant({
  prefix: 'electra.',
  hasTypes: true,
  canDecode: true,
  embeddingSize: 128,
  widening: 'embeddings_project',
  layer: bertLayer,
  head: ({ names, hidden, width, epsilon, tied }) =>
    maskedHead(names, {
      dense: linear('generator_predictions.dense', hidden, width),
      activation: 'gelu',
      norm: layerNormSpec('generator_predictions.LayerNorm', width, epsilon),
      weight: tied('generator_lm_head.weight'),
      bias: ['generator_lm_head.bias'],
    }),
});

/** Sanh et al. 2019 */
export const distilbert = bertVariant({
  prefix: 'distilbert.',
  epsilon: 1e-12,
  inner: 'hidden_dim',
  activation: ['activation', 'gelu'],
  hasTypes: false,
  layer: (index) => ({
    q: `transformer.layer.${index}.attention.q_lin`,
    k: `transformer.layer.${index}.attention.k_lin`,
    v: `transformer.layer.${index}.attention.v_lin`,
    o: `transformer.layer.${index}.attention.out_lin`,
    attentionNorm: `transformer.layer.${index}.sa_layer_norm`,
    up: `transformer.layer.${index}.ffn.lin1`,
    down: `transformer.layer.${index}.ffn.lin2`,
    outputNorm: `transformer.layer.${index}.output_layer_norm`,
  }),
  head: ({ names, hidden, activation, tied }) =>
    maskedHead(names, {
      dense: linear('vocab_transform', hidden, hidden),
      activation,
      norm: layerNormSpec('vocab_layer_norm', hidden, 1e-12),
      weight: tied('vocab_projector.weight'),
      bias: ['vocab_projector.bias'],
    }),
});

/** Lan et al. 2020: several layers share one group of weights; the embedding is narrower than the layers. */
export const albert = bertVariant({
  prefix: 'albert.',
  activation: ['hidden_act', 'gelu_new'],
  hasTypes: true,
  embeddingSize: 128,
  widening: 'encoder.embedding_hidden_mapping_in',
  repeats: innerLayers,
  layer: (index, config, { layers }) => {
    const inner = innerLayers(config);
    const group = Math.floor(Math.floor(index / inner) / (layers / configCountOr(config, 'num_hidden_groups', 1)));
    const name = `encoder.albert_layer_groups.${group}.albert_layers.${index % inner}`;
    return {
      q: `${name}.attention.query`,
      k: `${name}.attention.key`,
      v: `${name}.attention.value`,
      o: `${name}.attention.dense`,
      attentionNorm: `${name}.attention.LayerNorm`,
      up: `${name}.ffn`,
      down: `${name}.ffn_output`,
      outputNorm: `${name}.full_layer_layer_norm`,
    };
  },
  head: ({ names, hidden, width, epsilon, activation, tied }) =>
    maskedHead(names, {
      dense: linear('predictions.dense', hidden, width),
      activation,
      norm: layerNormSpec('predictions.LayerNorm', width, epsilon),
      weight: tied('predictions.decoder.weight'),
      bias: ['predictions.decoder.bias', 'predictions.bias'],
    }),
});

/** Song et al. 2020: BERT with T5's relative positions beside its own. */
export const mpnet = bertVariant({
  prefix: 'mpnet.',
  hasTypes: false,
  paddingId: () => 1,
  relativeTable: 'encoder.relative_attention_bias.weight',
  layer: (index) => ({
    ...bertLayer(index),
    q: `encoder.layer.${index}.attention.attn.q`,
    k: `encoder.layer.${index}.attention.attn.k`,
    v: `encoder.layer.${index}.attention.attn.v`,
    o: `encoder.layer.${index}.attention.attn.o`,
    attentionNorm: `encoder.layer.${index}.attention.LayerNorm`,
  }),
  head: robertaHead,
});
