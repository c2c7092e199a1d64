import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, type Matrix, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly hiddenSize: number;
  readonly wordSize: number;
  readonly heads: number;
  readonly innerSize: number;
  readonly layers: number;
  readonly activation: string;
  readonly normFirst: boolean;
  readonly removesFinalNorm: boolean;
  readonly bias: boolean;
  readonly affineNorms: boolean;
  readonly tied: boolean;
}

const vocabSize = 40;
const maxPositions = 48;
const eps = 1e-5;

/** Learned positions from row 2 on. Norms come before each part, or after each sum (opt-350m, which also embeds in fewer
 *  dimensions and projects in and out). Only pre-norm models have a final norm.
 *  @see Zhang et al. 2022; transformers/models/opt/modeling_opt.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, hiddenSize, wordSize, normFirst } = settings;
  const base = 'model.decoder.';
  const norm = (x: Matrix, name: string) => weights.layerNorm(x, name, eps);
  const isNarrow = wordSize !== hiddenSize;
  const words = weights.rows(`${base}embed_tokens.weight`, ids);
  const wide = isNarrow ? weights.linear(words, `${base}project_in`) : words;
  const positions = ids.map((_, position) => position + 2);
  const embedding = add(wide, weights.rows(`${base}embed_positions.weight`, positions));
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `${base}layers.${layer}.`;
    const read = normFirst ? norm(x, `${prefix}self_attn_layer_norm`) : x;
    const project = (name: string) => splitHeads(weights.linear(read, `${prefix}self_attn.${name}_proj`), heads);
    const [q, k, v] = [project('q'), project('k'), project('v')];
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(hiddenSize / heads) });
    const sum = add(x, weights.linear(attention.concat, `${prefix}self_attn.out_proj`));
    const middle = normFirst ? sum : norm(sum, `${prefix}self_attn_layer_norm`);
    const second = normFirst ? norm(middle, `${prefix}final_layer_norm`) : middle;
    const inner = map(weights.linear(second, `${prefix}fc1`), activations[settings.activation]!);
    const end = add(middle, weights.linear(inner, `${prefix}fc2`));
    x = normFirst ? end : norm(end, `${prefix}final_layer_norm`);
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = normFirst && !settings.removesFinalNorm ? norm(x, `${base}final_layer_norm`) : null;
  const last = finalNorm ?? x;
  const narrow = isNarrow ? weights.linear(last, `${base}project_out`) : last;
  const logits = weights.linear(narrow, settings.tied ? `${base}embed_tokens` : 'lm_head');
  return { embedding, layers, finalNorm, logits };
}

function shapes(settings: Settings): Shapes {
  const { hiddenSize, wordSize, innerSize } = settings;
  const found: Record<string, readonly number[]> = {};
  const base = 'model.decoder.';
  const affine = (name: string, out: number, width: number) => {
    found[`${name}.weight`] = [out, width];
    if (settings.bias) found[`${name}.bias`] = [out];
  };
  const norm = (name: string) => {
    if (!settings.affineNorms) return;
    found[`${name}.weight`] = [hiddenSize];
    found[`${name}.bias`] = [hiddenSize];
  };
  found[`${base}embed_tokens.weight`] = [vocabSize, wordSize];
  found[`${base}embed_positions.weight`] = [maxPositions + 2, hiddenSize];
  if (wordSize !== hiddenSize) {
    found[`${base}project_in.weight`] = [hiddenSize, wordSize];
    found[`${base}project_out.weight`] = [wordSize, hiddenSize];
  }
  if (settings.normFirst && !settings.removesFinalNorm) norm(`${base}final_layer_norm`);
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `${base}layers.${layer}.`;
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      affine(`${prefix}self_attn.${name}`, hiddenSize, hiddenSize);
    affine(`${prefix}fc1`, innerSize, hiddenSize);
    affine(`${prefix}fc2`, hiddenSize, innerSize);
    norm(`${prefix}self_attn_layer_norm`);
    norm(`${prefix}final_layer_norm`);
  }
  if (!settings.tied) found['lm_head.weight'] = [vocabSize, wordSize];
  return found;
}

function variant(name: string, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = {
    hiddenSize: 24,
    wordSize: 24,
    heads: 4,
    innerSize: 20,
    layers: 2,
    activation: 'relu',
    normFirst: true,
    removesFinalNorm: false,
    bias: true,
    affineNorms: true,
    tied: true,
    ...changes,
  };
  const saved = {
    _remove_final_layer_norm: settings.removesFinalNorm,
    activation_function: settings.activation,
    architectures: ['OPTForCausalLM'],
    attention_dropout: 0.0,
    bos_token_id: 2,
    do_layer_norm_before: settings.normFirst,
    dropout: 0.0,
    enable_bias: settings.bias,
    eos_token_id: 2,
    ffn_dim: settings.innerSize,
    hidden_size: settings.hiddenSize,
    init_std: 0.02,
    layer_norm_elementwise_affine: settings.affineNorms,
    layerdrop: 0.0,
    max_position_embeddings: maxPositions,
    model_type: 'opt',
    num_attention_heads: settings.heads,
    num_hidden_layers: settings.layers,
    pad_token_id: 1,
    tie_word_embeddings: settings.tied,
    vocab_size: vocabSize,
    word_embed_proj_dim: settings.wordSize,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const opt: Family<Settings> = {
  name: 'opt',
  prefix: 'model.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('as opt-125m'),
    variant(
      'as the first releases, keys left out',
      {},
      {
        _remove_final_layer_norm: undefined,
        enable_bias: undefined,
        layer_norm_elementwise_affine: undefined,
        tie_word_embeddings: undefined,
        word_embed_proj_dim: undefined,
      },
    ),
    variant('as opt-350m', { normFirst: false, wordSize: 10 }),
    variant('narrow words, norms before', { wordSize: 10 }),
    variant('norms after, untied', { normFirst: false, tied: false }),
    variant('without the final norm', { removesFinalNorm: true }),
    variant('no biases, gelu', { bias: false, activation: 'gelu' }),
    variant('norms without weights', { affineNorms: false }),
  ],
};
