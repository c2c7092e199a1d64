/** Limits above the counts of any model, so that no damaged number sizes a loop or an array. */
const limits: readonly (readonly [most: number, keys: string])[] = [
  [1000, 'num_hidden_layers n_layer n_layers num_layers num_decoder_layers encoder_layers decoder_layers'],
  [100_000, 'hidden_size n_embd d_model dim embedding_size word_embed_proj_dim d_kv head_dim type_vocab_size'],
  [100_000, 'num_attention_heads n_head n_heads num_heads num_key_value_heads'],
  [100_000, 'encoder_attention_heads decoder_attention_heads'],
  [1_000_000, 'intermediate_size n_inner d_ff hidden_dim ffn_dim encoder_ffn_dim decoder_ffn_dim'],
  [10_000_000, 'vocab_size decoder_vocab_size'],
];

const limitOfKey: ReadonlyMap<string, number> = new Map(
  limits.flatMap(([most, keys]) => keys.split(' ').map((key) => [key, most] as const)),
);

/** The greatest count that config.json may give a key; undefined for keys that size no array. */
export function limitOf(key: string): number | undefined {
  return limitOfKey.get(key);
}
