/** Counts beyond those of any model; they stop a damaged number from becoming a loop or an allocation. */
const limits: readonly (readonly [most: number, keys: readonly string[]])[] = [
  [
    1000,
    [
      'num_hidden_layers',
      'n_layer',
      'n_layers',
      'num_layers',
      'num_decoder_layers',
      'encoder_layers',
      'decoder_layers',
    ],
  ],
  [
    100_000,
    [
      ...['hidden_size', 'n_embd', 'd_model', 'dim', 'embedding_size', 'word_embed_proj_dim', 'd_kv', 'head_dim'],
      ...['num_attention_heads', 'n_head', 'n_heads', 'num_heads', 'num_key_value_heads'],
      ...['encoder_attention_heads', 'decoder_attention_heads', 'type_vocab_size'],
    ],
  ],
  [1_000_000, ['intermediate_size', 'n_inner', 'd_ff', 'hidden_dim', 'ffn_dim', 'encoder_ffn_dim', 'decoder_ffn_dim']],
  [10_000_000, ['vocab_size', 'decoder_vocab_size']],
];

const limitOfKey: ReadonlyMap<string, number> = new Map(
  limits.flatMap(([most, keys]) => keys.map((key) => [key, most] as const)),
);

/** The most that a count of config.json may be; undefined for keys that size no array. */
export function limitOf(key: string): number | undefined {
  return limitOfKey.get(key);
}
