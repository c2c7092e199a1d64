/** Files of a repository that are read besides the weights. */
export const tokenizerFiles: readonly string[] = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
];

export const configFiles: readonly string[] = ['config.json', 'generation_config.json'];

/** Why a folder with these files has no tokenizer that can be read, one line; undefined where it has one. */
export function tokenizerProblem(names: { has(name: string): boolean }): string | undefined {
  const isThere = names.has('tokenizer.json') || names.has('vocab.txt');
  if (isThere || (names.has('vocab.json') && names.has('merges.txt'))) return undefined;
  const model = sentencePieceModels.find((name) => names.has(name));
  if (model === undefined) return 'no tokenizer (tokenizer.json, vocab.txt, or vocab.json with merges.txt)';
  return `a SentencePiece model alone (${model}) and no tokenizer.json: transformers' AutoTokenizer … save_pretrained makes one`;
}

/** Names of SentencePiece models in the families that use them. */
export const sentencePieceModels = [
  'spiece.model',
  'sentencepiece.bpe.model',
  'tokenizer.model',
  'spm.model',
  'source.spm',
];
