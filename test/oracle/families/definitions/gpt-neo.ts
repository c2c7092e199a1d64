import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly innerSize: number;
  readonly attentionTypes: readonly (readonly [readonly ('global' | 'local')[], number])[];
  readonly window: number;
  readonly activation: string;
  readonly eps: number;
  readonly tied: boolean;
}

const vocabSize = 40;
const maxPositions = 48;

const layersOf = (settings: Settings) =>
  settings.attentionTypes.flatMap(([kinds, times]) => Array.from({ length: times }, () => kinds).flat());

/** GPT-2's layer without biases on q, k, v and without scaling of the scores; local layers see the last `window_size`
 *  tokens, including the token itself.
 *  @see Black et al. 2021; transformers/models/gpt_neo/modeling_gpt_neo.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, eps } = settings;
  const positions = ids.map((_, position) => position);
  const embedding = add(weights.rows('transformer.wte.weight', ids), weights.rows('transformer.wpe.weight', positions));
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  layersOf(settings).forEach((kind, layer) => {
    const prefix = `transformer.h.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}ln_1`, eps);
    const project = (name: string) => splitHeads(weights.linear(normed, `${prefix}attn.attention.${name}_proj`), heads);
    const [q, k, v] = [project('q'), project('k'), project('v')];
    const attention = attend({ q, k, v, scoreScale: 1, window: kind === 'local' ? settings.window : null });
    const middle = add(x, weights.linear(attention.concat, `${prefix}attn.attention.out_proj`));
    const second = weights.layerNorm(middle, `${prefix}ln_2`, eps);
    const inner = map(weights.linear(second, `${prefix}mlp.c_fc`), activations[settings.activation]!);
    x = add(middle, weights.linear(inner, `${prefix}mlp.c_proj`));
    layers.push({ weights: attention.weights, q, k, output: x });
  });
  const finalNorm = weights.layerNorm(x, 'transformer.ln_f', eps);
  const head = settings.tied ? 'transformer.wte' : 'lm_head';
  return { embedding, layers, finalNorm, logits: weights.linear(finalNorm, head) };
}

function shapes(settings: Settings): Shapes {
  const { hiddenSize, innerSize } = settings;
  const square = [hiddenSize, hiddenSize];
  const found: Record<string, readonly number[]> = {
    'transformer.wte.weight': [vocabSize, hiddenSize],
    'transformer.wpe.weight': [maxPositions, hiddenSize],
  };
  layersOf(settings).forEach((_, layer) => {
    const prefix = `transformer.h.${layer}.`;
    for (const name of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      found[`${prefix}attn.attention.${name}.weight`] = square;
    found[`${prefix}attn.attention.out_proj.bias`] = [hiddenSize];
    found[`${prefix}mlp.c_fc.weight`] = [innerSize, hiddenSize];
    found[`${prefix}mlp.c_fc.bias`] = [innerSize];
    found[`${prefix}mlp.c_proj.weight`] = [hiddenSize, innerSize];
    found[`${prefix}mlp.c_proj.bias`] = [hiddenSize];
    for (const name of ['ln_1', 'ln_2']) {
      found[`${prefix}${name}.weight`] = [hiddenSize];
      found[`${prefix}${name}.bias`] = [hiddenSize];
    }
  });
  found['transformer.ln_f.weight'] = [hiddenSize];
  found['transformer.ln_f.bias'] = [hiddenSize];
  if (!settings.tied) found['lm_head.weight'] = [vocabSize, hiddenSize];
  return found;
}

function variant(name: string, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = {
    hiddenSize: 24,
    heads: 4,
    innerSize: 96,
    attentionTypes: [[['global', 'local'], 2]],
    window: 5,
    activation: 'gelu_new',
    eps: 1e-5,
    tied: true,
    ...changes,
  };
  const saved = {
    activation_function: settings.activation,
    architectures: ['GPTNeoForCausalLM'],
    attention_dropout: 0,
    attention_layers: layersOf(settings),
    attention_types: settings.attentionTypes,
    bos_token_id: 1,
    embed_dropout: 0,
    eos_token_id: 1,
    hidden_size: settings.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: settings.innerSize === 4 * settings.hiddenSize ? null : settings.innerSize,
    layer_norm_epsilon: settings.eps,
    max_position_embeddings: maxPositions,
    model_type: 'gpt_neo',
    num_heads: settings.heads,
    num_layers: layersOf(settings).length,
    resid_dropout: 0,
    tie_word_embeddings: settings.tied,
    vocab_size: vocabSize,
    window_size: settings.window,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const gptNeo: Family<Settings> = {
  name: 'gpt_neo',
  prefix: 'transformer.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('global and local in turn'),
    variant(
      'without attention_layers, without tie_word_embeddings',
      {},
      {
        attention_layers: undefined,
        tie_word_embeddings: undefined,
      },
    ),
    variant('local first, in groups', {
      attentionTypes: [
        [['local'], 2],
        [['global'], 1],
      ],
      window: 3,
      innerSize: 20,
    }),
    variant('one head, relu, eps 1e-2', { heads: 1, activation: 'relu', eps: 1e-2 }),
    variant('untied, window of 1', { tied: false, window: 1, activation: 'gelu' }),
  ],
};
