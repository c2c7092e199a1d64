import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { rope, rotateNeighbours } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly rotaryDim: number;
  readonly innerSize: number;
  readonly activation: string;
  readonly tied: boolean;
}

const [vocabSize, hiddenSize, heads, layerCount, eps] = [40, 32, 4, 2, 1e-5];

/** y = x + Attention(LN(x)) + FFN(LN(x)); rotates neighbouring dimensions of the first rotary_dim; the head has a bias.
 *  @see Wang, Komatsuzaki 2021; transformers/models/gptj/modeling_gptj.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const embedding = weights.rows('transformer.wte.weight', ids);
  const turns = rope(10000, settings.rotaryDim);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = `transformer.h.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}ln_1`, eps);
    const project = (name: string) => splitHeads(weights.linear(normed, `${prefix}attn.${name}_proj`), heads);
    const [q, k] = [rotateNeighbours(project('q'), turns), rotateNeighbours(project('k'), turns)];
    const attention = attend({ q, k, v: project('v'), scoreScale: 1 / Math.sqrt(hiddenSize / heads) });
    const inner = map(weights.linear(normed, `${prefix}mlp.fc_in`), activations[settings.activation]!);
    const attended = weights.linear(attention.concat, `${prefix}attn.out_proj`);
    x = add(x, attended, weights.linear(inner, `${prefix}mlp.fc_out`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.layerNorm(x, 'transformer.ln_f', eps);
  const bias = weights.vector('lm_head.bias');
  const plain = settings.tied
    ? weights.linear(finalNorm, 'transformer.wte').map((row) => row.map((value, i) => value + bias[i]!))
    : weights.linear(finalNorm, 'lm_head');
  return { embedding, layers, finalNorm, logits: plain };
}

function shapes({ innerSize, tied }: Settings): Shapes {
  const found: Record<string, readonly number[]> = { 'transformer.wte.weight': [vocabSize, hiddenSize] };
  const norm = (name: string) => {
    found[`${name}.weight`] = [hiddenSize];
    found[`${name}.bias`] = [hiddenSize];
  };
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = `transformer.h.${layer}.`;
    norm(`${prefix}ln_1`);
    for (const name of ['q', 'k', 'v', 'out']) found[`${prefix}attn.${name}_proj.weight`] = [hiddenSize, hiddenSize];
    found[`${prefix}mlp.fc_in.weight`] = [innerSize, hiddenSize];
    found[`${prefix}mlp.fc_in.bias`] = [innerSize];
    found[`${prefix}mlp.fc_out.weight`] = [hiddenSize, innerSize];
    found[`${prefix}mlp.fc_out.bias`] = [hiddenSize];
  }
  norm('transformer.ln_f');
  if (!tied) found['lm_head.weight'] = [vocabSize, hiddenSize];
  found['lm_head.bias'] = [vocabSize];
  return found;
}

function variant(name: string, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = { rotaryDim: 4, innerSize: 128, activation: 'gelu_new', tied: false, ...changes };
  const saved = {
    activation_function: settings.activation,
    architectures: ['GPTJForCausalLM'],
    attn_pdrop: 0.0,
    bos_token_id: 1,
    embd_pdrop: 0.0,
    eos_token_id: 1,
    layer_norm_epsilon: eps,
    model_type: 'gptj',
    n_embd: hiddenSize,
    n_head: heads,
    n_inner: settings.innerSize === 4 * hiddenSize ? null : settings.innerSize,
    n_layer: layerCount,
    n_positions: 64,
    resid_pdrop: 0.0,
    rotary_dim: settings.rotaryDim,
    tie_word_embeddings: settings.tied,
    vocab_size: vocabSize,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const gptj: Family<Settings> = {
  name: 'gptj',
  prefix: 'transformer.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('half rotated'),
    variant('all rotated, tied, relu', { rotaryDim: 8, tied: true, activation: 'relu', innerSize: 20 }),
    variant('a quarter rotated, eps left out', { rotaryDim: 2 }, { layer_norm_epsilon: undefined }),
  ],
};
